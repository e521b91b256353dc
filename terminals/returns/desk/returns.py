"""The desk of the store room: what comes back, one return with its lines and steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from config.accounts.desk_record import Event, newest_first, steps_of
from config.files.exports.list_control import ExportedDesk
from config.files.models import StoredFile
from config.files.serving import send
from config.kernel import clock
from config.kernel.desk_steps import Step, SteppingDesk, objection
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import day
from config.kernel.templatetags.status_tags import tag
from merchants.desk.shown import name_of
from merchants.desk.shown import row as line_of_facts
from terminals.returns.charging import charges_for_return
from terminals.returns.desk.filters import ReturnFilter, order_of_returns
from terminals.returns.desk.forms import (
    AnnouncementForm,
    InspectionForm,
    LossForm,
    ReasonedForm,
    ReceptionForm,
    WordForm,
)
from terminals.returns.models import ReturnOrder
from terminals.returns.receipts import issue_receipt, objection_to_receipt
from terminals.returns.views import receipt_letter, sheet_of

HANDLE = "returns.handle_returnorder"
WRITE_OFF = "returns.write_off_returnorder"
FILE = "<int:file>/<slug:variant>/"
Status = ReturnOrder.Status


def _announce(order: ReturnOrder, form: Any, *, by, now) -> str:
    order.announce(**form.cleaned_data, by=by, now=now)
    return gettext("It is on its way.")


def _receive(order: ReturnOrder, form: Any, *, by, now) -> str:
    handed_in = form.handed_in(by=by, now=now)
    if not form.is_valid():
        return ""
    try:
        findings = order.receive(handed_in, by=by, now=now)
    except Refused:
        StoredFile.objects.filter(pk__in=[piece.photo.pk for piece in handed_in if piece.photo]).delete()
        raise
    if findings:
        said = ngettext(
            "%(count)d serial number is not the one in the book. It is on record and was not received.",
            "%(count)d serial numbers are not those in the book. They are on record and were not received.",
            len(findings),
        )
        return said % {"count": len(findings)}
    return gettext("Received.")


def _inspect(order: ReturnOrder, form: Any, *, by, now) -> str:
    said = form.cleaned_data
    found = order.inspect(form.looked(), outcome=said["outcome"], note=said["note"], by=by, now=now)
    return gettext("Inspected: %(outcome)s.") % {"outcome": found.get_outcome_display()}


def _no_receipt(order: ReturnOrder, *, by, now) -> str:
    return objection_to_receipt(order)


def _acknowledge(order: ReturnOrder, form: Any, *, by, now) -> str:
    receipt = issue_receipt(order, by=by, now=now)
    return gettext("Receipt %(number)s is issued.") % {"number": receipt.number}


def _no_charges(order: ReturnOrder, *, by, now) -> str:
    return "" if order.status in (Status.RECEIVED, Status.WRITTEN_OFF) else order.out_of_turn()


def _raise_charges(order: ReturnOrder, form: Any, *, by, now) -> str:
    raised = charges_for_return(order, by=by, now=now)
    said = ngettext("%(count)d charge is raised.", "%(count)d charges are raised.", len(raised))
    return said % {"count": len(raised)}


def _report_lost(order: ReturnOrder, form: Any, *, by, now) -> str:
    if sentence := order.objection_to_loss():
        raise Refused(sentence, code="wrong_state")
    if (receipt := form.kept(by=by, now=now)) is None:
        return ""
    order.report_lost(police_receipt=receipt, note=form.cleaned_data["note"], by=by, now=now)
    return gettext("Reported lost. A colleague writes it off.")


def _write_off(order: ReturnOrder, form: Any, *, by, now) -> str:
    order.write_off(by=by, now=now, note=form.cleaned_data["note"])
    return gettext("Written off.")


def _close(order: ReturnOrder, form: Any, *, by, now) -> str:
    order.close(by=by, now=now, note=form.cleaned_data["note"])
    return gettext("Closed.")


def _call_off(order: ReturnOrder, form: Any, *, by, now) -> str:
    order.call_off(by=by, now=now, note=form.cleaned_data["note"])
    return gettext("Called off.")


STEPS: dict[str, Step] = {
    "announcement": Step(
        _("How it comes back"),
        _("Put down"),
        "truck",
        HANDLE,
        lambda order, *args: AnnouncementForm(*args, initial={"way": order.way}, prefix="announcement"),
        objection(Status.SENT),
        _announce,
    ),
    "reception": Step(
        _("What was handed in"),
        _("Receive"),
        "inbox-arrow-down",
        HANDLE,
        lambda order, *args: ReceptionForm(*args, lines=list(order.lines.awaited()), prefix="reception"),
        objection(Status.PART_RECEIVED),
        _receive,
    ),
    "inspection": Step(
        _("Inspection"),
        _("Put on record"),
        "magnifying-glass",
        HANDLE,
        lambda order, *args: InspectionForm(*args, prefix="inspection"),
        lambda order, *, by, now: order.objection_to_inspection(),
        _inspect,
    ),
    "acknowledgement": Step(
        _("Receipt for the merchant"),
        _("Issue the receipt"),
        "document-text",
        HANDLE,
        lambda order, *args: forms.Form(*args),
        _no_receipt,
        _acknowledge,
    ),
    "charges": Step(
        _("Charges by tariff"),
        _("Reckon and raise"),
        "banknotes",
        "returns.raise_charge",
        lambda order, *args: forms.Form(*args),
        _no_charges,
        _raise_charges,
    ),
    "closure": Step(
        _("Close the return"),
        _("Close"),
        "check-circle",
        HANDLE,
        lambda order, *args: WordForm(*args, prefix="closure"),
        objection(Status.CLOSED),
        _close,
    ),
    "loss": Step(
        _("Report the device lost"),
        _("Report lost"),
        "question-mark-circle",
        HANDLE,
        lambda order, *args: LossForm(*args, prefix="loss"),
        lambda order, *, by, now: order.objection_to_loss(),
        _report_lost,
    ),
    "write-off": Step(
        _("Write the device off"),
        _("Write off"),
        "x-circle",
        WRITE_OFF,
        lambda order, *args: ReasonedForm(*args, prefix="write-off"),
        objection(Status.WRITTEN_OFF),
        _write_off,
    ),
    "calling-off": Step(
        _("Ask for it no more"),
        _("Call off"),
        "minus",
        HANDLE,
        lambda order, *args: ReasonedForm(*args, prefix="calling-off"),
        objection(Status.CALLED_OFF),
        _call_off,
    ),
}


class ReturnOrderAdmin(SteppingDesk, ExportedDesk):
    """Returns of the branch and below: those not done yet first, the nearest day first."""

    report = "returns"
    steps = STEPS
    filterset_class = ReturnFilter
    list_display = (
        "number",
        "status",
        "due",
        "serial_number",
        "terminal_number",
        "merchant_name",
        "way",
        "branch",
    )
    list_select_related = ("device", "terminal__merchant", "branch")
    search_help_text = _("Whole return, serial, terminal, merchant or application number, or waybill")
    page_template = "admin/returns/return.html"
    rank = 1
    icon = "arrow-uturn-left"
    empty = _(
        "A return opens when a terminal is stopped or changes its device; then the device is awaited here."
    )
    hint = _("What has to come back, what has come and what is overdue")

    def keyset_order(self, filters) -> tuple[str, ...]:
        return order_of_returns(filters)

    def get_queryset(self, request):
        return ReturnOrder.objects.visible_to(request.user)

    def page_queryset(self, request):
        rows = self.get_queryset(request)
        return rows.select_related("device__model", "terminal__merchant", "branch", "lost_by")

    @admin.display(description=_("to be back by"))
    def due(self, order: ReturnOrder) -> str:
        if order.is_overdue(on=clock.today()):
            return tag("bad", day(order.due_on), "exclamation-triangle")
        return day(order.due_on)

    @admin.display(description=_("serial number"))
    def serial_number(self, order: ReturnOrder) -> str:
        return order.device.serial_number

    @admin.display(description=_("terminal number"))
    def terminal_number(self, order: ReturnOrder) -> str:
        return order.terminal.number

    @admin.display(description=_("merchant"))
    def merchant_name(self, order: ReturnOrder) -> str:
        return name_of(order.terminal.merchant)

    def get_urls(self):
        guarded = self.admin_site.admin_view
        file = path(f"<int:pk>/files/{FILE}", guarded(self.file), name="returns_returnorder_file")
        receipt = path("<int:pk>/receipt/", guarded(self.receipt), name="returns_returnorder_receipt")
        receipt_file = path(
            "<int:pk>/receipt/file/", guarded(self.receipt_file), name="returns_returnorder_receipt_file"
        )
        return [file, receipt, receipt_file, *super().get_urls()]

    # -- one return -----------------------------------------------------------------------------------------------

    def page_context(self, request, row) -> dict[str, Any]:
        opened = Event(gettext("Asked back"), row.opened_at, str(row.opened_by))
        return {
            "overdue": row.is_overdue(on=clock.today()),
            "merchant_name": name_of(row.terminal.merchant),
            "facts": facts(row),
            "lines": list(row.lines.select_related("photo")),
            "findings": list(row.findings.all()),
            "inspections": list(row.inspections.select_related("by")),
            "offers": self.offers(request, row),
            "receipt": row.receipts.first(),
            "events": newest_first(steps_of([row]), [opened]),
        }

    @method_decorator(require_GET)
    def receipt(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The receipt as it is printed at the counter."""
        order = self.row(request, pk)
        context = {
            **self.admin_site.each_context(request),
            "sheet": sheet_of(request, get_object_or_404(order.receipts)),
            "row": order,
            "opts": self.opts,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
        }
        return TemplateResponse(request, "admin/returns/receipt.html", context)

    @method_decorator(require_GET)
    def receipt_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The receipt as PDF."""
        return receipt_letter(request, get_object_or_404(self.row(request, pk).receipts))

    @method_decorator(require_GET)
    def file(self, request: HttpRequest, pk: int, file: int, variant: str) -> HttpResponse:
        """A photo of a line or the police receipt of this return; who looks is on record."""
        order = self.row(request, pk)
        if file != order.police_receipt_id and not order.lines.filter(photo=file).exists():
            raise Http404
        stored = get_object_or_404(StoredFile, pk=file)
        return send(
            request,
            stored,
            variant=variant,
            by=request.user,
            now=clock.now(),
            purpose="return",
            watermark=True,
            detail={"return": order.number},
        )


def facts(order: ReturnOrder) -> list[dict[str, Any]]:
    """What was agreed about the return, in words."""
    way = order.waybill or (day(order.pick_up_on) if order.pick_up_on else "")
    return [
        line_of_facts(gettext("Way"), order.get_way_display(), way),
        line_of_facts(gettext("Address"), order.address),
        line_of_facts(gettext("To be back by"), day(order.due_on)),
        line_of_facts(gettext("Model"), order.device.model),
        line_of_facts(gettext("Owned by"), order.device.get_ownership_display()),
        line_of_facts(gettext("State of the device"), order.device.get_status_display()),
    ]
