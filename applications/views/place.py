"""Where these pages are open: to merchants at /applications/, to account managers inside the desk. Nobody else finds them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View

from applications.filing import draft_expires_on
from applications.models import Registration
from applications.progress import ORDER, after, step_of, tasks_for
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused


@method_decorator(idempotent, name="dispatch")
class PlaceView(View):
    """A page of either place. With `desk = True` it belongs to an account manager who files for a merchant."""

    desk = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.now = clock.now()
        self.today = clock.local_date(self.now)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Staff do not find the merchants' pages, merchants do not find the desk."""
        is_open = (
            request.user.has_perm("applications.file_for_merchant")
            if self.desk
            else request.user.is_merchant_user
        )
        if not is_open:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def url(self, name: str, *args: Any) -> str:
        """The address of a page in the same place."""
        return reverse(f"applications:{name}", args=args, current_app=self.request.resolver_match.namespace)

    def visible(self) -> Any:
        """The registrations this person works on here: a merchant's own, or those an account manager has filed."""
        if self.desk:
            return Registration.objects.filter(filed_by=self.request.user)
        return Registration.objects.visible_to(self.request.user)

    def page(self, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
        frame = "applications/_desk_frame.html" if self.desk else "applications/_portal_frame.html"
        around = admin.site.each_context(self.request) if self.desk else {}
        return render(
            self.request, template, {**around, "frame": frame, "desk": self.desk, **(context or {})}
        )

    def refuse(self, refused: Refused, to: str) -> HttpResponseRedirect:
        """Back to a page that says why the step was not taken."""
        messages.error(self.request, refused.sentence)
        return redirect(to)


class RegistrationView(PlaceView):
    """A page about one registration of this person's; a stranger's is not found."""

    registration: Registration

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        rows = self.visible().select_related("merchant", "branch", "category", "applicant", "consent_text")
        rows = rows.select_related("registered_division", "business_division")
        self.registration = get_object_or_404(rows, number=kwargs["number"])

    def to(self, name: str, *args: Any) -> str:
        return self.url(name, self.registration.number, *args)

    def objection(self, target: str) -> str:
        """Why this person cannot bring the registration there now, or ""; what is missing in it is another matter."""
        return self.registration.objection(target, by=self.request.user, now=self.now)

    def page(self, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
        return super().page(template, {"registration": self.registration, **(context or {})})


class DraftView(RegistrationView):
    """A page of the form, open while the registration is with its applicant; afterwards it leads to the status."""

    # The task this page belongs to.
    task = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.registration.status not in Registration.EDITABLE:
            return redirect(self.to("status"))
        return super().dispatch(request, *args, **kwargs)

    @property
    def comes_from_check(self) -> bool:
        """Whether the page was opened from the check page, and so leads back there."""
        return self.request.GET.get("from") == "check"

    def onward(self) -> HttpResponseRedirect:
        """To the next page of the form, or back to the check page."""
        return redirect(self.to("check" if self.comes_from_check else after(self.task)))

    def page(self, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
        context = context or {}
        missing = context.pop("missing", None)
        if missing is None:
            missing = self.registration.missing(on=self.today)
        return super().page(
            template,
            {
                "tasks": tasks_for(self.registration, missing, url=self.to, current=self.task),
                "step": step_of(self.task) if self.task else 0,
                "steps": ORDER,
                "expires_on": draft_expires_on(self.registration),
                "is_draft": self.registration.status == Registration.Status.DRAFT,
                "back_url": self.to("check" if self.comes_from_check else "draft"),
                "comes_from_check": self.comes_from_check,
                **context,
            },
        )
