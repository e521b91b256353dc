"""Devices join the estate from the list that came with them: a CSV file, judged line by line, taken whole or not at all."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from config.kernel.audit import record
from config.privacy.identifiers import normalise, serial_number
from terminals.models import Device, DeviceModel

LARGEST_FILE = 2_000_000
MOST_LINES = 5_000
LONGEST_CELL = 200
# What a spreadsheet would run, and what it makes of a long number.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = {
    "serial_number": {"serial_number", "serial number", "serial", "sn", "序列号", "机身序列号", "终端序列号"},
    "model": {"model", "device_model", "型号", "机型", "终端型号"},
    "vendor": {"vendor", "厂商", "厂家", "品牌"},
    "tusn": {"tusn", "终端唯一序列号", "唯一序列号"},
    "sim_iccid": {"sim_iccid", "sim", "iccid", "sim卡号", "sim 卡号"},
}
REQUIRED = ("serial_number", "model")


@dataclass(frozen=True)
class LineError:
    """What is wrong with one line of the file, counted as a spreadsheet counts; line 0 is the file itself."""

    line: int
    sentence: str


@dataclass
class ImportReport:
    """`added` devices; 0 wherever there are errors, because a list is taken whole or not at all. `text` is what was read."""

    added: int = 0
    errors: list[LineError] = field(default_factory=list)
    text: str = ""


class _Unreadable(Exception):
    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.error = LineError(line, sentence)


@dataclass(frozen=True)
class _Line:
    number: int
    cells: dict[str, str]


def import_devices(content, *, branch, by, now: datetime) -> ImportReport:
    """The bank's devices of the list are in stock at the branch, or the report says by line why not and nothing has changed.

    `content` is an uploaded file, bytes, text or lines; UTF-8 with or without BOM, or GBK; header in Chinese or English.
    """
    report = ImportReport()
    try:
        report.text = _text(content)
        lines = list(_lines(report.text))
        devices = list(_devices(lines, branch, now, report.errors))
        if not report.errors:
            report.added = _add(devices, by=by, now=now, branch=branch)
    except _Unreadable as unreadable:
        report.errors.append(unreadable.error)
    return report


def _add(devices: list[Device], *, by, now, branch) -> int:
    try:
        with transaction.atomic():
            Device.objects.bulk_create(devices, batch_size=500)
            record("devices_imported", by=by, now=now, subject=branch, detail={"count": len(devices)})
    except IntegrityError as error:
        raise _Unreadable(
            _("Somebody has added one of these devices just now. Look through the list and send it again.")
        ) from error
    return len(devices)


# -- reading --------------------------------------------------------------------------------------------------------


def _text(content) -> str:
    if isinstance(content, str):
        return _insist(content)
    if hasattr(content, "read"):
        content = content.read(LARGEST_FILE + 1)
    elif not isinstance(content, bytes):
        return _insist("\n".join(str(line).rstrip("\r\n") for line in content))
    if isinstance(content, str):
        return _insist(content)
    if len(content) > LARGEST_FILE:
        raise _Unreadable(_("The file is larger than 2 MB. Split the list."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return _insist(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise _Unreadable(_("The file is not text. Save the list as CSV (UTF-8) and send that file."))


def _insist(text: str) -> str:
    if len(text) > LARGEST_FILE:
        raise _Unreadable(_("The file is larger than 2 MB. Split the list."))
    if "\x00" in text:
        raise _Unreadable(_("The file is not plain text. Save the list as CSV (UTF-8) and send that file."))
    if not text.strip():
        raise _Unreadable(_("The file is empty."))
    return text.removeprefix("\ufeff")


def _lines(text: str) -> Iterator[_Line]:
    heading = text.lstrip().split("\n", 1)[0]
    delimiter = max((",", ";", "\t", "，"), key=heading.count)
    reader = csv.reader(text.splitlines(), delimiter=delimiter, strict=True)
    names: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = _columns(cells)
            elif reader.line_num > MOST_LINES + 1:
                raise _Unreadable(_("The list has more than 5,000 lines. Split it."))
            else:
                yield _Line(reader.line_num, dict(zip(names, cells, strict=False)))
    except csv.Error:
        raise _Unreadable(
            _("This line cannot be read: a quotation mark is not closed, or a cell is far too long."),
            reader.line_num,
        ) from None


def _columns(cells: list[str]) -> list[str]:
    names = [_column(cell) for cell in cells]
    missing = [name for name in REQUIRED if name not in names]
    if missing or len(set(filter(None, names))) != len(list(filter(None, names))):
        raise _Unreadable(
            _("The first line must name the columns: serial_number and model, once each (序列号, 型号)."), 1
        )
    return names


def _column(cell: str) -> str:
    heading = unicodedata.normalize("NFKC", cell[:LONGEST_CELL]).strip().lower()
    return next((name for name, headings in COLUMNS.items() if heading in headings), "")


# -- judging --------------------------------------------------------------------------------------------------------


def _devices(lines: list[_Line], branch, now, errors: list[LineError]) -> Iterator[Device]:
    models = _Models()
    serials = [normalise(line.cells.get("serial_number", "")) for line in lines]
    present = _present(serials)
    first_line: dict[str, int] = {}
    if not lines:
        raise _Unreadable(_("The list names no device."))
    for line, serial in zip(lines, serials, strict=True):
        model = models.find(line.cells.get("model", ""), line.cells.get("vendor", ""))
        found = _problem(line, serial, model, present, first_line)
        first_line.setdefault(serial, line.number)
        if found:
            errors.append(LineError(line.number, found))
            continue
        yield Device(
            serial_number=serial,
            tusn=normalise(line.cells.get("tusn", "")),
            sim_iccid=normalise(line.cells.get("sim_iccid", "")),
            model=model,
            branch=branch,
            joined_at=now,
        )


def _problem(  # noqa: PLR0911 - one line for each thing that can be wrong
    line: _Line, serial: str, model, present: set[str], first_line: dict[str, int]
) -> str:
    if sentence := _cell_problem(line):
        return sentence
    if "E+" in serial:
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


def _cell_problem(line: _Line) -> str:
    for cell in line.cells.values():
        if len(cell) > LONGEST_CELL:
            return _("A cell has more than 200 characters.")
        if cell.startswith(FORMULA_SIGNS):
            return _("A cell begins with %(sign)s as a formula does. Enter it as plain text.") % {
                "sign": repr(cell[0])
            }
    return ""


def _extra_problem(line: _Line) -> str:
    tusn, iccid = (normalise(line.cells.get(name, "")) for name in ("tusn", "sim_iccid"))
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
