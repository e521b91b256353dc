"""The desk of violations: cases with their steps, and the charges with theirs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from config.accounts.desk_record import Event, newest_first, steps_of
from config.files.exports.list_control import ExportedDesk
from config.files.serving import send
from config.kernel import clock
from config.kernel.audit import AuditEvent, record
from config.kernel.desk_list import DeskAdmin, Tile
from config.kernel.desk_steps import Step, SteppingDesk, objection
from config.kernel.idempotency import idempotent
from config.kernel.templatetags.formats import day, fen
from merchants.desk.shown import name_of
from merchants.desk.shown import row as line
from terminals.returns import violations
from terminals.returns.charging import raise_charge
from terminals.returns.desk.filters import ChargeFilter, ViolationFilter, WordingFilter
from terminals.returns.desk.forms import ReasonedForm, WordForm
from terminals.returns.desk.violation_forms import (
    ChargeForm,
    DecisionForm,
    EvidenceForm,
    PaymentForm,
    SaidForm,
    ViolationForm,
    WaiverForm,
)
from terminals.returns.models import Charge, Evidence, Violation
from terminals.returns.reckoned import words_of
from terminals.returns.views_of_violations import sheet_of

OPEN = "returns.handle_violation"
DECIDE = "returns.decide_violation"
Status = Violation.Status


def _form(cls: type[forms.Form], noun: str):
    return lambda row, *args: cls(*args, prefix=noun)


def _hear(violation: Violation, form: Any, *, by, now) -> str:
    if said := form.cleaned_data["statement"]:
        violation.state(said, by=by, now=now)
    else:
        violation.hear_nobody(by=by, now=now)
    return gettext("The case can be decided.")


def _decide(violation: Violation, form: Any, *, by, now) -> str:
    said = form.cleaned_data
    violations.decide(violation, said["measures"], decision=said["decision"], by=by, now=now)
    return gettext("Decision %(number)s is issued.") % {"number": violation.decision_number}


def _dismiss(violation: Violation, form: Any, *, by, now) -> str:
    violation.dismiss(by=by, now=now, note=form.cleaned_data["note"])
    return gettext("Dismissed.")


def _close(violation: Violation, form: Any, *, by, now) -> str:
    violation.close(by=by, now=now, note=form.cleaned_data["note"])
    return gettext("Closed.")


def _add_evidence(violation: Violation, form: Any, *, by, now) -> str:
    if (file := form.received("file", by=by, now=now)) is None:
        return ""
    Evidence.objects.create(violation=violation, file=file, added_at=now, added_by=by)
    record("evidence_added", by=by, now=now, subject=violation)
    return gettext("Added.")


def _charge(violation: Violation, form: Any, *, by, now) -> str:
    charge = raise_charge(
        merchant=violation.merchant, violation=violation, by=by, now=now, **form.cleaned_data
    )
    return gettext("Charge %(number)s is raised.") % {"number": charge}


def _not_decided(violation: Violation, *, by, now) -> str:
    return "" if violation.status == Status.DECIDED else violation.out_of_turn()


def _ended(violation: Violation, *, by, now) -> str:
    return "" if violation.NEXT[violation.status] else violation.out_of_turn()


VIOLATION_STEPS: dict[str, Step] = {
    "hearing": Step(
        _("Statement"),
        _("Go on to the decision"),
        "chat-bubble-left-right",
        OPEN,
        _form(SaidForm, "hearing"),
        objection(Status.HEARD),
        _hear,
    ),
    "decision": Step(
        _("Decision"),
        _("Decide"),
        "scale",
        DECIDE,
        _form(DecisionForm, "decision"),
        objection(Status.DECIDED),
        _decide,
    ),
    "charge": Step(
        _("Compensation or liquidated damages"),
        _("Raise the charge"),
        "banknotes",
        "returns.raise_charge",
        _form(ChargeForm, "charge"),
        _not_decided,
        _charge,
    ),
    "evidence": Step(
        _("Evidence"), _("Add"), "paper-clip", OPEN, _form(EvidenceForm, "evidence"), _ended, _add_evidence
    ),
    "dismissal": Step(
        _("Dismiss the case"),
        _("Dismiss"),
        "x-circle",
        DECIDE,
        _form(ReasonedForm, "dismissal"),
        objection(Status.DISMISSED),
        _dismiss,
    ),
    "closure": Step(
        _("Close the case"),
        _("Close"),
        "check-circle",
        OPEN,
        _form(WordForm, "closure"),
        objection(Status.CLOSED),
        _close,
    ),
}


def _revoked_stops(violation: Violation) -> list[Event]:
    """That the stop behind a decision was revoked afterwards."""
    words = gettext("The stop that opened it was revoked. The decision stands until the desk sees to it.")
    events = AuditEvent.objects.of(violation).filter(action=violations.STOP_REVOKED).select_related("by")
    return [Event(words, event.at, str(event.by)) for event in events]


class ViolationAdmin(SteppingDesk, ExportedDesk):
    """Cases of the branch and below, newest first."""

    report = "violations"
    steps = VIOLATION_STEPS
    filterset_class = ViolationFilter
    list_display = ("number", "status", "category", "merchant_name", "terminal", "branch", "opened_at")
    list_select_related = ("category", "merchant", "terminal", "branch")
    search_help_text = _("Whole violation, terminal, merchant, application or decision number")
    page_template = "admin/returns/violation.html"
    rank = 2
    icon = "scale"
    empty = _(
        "A violation is opened from the page of a return, a terminal or a merchant, with what was found."
    )
    hint = _("What was found, what the merchant says, what was decided")
    note = _("A bank levies no fines: its measures rest on the agreement.")

    def get_queryset(self, request):
        return Violation.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related(*self.list_select_related, "opened_by")

    @admin.display(description=_("merchant"))
    def merchant_name(self, violation: Violation) -> str:
        return name_of(violation.merchant)

    def tools(self, request: HttpRequest) -> list[Tile]:
        if not request.user.has_perm(OPEN):
            return []
        hint = gettext("A case against the merchant of a terminal")
        return [Tile(reverse("admin:returns_violation_add"), "plus", gettext("Open a violation"), hint)]

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/evidence/<int:evidence>/<slug:variant>/",
                guarded(self.evidence),
                name="returns_violation_evidence_file",
            ),
            path("<int:pk>/sheet/", guarded(self.sheet), name="returns_violation_sheet"),
            *super().get_urls(),
        ]

    def page_context(self, request, row) -> dict[str, Any]:
        opened = Event(gettext("Opened"), row.opened_at, str(row.opened_by))
        return {
            "merchant_name": name_of(row.merchant),
            "facts": [
                line(gettext("Category"), row.category),
                line(gettext("Clause"), row.clause),
                line(
                    gettext("Told to the merchant"), gettext("No") if row.is_confidential else gettext("Yes")
                ),
                line(gettext("Statement until"), day(row.statement_due_on)),
                line(gettext("Decision number"), row.decision_number),
            ],
            "measures": list(row.measures.all()),
            "evidence": list(row.evidence.select_related("file")),
            "charges": list(row.charges.select_related("tariff")),
            "offers": self.offers(request, row),
            "events": newest_first(steps_of([row]), _revoked_stops(row), [opened]),
        }

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context=None) -> HttpResponse:
        """A form for a new case, and the case."""
        if not request.user.has_perm(OPEN):
            raise PermissionDenied
        form = ViolationForm(request.POST or None, person=request.user)
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            violation = violations.open_violation(
                merchant=said["terminal"].merchant,
                terminal=said["terminal"],
                category=said["category"],
                facts=said["facts"],
                by=request.user,
                now=clock.now(),
            )
            messages.success(request, gettext("Violation %(number)s is open.") % {"number": violation})
            return redirect("admin:returns_violation_change", violation.pk)
        return TemplateResponse(
            request,
            "admin/returns/violation_add.html",
            self._frame(request) | {"title": gettext("Open a violation"), "form": form},
        )

    @method_decorator(require_GET)
    def sheet(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The decision as it is printed."""
        row = self.row(request, pk)
        get_object_or_404(Violation, pk=row.pk, decided_at__isnull=False)
        return TemplateResponse(
            request,
            "admin/returns/decision.html",
            self._frame(request) | sheet_of(request, row) | {"row": row},
        )

    @method_decorator(require_GET)
    def evidence(self, request: HttpRequest, pk: int, evidence: int, variant: str) -> HttpResponse:
        row = self.row(request, pk)
        found = get_object_or_404(row.evidence.select_related("file"), pk=evidence)
        return send(
            request,
            found.file,
            variant=variant,
            by=request.user,
            now=clock.now(),
            purpose="violation",
            watermark=True,
            detail={"violation": row.number},
        )

    def _frame(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
        }


# -- charges ----------------------------------------------------------------------------------------------------------


def _pay(charge: Charge, form: Any, *, by, now) -> str:
    charge.pay(reference=form.cleaned_data["reference"], by=by, now=now)
    return gettext("Paid.")


def _ask_waiver(charge: Charge, form: Any, *, by, now) -> str:
    charge.ask_waiver(reason=form.cleaned_data["reason"], by=by, now=now)
    if charge.status == Charge.Status.WAIVED:
        return gettext("Waived.")
    return gettext("Asked for. A colleague grants it.")


def _waive(charge: Charge, form: Any, *, by, now) -> str:
    charge.waive(by=by, now=now)
    return gettext("Waived.")


def _no_asking(charge: Charge, *, by, now) -> str:
    return charge.objection_to_asking()


CHARGE_STEPS: dict[str, Step] = {
    "payment": Step(
        _("Payment"),
        _("Put down as paid"),
        "check-circle",
        "returns.settle_charge",
        _form(PaymentForm, "payment"),
        objection(Charge.Status.PAID),
        _pay,
    ),
    "waiver": Step(
        _("Waiver"),
        _("Ask for a waiver"),
        "minus",
        "returns.waive_charge",
        _form(WaiverForm, "waiver"),
        _no_asking,
        _ask_waiver,
    ),
    "waiver-grant": Step(
        _("Grant the waiver"),
        _("Waive"),
        "check-circle",
        "returns.waive_charge",
        _form(forms.Form, "waiver-grant"),
        objection(Charge.Status.WAIVED),
        _waive,
    ),
}


class ChargeAdmin(SteppingDesk, ExportedDesk):
    """Compensation and liquidated damages, newest first."""

    report = "charges"
    steps = CHARGE_STEPS
    filterset_class = ChargeFilter
    list_display = ("charge_number", "status", "merchant_name", "what", "amount", "due_on", "branch")
    list_select_related = ("merchant", "tariff", "branch")
    search_help_text = _("Whole charge, return, violation or merchant number, or payment reference")
    page_template = "admin/returns/charge.html"
    rank = 3
    icon = "banknotes"
    empty = _(
        "A charge follows from a return that is late or incomplete, or from the decision on a violation."
    )
    hint = _("What is due under the agreement, paid or waived")

    def get_queryset(self, request):
        return Charge.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related(
            *self.list_select_related, "order", "violation", "raised_by"
        )

    @admin.display(description=_("charge"))
    def charge_number(self, charge: Charge) -> str:
        return str(charge)

    @admin.display(description=_("merchant"))
    def merchant_name(self, charge: Charge) -> str:
        return name_of(charge.merchant)

    @admin.display(description=_("what it is for"))
    def what(self, charge: Charge) -> str:
        return charge.tariff.text if charge.tariff else charge.reason

    @admin.display(description=_("amount"))
    def amount(self, charge: Charge) -> str:
        return fen(charge.amount_fen)

    def page_context(self, request, row) -> dict[str, Any]:
        raised = Event(gettext("Raised"), row.raised_at, str(row.raised_by))
        return {
            "merchant_name": name_of(row.merchant),
            "facts": [
                line(gettext("What it is for"), self.what(row)),
                line(gettext("Amount"), fen(row.amount_fen)),
                line(gettext("How it was reckoned"), words_of(row)),
                line(gettext("Due by"), day(row.due_on)),
                line(gettext("Payment reference"), row.payment_reference),
                line(gettext("Reason of the waiver"), row.waiver_reason),
            ],
            "offers": self.offers(request, row),
            "events": newest_first(steps_of([row]), [raised]),
        }


class CatalogueAdmin(DeskAdmin):
    """Rows kept as data and edited here, never deleted: what was decided by them still names them."""

    filterset_class = WordingFilter
    keyset = ("position", "code")
    list_display = ("code", "text", "is_active", "position")
    search_help_text = _("Part of the text")
    has_add_permission = admin.ModelAdmin.has_add_permission
    has_change_permission = admin.ModelAdmin.has_change_permission

    @admin.display(description=_("text"))
    def text(self, row: Any) -> str:
        return row.text

    def tools(self, request):
        if not self.has_add_permission(request):
            return []
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_add"
        return [Tile(reverse(name), "plus", gettext("Add"), "")]

    def tiles(self, request):
        return super().tiles(request)[:1]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if self.has_change_permission(request):
            self.row(request, object_id)
            return admin.ModelAdmin.change_view(self, request, object_id, form_url, extra_context)
        return super().change_view(request, object_id, form_url, extra_context)

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    def save_model(self, request, obj, form, change) -> None:
        super().save_model(request, obj, form, change)
        action = "catalogue_changed" if change else "catalogue_added"
        detail = {"kind": self.opts.model_name, "code": obj.pk, "fields": form.changed_data}
        record(action, by=request.user, now=clock.now(), detail=detail)
