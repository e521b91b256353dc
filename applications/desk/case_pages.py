"""The case inside the admin: its page with the papers beside the data, and the steps that are taken on it.

Thin pages: each loads what this reviewer may see, makes one domain call and answers. Every address asks its own
permission, since the admin itself asks only whether somebody is staff.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from applications.checks import findings_of
from applications.desk.case import REVEALABLE, document_in_view, papers_of, record_of, sections_of
from applications.desk.forms import ApprovalForm, RefusalForm, ReturnForm, RevealForm
from applications.items import reviewed_items
from applications.models import Document, ReasonCode, Verdict
from applications.verdicts import all_in_order
from config.files.serving import send
from config.kernel import clock
from config.kernel.audit import record_access
from config.kernel.clock import local_date
from config.kernel.desk_list import DeskAdmin
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused

REVIEW = "applications.review_application"
REVEAL = "applications.reveal_particulars"
PAPERS = "applications.view_papers"
CONFLICTS = ("stale", "wrong_state")


class CaseDesk(DeskAdmin):
    """A desk whose rows open as cases. The queue that leads to them is its heir's."""

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The admin's own address of a row leads to the case."""
        return redirect("admin:applications_case", self._case(request, object_id).pk)

    def get_urls(self):
        guarded = self.admin_site.admin_view
        steps = {
            "claim": self.claim,
            "correction": self.correction,
            "approval": self.approval,
            "refusal": self.refusal,
            "revelation": self.revelation,
        }
        return [
            path("<int:pk>/review/", guarded(self.case), name="applications_case"),
            path(
                "<int:pk>/documents/<int:document>/<slug:variant>/",
                guarded(self.document),
                name="applications_document",
            ),
            *(
                path(f"<int:pk>/{noun}/", guarded(view), name=f"applications_{noun}")
                for noun, view in steps.items()
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_GET)
    def case(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(request, self._case(request, pk))

    @method_decorator(require_GET)
    def document(self, request: HttpRequest, pk: int, document: int, variant: str) -> HttpResponse:
        case = self._case(request, pk, permission=PAPERS)
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

    @method_decorator([require_POST, idempotent])
    def claim(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self._case(request, pk, permission=REVIEW)
        return self._step(request, case, case.claim, done=gettext("The case is yours."), stay=True)

    @method_decorator([require_POST, idempotent])
    def correction(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self._case(request, pk, permission=REVIEW)
        form = ReturnForm(request.POST, items=_correctable(case))
        if not form.is_valid():
            return self._page(request, case, returning=form)
        data = form.cleaned_data
        return self._step(
            request,
            case,
            case.return_for_correction,
            done=gettext("Returned. The merchant has been told what to correct."),
            returning=form,
            version=data["version"],
            public_text=data["public_text"],
            verdicts=_verdicts(case, data["items"], data["public_text"]),
            private_note=data["private_note"],
        )

    @method_decorator([require_POST, idempotent])
    def approval(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self._case(request, pk, permission=REVIEW)
        form = ApprovalForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, approving=form)
        return self._step(
            request,
            case,
            case.approve,
            done=gettext("Approved. The terminals and their registration codes are made."),
            approving=form,
            version=form.cleaned_data["version"],
            verdicts=all_in_order(case),
            account_verified=form.cleaned_data["account_verified"],
            private_note=form.cleaned_data["private_note"],
        )

    @method_decorator([require_POST, idempotent])
    def refusal(self, request: HttpRequest, pk: int) -> HttpResponse:
        case = self._case(request, pk, permission=REVIEW)
        form = RefusalForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, refusing=form)
        return self._step(
            request,
            case,
            case.reject,
            done=gettext("Refused. The merchant has been told why."),
            refusing=form,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            public_text=form.cleaned_data["refusal_text"],
            private_note=form.cleaned_data["private_note"],
        )

    @method_decorator(require_POST)
    def revelation(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One hidden value in the clear, once, after its purpose is on record."""
        case = self._case(request, pk, permission=REVEAL)
        form = RevealForm(request.POST, fields=REVEALABLE)
        if not form.is_valid():
            return self._page(request, case, revealing=form)
        field, purpose = form.cleaned_data["field"], form.cleaned_data["purpose"]
        record_access(purpose, by=request.user, now=clock.now(), subject=case, detail={"field": field})
        return self._page(request, case, revealed=field)

    # -- private --------------------------------------------------------------------------------------------------

    def _case(self, request: HttpRequest, pk, permission: str = "applications.view_application"):
        """The case as its kind; 404 where it is not this person's to see, 403 where the person's role does not do this."""
        if not request.user.has_perm(permission):
            raise PermissionDenied
        try:
            return get_object_or_404(self.get_queryset(request), pk=pk).as_kind()
        except (ValueError, OverflowError):
            raise Http404 from None

    def _step(
        self, request: HttpRequest, case, verb: Callable, *, done: str, stay: bool = False, **said
    ) -> HttpResponse:
        forms = {name: said.pop(name) for name in ("returning", "approving", "refusing") if name in said}
        try:
            verb(by=request.user, now=clock.now(), **said)
        except Refused as refused:
            case.refresh_from_db()
            status = 409 if refused.code in CONFLICTS else 200
            return self._page(request, case, refused=refused, status=status, **forms)
        messages.success(request, done)
        if stay:
            return redirect("admin:applications_case", case.pk)
        return redirect("admin:applications_application_changelist")

    def _page(
        self, request: HttpRequest, case, *, status: int = 200, revealed: str = "", refused=None, **forms
    ):
        """The case page. Forms that came back keep what was typed in them; the version they carry is what is shown now."""
        now = clock.now()
        documents, document = document_in_view(case, request.GET.get("doc", ""))
        findings = findings_of(case, on=local_date(now))
        first = {"version": case.version}
        deciding = {
            "returning": forms.get("returning") or ReturnForm(initial=first, items=_correctable(case)),
            "approving": forms.get("approving") or ApprovalForm(initial=first),
            "refusing": forms.get("refusing") or RefusalForm(initial=first),
        }
        bound = next((form for form in deciding.values() if form.is_bound), deciding["returning"])
        read = bound.cleaned_data.get("version") if bound.is_bound else None
        if refused is None and read and (sentence := case.staleness(read)):
            # An incomplete decision comes back with the version of now: whoever made it must hear that it is another one.
            refused, status = Refused(sentence, code="stale"), 409
        context = {
            **self.admin_site.each_context(request),
            "title": case.number,
            "opts": self.opts,
            "case": case,
            "now": now,
            "documents": documents,
            "document": document,
            "sections": sections_of(case, revealed=revealed),
            "revealed": revealed,
            "warnings": [finding for finding in findings if finding.level != "ok"],
            "passes": [finding for finding in findings if finding.level == "ok"],
            "correctable": _correctable(case),
            "needs": papers_of(case, documents),
            "steps": record_of(case),
            "decisions": case.decisions.select_related("by").prefetch_related("items"),
            "refused": refused,
            **deciding,
            "note": bound["private_note"],
            "revealing": forms.get("revealing") or RevealForm(fields=REVEALABLE),
            "may_reveal": request.user.has_perm(REVEAL),
            "may_see_papers": request.user.has_perm(PAPERS),
            "why_not": {
                name: case.objection(getattr(case.Status, name), by=request.user, now=now)
                for name in ("UNDER_REVIEW", "RETURNED", "APPROVED", "REJECTED")
            },
            "queue_url": reverse("admin:applications_application_changelist"),
        }
        return TemplateResponse(request, "admin/applications/case.html", context, status=status)


def _correctable(case) -> dict[str, str]:
    return {item.key: item.title for item in reviewed_items(case)}


def _verdicts(case, ticked: list[str], text: str) -> dict[str, Verdict]:
    """Everything in order but what is ticked, which carries the words for the merchant."""
    reasons = {
        kind: ReasonCode.objects.get(pk=f"other_{kind}") for kind in ("document", "field")
    }
    kinds = {item.key: item.kind for item in reviewed_items(case)}
    faults = {key: Verdict(is_ok=False, reason=reasons[kinds[key]], public_text=text) for key in ticked}
    return all_in_order(case) | faults
