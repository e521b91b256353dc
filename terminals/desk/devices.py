"""The storekeeper's desk: the estate, one device with its steps, and the list that new devices come with."""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from config.accounts.desk_record import Event, newest_first, steps_of
from config.kernel import clock
from config.kernel.desk_list import DeskAdmin, Tile
from config.kernel.idempotency import idempotent
from config.kernel.lifecycle import Refused
from terminals.desk.filters import DeviceFilter
from terminals.desk.forms import DeviceListForm, NoteForm
from terminals.desk.shown import device_facts
from terminals.desk.steps import STEPS, offers
from terminals.estate import ImportReport, import_devices
from terminals.models import Device, DeviceModel

IMPORT = "terminals.import_device"
CHANGE = "terminals.change_device"
# A list that comes back with its errors is shown for mending up to here; a longer one is mended in its file.
LONGEST_TEXT_SHOWN = 300_000
MOST_ERRORS_SHOWN = 100
MOST_ROWS_OF_EXAMPLE = 2
HEADINGS_ZH = ["序列号", "厂商", "型号", "TUSN", "SIM卡号"]
HEADINGS_EN = ["serial_number", "vendor", "model", "tusn", "sim_iccid"]


class DeviceAdmin(DeskAdmin):
    """Devices of the branch and below: found, followed, handed out and taken back."""

    filterset_class = DeviceFilter
    list_display = ("serial_number", "model", "status", "ownership", "branch", "joined_at")
    list_select_related = ("model", "branch")
    search_help_text = _(
        "Whole serial, terminal or merchant number or credit code, or how a serial number begins"
    )
    page_template = "admin/terminals/device.html"
    rank = 2
    icon = "device-phone-mobile"
    hint = _("Where each device is and what it is tied to")

    def get_queryset(self, request):
        return Device.objects.visible_to(request.user)

    def page_queryset(self, request):
        return self.get_queryset(request).select_related("model", "branch")

    def tools(self, request):
        if not request.user.has_perm(IMPORT):
            return []
        hint = gettext("New devices join the stock from a CSV file")
        return [
            Tile(reverse("admin:terminals_device_import"), "arrow-up-tray", gettext("Import devices"), hint)
        ]

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [
            path("import/", guarded(self.import_list), name="terminals_device_import"),
            path("import/example/", guarded(self.import_example), name="terminals_device_import_example"),
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

    # -- a list of new devices ------------------------------------------------------------------------------------

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), idempotent])
    def import_list(self, request: HttpRequest) -> HttpResponse:
        """The list is in the stock of the chosen branch, or comes back with every line that is wrong."""
        self._insist(request, IMPORT)
        if request.method != "POST":
            return self._import_page(request, DeviceListForm(person=request.user))
        form = DeviceListForm(request.POST, request.FILES, person=request.user)
        if not form.is_valid():
            return self._import_page(request, form)
        branch = form.cleaned_data["branch"]
        report = import_devices(form.content, branch=branch, by=request.user, now=clock.now())
        if report.errors:
            return self._import_page(request, _with_text(form, report, request), report)
        said = ngettext(
            "%(count)d device is in the stock of %(branch)s.",
            "%(count)d devices are in the stock of %(branch)s.",
            report.added,
        )
        messages.success(request, said % {"count": report.added, "branch": branch})
        return redirect("admin:terminals_device_changelist")

    @method_decorator(require_GET)
    def import_example(self, request: HttpRequest) -> HttpResponse:
        """An empty list with the bank's own models, for Excel too; its placeholders are refused until they are replaced."""
        self._insist(request, IMPORT)
        content = io.StringIO()
        lines = csv.writer(content, lineterminator="\r\n")
        lines.writerow(HEADINGS_EN if get_language() == "en" else HEADINGS_ZH)
        for model in DeviceModel.objects.all()[:MOST_ROWS_OF_EXAMPLE]:
            lines.writerow([gettext("(serial number here)"), model.vendor, model.name, "", ""])
        response = HttpResponse(
            content.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = 'attachment; filename="devices.csv"'
        return response

    def _import_page(
        self, request: HttpRequest, form: DeviceListForm, report: ImportReport | None = None
    ) -> HttpResponse:
        errors = report.errors if report else []
        lines = report.text.splitlines() if report else []
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Import devices"),
            "opts": self.opts,
            "form": form,
            "list_title": self.list_title(),
            "list_url": self.list_url(),
            "problems": [
                {
                    "line": error.line,
                    "text": lines[error.line - 1][:60] if 0 < error.line <= len(lines) else "",
                    "sentence": error.sentence,
                }
                for error in errors[:MOST_ERRORS_SHOWN]
                if error.line
            ],
            "more": max(len(errors) - MOST_ERRORS_SHOWN, 0),
            "models": DeviceModel.objects.all() if not form.is_bound else [],
        }
        return TemplateResponse(request, "admin/terminals/device_import.html", context)

    def _insist(self, request: HttpRequest, permission: str) -> None:
        if not request.user.has_perm(permission):
            raise PermissionDenied


def _with_text(form: DeviceListForm, report: ImportReport, request: HttpRequest) -> DeviceListForm:
    """The form with what was read in its text field, a file's list too: a browser does not choose the file again."""
    data = request.POST.copy()
    data["text"] = report.text if len(report.text) <= LONGEST_TEXT_SHOWN else ""
    again = DeviceListForm(data, request.FILES, person=request.user)
    whole = [error.sentence for error in report.errors if not error.line]
    count = len(report.errors)
    said = ngettext(
        "%(count)d line has to be mended. Nothing was imported.",
        "%(count)d lines have to be mended. Nothing was imported.",
        count,
    )
    again.full_clean()
    again.add_error("text" if data["text"] else "file", whole[0] if whole else said % {"count": count})
    return again
