"""Devices join the estate from the list that came with them: a CSV file, judged line by line, taken whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.files.imports.importer import Asked, Importer
from config.files.lists import (
    IN_REQUEST,
    ImportReport,
    Line,
    LineError,
    Shape,
    Taking,
    Unreadable,
    cell_problem,
    lines_of,
    text_of,
    was_shortened,
)
from config.kernel.audit import record
from config.kernel.lifecycle import Refused
from config.privacy.identifiers import normalise, serial_number
from terminals.models import Device, DeviceModel

SHAPE = Shape(
    columns={
        "serial_number": {
            "serial_number",
            "serial number",
            "serial",
            "sn",
            "序列号",
            "机身序列号",
            "终端序列号",
        },
        "model": {"model", "device_model", "型号", "机型", "终端型号"},
        "vendor": {"vendor", "厂商", "厂家", "品牌"},
        "tusn": {"tusn", "终端唯一序列号", "唯一序列号"},
        "sim_iccid": {"sim_iccid", "sim", "iccid", "sim卡号", "sim 卡号"},
    },
    required=("serial_number", "model"),
    advice=gettext_lazy(
        "The first line must name the columns: serial_number and model, once each (序列号, 型号)."
    ),
)
MOST_SHOWN = 20


def import_devices(
    content, *, branch, by, now: datetime, only_look: bool = False, taking: Taking = IN_REQUEST
) -> ImportReport:
    """The bank's devices of the list are in stock at the branch, or the report says by line why not and nothing has changed.

    `content` is an uploaded file, bytes, text or lines; UTF-8 with or without BOM, or GBK; header in Chinese or English.
    With `only_look` nothing has changed in any case.
    """
    report = ImportReport()
    try:
        report.text = text_of(content, largest=taking.largest_file)
        lines = list(lines_of(report.text, SHAPE, most=taking.most_lines))
        devices = list(_devices(lines, branch, now, report.errors, taking))
        report.count = len(devices)
        report.preview = [(device.serial_number, str(device.model)) for device in devices[:MOST_SHOWN]]
        if not report.errors and not only_look:
            with taking.writing(report):
                report.added = _add(devices, by=by, now=now, branch=branch)
    except Unreadable as unreadable:
        report.errors.append(unreadable.error)
    return report


def _add(devices: list[Device], *, by, now, branch) -> int:
    try:
        with transaction.atomic():
            Device.objects.bulk_create(devices, batch_size=500)
            record("devices_imported", by=by, now=now, subject=branch, detail={"count": len(devices)})
    except IntegrityError as error:
        raise Unreadable(
            _("Somebody has added one of these devices just now. Look through the list and send it again.")
        ) from error
    return len(devices)


# -- judging --------------------------------------------------------------------------------------------------------


def _devices(lines: list[Line], branch, now, errors: list[LineError], taking: Taking) -> Iterator[Device]:
    models = _Models()
    serials = [normalise(line["serial_number"]) for line in lines]
    present = _present(serials)
    first_line: dict[str, int] = {}
    if not lines:
        raise Unreadable(_("The list names no device."))
    for line, serial in zip(taking.told(lines), serials, strict=True):
        model = models.find(line["model"], line["vendor"])
        found = _problem(line, serial, model, present, first_line)
        first_line.setdefault(serial, line.number)
        if found:
            errors.append(LineError(line.number, found))
            continue
        yield Device(
            serial_number=serial,
            tusn=normalise(line["tusn"]),
            sim_iccid=normalise(line["sim_iccid"]),
            model=model,
            branch=branch,
            joined_at=now,
        )


def _problem(  # noqa: PLR0911 - one line for each thing that can be wrong
    line: Line, serial: str, model, present: set[str], first_line: dict[str, int]
) -> str:
    if sentence := cell_problem(line):
        return sentence
    if was_shortened(serial):
        return _(
            "The spreadsheet has shortened the serial number. Format the column as text and enter it again."
        )
    if sentence := serial_number.problem(serial):
        return sentence
    if serial in first_line:
        sentence = _("Serial number %(serial)s stands in line %(line)d already.")
        return sentence % {"serial": serial, "line": first_line[serial]}
    if serial in present:
        return _("Serial number %(serial)s is in the estate already.") % {"serial": serial}
    if model is None:
        return _("The bank has no certified model of this name. Compare it with the list of models.")
    return _extra_problem(line)


def _extra_problem(line: Line) -> str:
    tusn, iccid = (normalise(line[name]) for name in ("tusn", "sim_iccid"))
    if tusn and not (tusn.isascii() and tusn.isalnum() and len(tusn) <= 64):
        return _("The TUSN has at most 64 digits and letters.")
    if iccid and not (
        iccid.isascii() and iccid.isdigit() and iccid.startswith("89") and 19 <= len(iccid) <= 20
    ):
        return _("The SIM card number (ICCID) has 19 or 20 digits and begins with 89.")
    return ""


def _present(serials: Iterable[str]) -> set[str]:
    wanted = sorted({serial for serial in serials if serial})
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        chunk = wanted[start : start + 500]
        found.update(Device.objects.filter(serial_number__in=chunk).values_list("serial_number", flat=True))
    return found


class _Models:
    """Certified models by name or by vendor and name, width and case aside; a name that two vendors use needs the vendor."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[DeviceModel]] = {}
        for model in DeviceModel.objects.all():
            for name in {normalise(model.name), normalise(f"{model.vendor}{model.name}")}:
                self.by_name.setdefault(name, []).append(model)

    def find(self, name: str, vendor: str) -> DeviceModel | None:
        found = self.by_name.get(normalise(f"{vendor}{name}")) or self.by_name.get(normalise(name), [])
        if vendor.strip():
            found = [model for model in found if normalise(model.vendor) == normalise(vendor)]
        return found[0] if len(found) == 1 else None


# -- as its desk and the worker know it -----------------------------------------------------------------------------


def _branch_of(key, person):
    """The branch into whose stock they go, while it is still this person's to fill. Raises `Refused`."""
    branch = person.branch_scope().active().filter(pk=key).first()
    if branch is None:
        raise Refused(
            _("The branch whose stock they were to join is not in your reach any more."), code="rights"
        )
    return branch


def _said(added: int, *, branch) -> str:
    said = ngettext(
        "%(count)d device is in the stock of %(branch)s.",
        "%(count)d devices are in the stock of %(branch)s.",
        added,
    )
    return said % {"count": added, "branch": branch}


DEVICES = Importer(
    name="devices",
    title=gettext_lazy("Import devices"),
    permission="terminals.import_device",
    shape=SHAPE,
    take=import_devices,
    said=_said,
    headings=lambda: [_("Serial number"), _("Model")],
    asks={"branch": Asked(keep=lambda branch: branch.pk, found=_branch_of)},
)
