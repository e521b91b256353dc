"""The case inside the admin: its page with the papers beside the data, its papers, and the values it hides.

Thin pages: each loads what this reviewer may see, makes one domain call and answers. Every address asks its own
permission, since the admin itself asks only whether somebody is staff.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from applications.desk.case_page import PAPERS, REVEAL, Reviewing, context_of, keep_posted
from applications.desk.forms import PreferenceForm, RevealForm
from applications.desk.lists import list_behind, list_field, with_list
from applications.models import DeskPreference, Document
from config.files.serving import send
from config.kernel import clock
from config.kernel.audit import record_access
from config.kernel.desk_list import DeskAdmin
from config.kernel.lifecycle import Refused

REVIEW = "applications.review_application"
SECONDS_SHOWN = 60


class CasePages(DeskAdmin):
    """A desk whose rows open as cases. The queue that leads to them is its heir's."""

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The admin's own address of a row leads to the case."""
        return redirect("admin:applications_case", self.case_of(request, object_id).pk)

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [
            path("<int:pk>/review/", guarded(self.case), name="applications_case"),
            path(
                "<int:pk>/documents/<int:document>/<slug:variant>/",
                guarded(self.document),
                name="applications_document",
            ),
            path("<int:pk>/revelation/", guarded(self.revelation), name="applications_revelation"),
            path("<int:pk>/shortcuts/", guarded(self.shortcuts), name="applications_shortcuts"),
            *super().get_urls(),
        ]

    @method_decorator(require_GET)
    def case(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.case_page(request, self.case_of(request, pk))

    @method_decorator(require_GET)
    def document(self, request: HttpRequest, pk: int, document: int, variant: str) -> HttpResponse:
        case = self.case_of(request, pk, permission=PAPERS)
        paper = get_object_or_404(
            Document.objects.select_related("stored_file"), application_id=case.pk, pk=document
        )
        return send(
            request,
            paper.stored_file,
            variant=variant,
            by=request.user,
            now=clock.now(),
            purpose="review",
            watermark=True,
            detail={"application": case.number, "paper": paper.paper},
        )

    @method_decorator(require_POST)
    def revelation(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One hidden value in the clear, for a minute, after its purpose is on record. What was marked meanwhile is kept."""
        case, now = self.case_of(request, pk, permission=REVEAL), clock.now()
        form = RevealForm.read(request.POST)
        if not form.is_valid():
            refused = Refused(" ".join(sentence for errors in form.errors.values() for sentence in errors))
            return self.case_page(request, case, refused=refused, posted=request.POST)
        field, purpose = form.cleaned_data["field"], form.cleaned_data["purpose"]
        if not hasattr(case, field):
            # Not every kind of application holds this value.
            raise Http404
        record_access(
            purpose,
            by=request.user,
            now=now,
            subject=case,
            detail={"field": field, "application": case.number},
        )
        if request.accepts("text/html"):
            if request.user.has_perm(REVIEW):
                keep_posted(case, request.POST, by=request.user, now=now)
            context = {
                **self.admin_site.each_context(request),
                "title": case.number,
                "case": case,
                "case_url": self.case_address(request, case),
                "label": case._meta.get_field(field).verbose_name,
                "value": getattr(case, field),
                "seconds": SECONDS_SHOWN,
            }
            response: HttpResponse = TemplateResponse(request, "admin/applications/revealed.html", context)
            response["Refresh"] = f"{SECONDS_SHOWN}; url={context['case_url']}"
        else:
            response = JsonResponse({"value": getattr(case, field), "seconds": SECONDS_SHOWN})
        response["Cache-Control"] = "no-store"
        return response

    @method_decorator(require_POST)
    def shortcuts(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Single-letter keys on or off for this person, on every device."""
        case, form = self.case_of(request, pk), PreferenceForm(request.POST)
        form.is_valid()
        DeskPreference.remember(request.user, has_shortcuts=form.cleaned_data["has_shortcuts"])
        if request.accepts("text/html"):
            return redirect(self.case_address(request, case))
        return JsonResponse({})

    # -- private --------------------------------------------------------------------------------------------------

    def case_of(
        self, request: HttpRequest, pk: Any, permission: str = "applications.view_application"
    ) -> Any:
        """The case as its kind; 404 where it is not this person's to see, 403 where the person's role does not do this."""
        if not request.user.has_perm(permission):
            raise PermissionDenied
        try:
            return get_object_or_404(self.get_queryset(request), pk=pk).for_review()
        except (ValueError, OverflowError):
            raise Http404 from None

    def case_address(self, request: HttpRequest, case: Any, **query: str) -> str:
        """The page of the case, still opened from the same list."""
        return with_list(reverse("admin:applications_case", args=[case.pk]), list_behind(request), **query)

    def list_address(self, request: HttpRequest) -> str:
        """Where a reviewer goes who is done and wants no other. The queue knows."""
        return self.list_url()

    def case_page(
        self,
        request: HttpRequest,
        case: Any,
        *,
        posted: Any = None,
        outcome: str = "",
        refused: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The case page. What came back with a refusal stays typed; the version it carries is what is shown now."""
        with case.looked_at():
            return self._case_page(
                request, case, posted=posted, outcome=outcome, refused=refused, status=status
            )

    def _case_page(
        self,
        request: HttpRequest,
        case: Any,
        *,
        posted: Any,
        outcome: str,
        refused: Refused | None,
        status: int,
    ) -> HttpResponse:
        reviewing = Reviewing(case, request.user, clock.now(), posted=posted, outcome=outcome)
        if posted is not None and refused is None and reviewing.form.is_valid() is False:
            read = reviewing.form.cleaned_data.get("version")
            if read and (sentence := case.staleness(read)):
                # An incomplete decision comes back with the version of now: whoever made it must hear that it is another one.
                refused, status = Refused(sentence, code="stale"), 409
        context = {
            **self.admin_site.each_context(request),
            "title": case.number,
            "opts": self.opts,
            "queue_url": self.list_address(request),
            "list_field": list_field(list_behind(request)),
            "travelling": list_behind(request),
            **context_of(reviewing, key=request.GET.get("doc", ""), refused=refused),
        }
        return TemplateResponse(request, "admin/applications/case.html", context, status=status)
