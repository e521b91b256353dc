"""The storekeeper's desk: the estate, one device with its steps, and the list that new devices come with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.accounts.desk_record import Event, newest_first, steps_of
from config.files.exports.list_control import ExportedDesk
from config.files.list_desk import ListDesk
from config.kernel import clock
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from terminals import reenrolment
from terminals.desk.filters import DeviceFilter
from terminals.desk.forms import DeviceListForm, NoteForm, ReasonForm
from terminals.desk.shown import device_facts
from terminals.desk.steps import STEPS, offers
from terminals.estate import DEVICES
from terminals.models import Device, DeviceModel

CHANGE = "terminals.change_device"
MOST_ROWS_OF_EXAMPLE = 2
HEADINGS_ZH = ["序列号", "厂商", "型号", "TUSN", "SIM卡号"]
HEADINGS_EN = ["serial_number", "vendor", "model", "tusn", "sim_iccid"]


class DeviceAdmin(ExportedDesk, ListDesk):
    """Devices of the branch and below: found, followed, handed out and taken back."""

    report = "devices"
    filterset_class = DeviceFilter
    list_display = ("serial_number", "model", "status", "ownership", "branch", "joined_at")
    list_select_related = ("model", "branch")
    search_help_text = _(
        "Whole serial, terminal or merchant number or credit code, or how a serial number begins"
    )
    page_template = "admin/terminals/device.html"
    rank = 2
    icon = "device-phone-mobile"
    empty = _(
        "Devices stand here once they are entered or imported; a merchant's own ones once their registration is approved."
    )
    hint = _("Where each device is and what it is tied to")
    importer = DEVICES
    import_form = DeviceListForm
    import_template = "admin/terminals/device_import.html"
    import_hint = _("New devices join the stock from a CSV file")
    example_name = "devices.csv"

    def get_queryset(self, request):
        return Device.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("model", "branch")

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [
            path("<int:pk>/allowance/", guarded(self.allowance), name="terminals_device_allowance"),
            path(
                "<int:pk>/allowance-confirmation/",
                guarded(self.allowance_confirmation),
                name="terminals_device_allowance_confirmation",
            ),
            *(
                path(
                    f"<int:pk>/{noun}/",
                    guarded(partial(self.step, noun=noun)),
                    name=f"terminals_device_{noun}",
                )
                for noun in STEPS
            ),
            *super().get_urls(),
        ]

    # -- one device -----------------------------------------------------------------------------------------------

    def page_context(self, request, row) -> dict[str, Any]:
        now = clock.now()
        joined = Event(gettext("Came into the estate"), row.joined_at, str(row.branch))
        may_change = request.user.has_perm(CHANGE)
        return {
            "facts": device_facts(row),
            "bindings": row.bindings.select_related("terminal").order_by("-id"),
            "offers": offers(row, by=request.user, now=now) if may_change else [],
            "form": NoteForm(),
            **self._allowance_of(request, row, now=now),
            "events": newest_first(steps_of([row]), [joined]),
        }

    @method_decorator([require_POST, idempotent])
    def step(self, request: HttpRequest, pk: int, noun: str) -> HttpResponse:
        """One of STEPS, taken with the device as it is now."""
        device = self.row(request, pk, permission=CHANGE)
        step = STEPS[noun]
        form = NoteForm(request.POST, needs_note=step.needs_note)
        if not form.is_valid():
            return self.page(request, device, form=form)
        try:
            step.take(device, by=request.user, now=clock.now(), note=form.cleaned_data["note"])
        except Refused as refused:
            device.refresh_from_db()
            return self.page(request, device, status=409, refused=refused, form=form)
        messages.success(request, str(step.done))
        return redirect("admin:terminals_device_change", device.pk)

    # -- a stopped device ------------------------------------------------------------------------------------------

    def _allowance_of(self, request, device: Device, *, now) -> dict[str, Any]:
        if device.barred_at is None:
            return {}
        allowance, by = device.allowances.open().first(), request.user
        may = by.has_perm(reenrolment.PERMISSION)
        return {
            "allowance": allowance,
            "may_allow": may,
            "granting": ReasonForm(prefix="allowance"),
            "no_grant": reenrolment.objection_to_grant(device, by=by, now=now) if may else "",
            "no_confirmation": reenrolment.objection_to_confirm(allowance, by=by, now=now)
            if may and allowance
            else "",
        }

    @method_decorator([require_POST, idempotent])
    def allowance(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asked for: the stopped device may be given out once when a second person agrees."""
        device = self.row(request, pk, permission=reenrolment.PERMISSION)
        form = ReasonForm(request.POST, prefix="allowance")
        if not form.is_valid():
            return self.page(request, device, granting=form)
        try:
            reenrolment.grant(device, reason=form.cleaned_data["reason"], by=request.user, now=clock.now())
        except Refused as refused:
            return self.page(request, self.row(request, pk), status=409, refused=refused, granting=form)
        messages.success(request, gettext("Asked for. A colleague confirms it."))
        return redirect("admin:terminals_device_change", pk)

    @method_decorator([require_POST, idempotent])
    def allowance_confirmation(self, request: HttpRequest, pk: int) -> HttpResponse:
        device = self.row(request, pk, permission=reenrolment.PERMISSION)
        open_one = get_object_or_404(device.allowances.open())
        try:
            reenrolment.confirm(open_one, by=request.user, now=clock.now())
        except Refused as refused:
            return self.page(request, self.row(request, pk), status=409, refused=refused)
        messages.success(request, gettext("The device may be given out once."))
        return redirect("admin:terminals_device_change", pk)

    # -- a list of new devices ------------------------------------------------------------------------------------

    def example_rows(self) -> Iterator[list[str]]:
        yield HEADINGS_EN if get_language() == "en" else HEADINGS_ZH
        for model in DeviceModel.objects.all()[:MOST_ROWS_OF_EXAMPLE]:
            yield [gettext("(serial number here)"), model.vendor, model.name, "", ""]

    def import_context(self) -> dict[str, Any]:
        return {"models": DeviceModel.objects.all()}
