"""The desk of the store room: what comes back, one return with its lines and steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from config.accounts.desk_record import Event, newest_first, steps_of
from config.files.models import StoredFile
from config.files.serving import send
from config.kernel import clock
from config.kernel.desk_list import DeskAdmin
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from config.kernel.templatetags.formats import day
from config.kernel.templatetags.status_tags import tag
from merchants.desk.shown import name_of
from merchants.desk.shown import row as line_of_facts
from terminals.returns.desk.filters import ReturnFilter
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
from terminals.returns.views import sheet_of

HANDLE = "returns.handle_returnorder"
WRITE_OFF = "returns.write_off_returnorder"
FILE = "<int:file>/<slug:variant>/"
Status = ReturnOrder.Status


class Step(NamedTuple):
    """A step of the page: its form, who may take it, why it is not possible, the verb on (order, form, by, now)."""

    title: Promise
    action: Promise
    icon: str
    permission: str
    form: Callable[..., forms.Form]
    why_not: Callable[..., str]
    take: Callable[..., str]


def _objection(target: str) -> Callable[..., str]:
    return lambda order, *, by, now: order.objection(target, by=by, now=now)


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
        _objection(Status.SENT),
        _announce,
    ),
    "reception": Step(
        _("What was handed in"),
        _("Receive"),
        "inbox-arrow-down",
        HANDLE,
        lambda order, *args: ReceptionForm(*args, lines=list(order.lines.awaited()), prefix="reception"),
        _objection(Status.PART_RECEIVED),
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
    "closure": Step(
        _("Close the return"),
        _("Close"),
        "check-circle",
        HANDLE,
        lambda order, *args: WordForm(*args, prefix="closure"),
        _objection(Status.CLOSED),
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
        _objection(Status.WRITTEN_OFF),
        _write_off,
    ),
    "calling-off": Step(
        _("Ask for it no more"),
        _("Call off"),
        "minus",
        HANDLE,
        lambda order, *args: ReasonedForm(*args, prefix="calling-off"),
        _objection(Status.CALLED_OFF),
        _call_off,
    ),
}


class Offer(NamedTuple):
    noun: str
    url: str
    step: Step
    form: forms.Form
    why_not: str


class ReturnOrderAdmin(DeskAdmin):
    """Returns of the branch and below: those not done yet first, the nearest day first."""

    filterset_class = ReturnFilter
    keyset = ("due_on", "id")
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
    hint = _("What has to come back, what has come and what is overdue")

    def keyset_order(self, filters) -> tuple[str, ...]:
        said = filters.data
        shows_ended = said.get("view") == "all" or said.get("status") in ReturnOrder.ENDED
        return ("-id",) if shows_ended or said.get("q") else self.keyset

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
        nouns = [
            path(
                f"<int:pk>/{noun}/",
                guarded(partial(self.step, noun=noun)),
                name=f"returns_returnorder_{noun}",
            )
            for noun in STEPS
        ]
        file = path(f"<int:pk>/files/{FILE}", guarded(self.file), name="returns_returnorder_file")
        receipt = path("<int:pk>/receipt/", guarded(self.receipt), name="returns_returnorder_receipt")
        return [*nouns, file, receipt, *super().get_urls()]

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
            "offers": self._offers(request, row),
            "receipt": row.receipts.first(),
            "events": newest_first(steps_of([row]), [opened]),
        }

    def _offers(self, request: HttpRequest, row: ReturnOrder) -> list[Offer]:
        by, now = request.user, clock.now()
        return [
            Offer(
                noun,
                reverse(f"admin:returns_returnorder_{noun}", args=[row.pk]),
                step,
                step.form(row),
                step.why_not(row, by=by, now=now),
            )
            for noun, step in STEPS.items()
            if row.status not in ReturnOrder.ENDED and by.has_perm(step.permission)
        ]

    @method_decorator([require_POST, idempotent])
    def step(self, request: HttpRequest, pk: int, noun: str) -> HttpResponse:
        """One of STEPS, taken with the return as it is now; what was typed comes back with what was wrong."""
        step = STEPS[noun]
        order = self.row(request, pk, permission=step.permission)
        form = step.form(order, request.POST, request.FILES)
        if form.is_valid():
            try:
                done = step.take(order, form, by=request.user, now=clock.now())
            except Refused as refused:
                return self._again(request, pk, noun, form, status=409, refused=refused)
            if done:
                messages.success(request, done)
                return redirect("admin:returns_returnorder_change", order.pk)
        return self._again(request, pk, noun, form)

    def _again(self, request, pk: int, noun: str, form: forms.Form, **given: Any) -> HttpResponse:
        order = self.row(request, pk)
        offers = [
            offer._replace(form=form) if offer.noun == noun else offer
            for offer in self._offers(request, order)
        ]
        return self.page(request, order, offers=offers, problem_form=form, **given)

    @method_decorator(require_GET)
    def receipt(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The receipt as it is printed at the counter."""
        order = self.row(request, pk)
        context = {
            **self.admin_site.each_context(request),
            **sheet_of(request, get_object_or_404(order.receipts)),
            "row": order,
            "opts": self.opts,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
        }
        return TemplateResponse(request, "admin/returns/receipt.html", context)

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
