"""Where these pages are open: to merchants at /applications/, to account managers inside the desk. Nobody else finds them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from applications.corrections import Correction, Opened
from applications.filing import draft_expires_on
from applications.forms.parts import field_of
from applications.models import Application, Registration
from applications.progress import after, pages_of, step_of, tasks_for
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
        if not self.may_enter():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def may_enter(self) -> bool:
        user = self.request.user
        return user.has_perm("applications.file_for_merchant") if self.desk else user.is_merchant_user

    def url(self, name: str, *args: Any) -> str:
        """The address of a page in the same place."""
        return reverse(f"applications:{name}", args=args, current_app=self.request.resolver_match.namespace)

    def visible(self) -> Any:
        """The applications this person works on here: a merchant's own, or those an account manager has filed."""
        if self.desk:
            return Application.objects.filter(filed_by=self.request.user)
        return Application.objects.visible_to(self.request.user)

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


class ApplicationView(PlaceView):
    """A page about one application of this person's, of whatever kind; a stranger's is not found."""

    application: Application
    # The only kind whose page this is; "" for a page of every kind.
    kind = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        rows = self.visible().select_related("merchant", "branch", "applicant")
        if self.kind:
            rows = rows.filter(kind=self.kind)
        self.application = get_object_or_404(rows, number=kwargs["number"]).as_kind()

    def to(self, name: str, *args: Any) -> str:
        return self.url(name, self.application.number, *args)

    def objection(self, target: str) -> str:
        """Why this person cannot bring the application there now, or ""; what is missing in it is another matter."""
        return self.application.objection(target, by=self.request.user, now=self.now)

    def page(self, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
        return super().page(template, {"application": self.application, **(context or {})})

    def mending(self, each: Correction) -> str:
        """The page on which this is corrected, opened with the focus in its field."""
        kind, *parts = each.item.split(":")
        if each.paper:
            return f"{self.to('papers')}?focus={each.paper}#id_{each.paper}"
        if kind == "placement" and len(parts) == 2 and parts[0].isdigit():
            line = self.application.placements.filter(position=parts[0]).first()
            if line is None:
                return self.to("placements")
            name = field_of(parts[1], line)
            return f"{self.to('placement', line.pk)}?focus={name}#id_{name}"
        if not each.field:
            return self.to("draft")
        name = "merchant_type" if each.item == "field:merchant_type" else each.page
        return f"{self.to(name)}?focus={each.field}#id_{each.field}"


class DraftView(ApplicationView):
    """A page of the form, open while the application is with its applicant; afterwards it leads to the status."""

    # The task this page belongs to.
    task = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.application.status not in Application.EDITABLE:
            if request.method == "POST" and self.may_enter():
                sentence = _("This application is with the bank and cannot be edited now.")
                if self.application.status in Application.CLOSED:
                    sentence = _("This application is closed and cannot be edited any more.")
                messages.error(request, sentence)
            return redirect(self.to("status"))
        return super().dispatch(request, *args, **kwargs)

    @property
    def is_returned(self) -> bool:
        return self.application.status == Application.Status.RETURNED

    @property
    def opened(self) -> Opened:
        """What of it may be edited as it stands now."""
        return Opened(self.application, on=self.today)

    @property
    def focus(self) -> str:
        """The field that a link of a correction asks to open with."""
        return self.request.GET.get("focus", "")[:60]

    @property
    def comes_from_check(self) -> bool:
        """Whether the page was opened from the check page, and so leads back there."""
        return self.request.GET.get("from") == "check"

    def onward(self) -> HttpResponseRedirect:
        """To the next page of the form; back to the check page, or to the list of corrections, where one came from there."""
        return redirect(self.to("check") if self.comes_from_check else self.next_url())

    def next_url(self) -> str:
        return self.to("status" if self.is_returned else after(self.application, self.task))

    @property
    def home(self) -> str:
        """The page on which work on this application is taken up again."""
        return "status" if self.is_returned else "draft"

    def page(self, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
        context = context or {}
        missing = context.pop("missing", None)
        if missing is None:
            missing = self.application.missing(on=self.today)
        return super().page(
            template,
            {
                "tasks": tasks_for(self.application, missing, url=self.to, current=self.task),
                "step": step_of(self.application, self.task) if self.task else 0,
                "steps": list(pages_of(self.application)),
                "expires_on": draft_expires_on(self.application),
                "is_draft": self.application.status == Application.Status.DRAFT,
                "is_returned": self.is_returned,
                "back_url": self.to("check" if self.comes_from_check else self.home),
                "comes_from_check": self.comes_from_check,
                **context,
            },
        )


class RegistrationDraftView(DraftView):
    """A page that only a registration has."""

    kind = Application.Kind.REGISTRATION

    @property
    def registration(self) -> Registration:
        return self.application

    def page(self, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
        return super().page(template, {"registration": self.registration, **(context or {})})
