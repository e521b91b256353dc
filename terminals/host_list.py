"""When terminals were used last, from the host's list: a CSV file, judged line by line, taken whole or not at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone
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
from config.kernel.clock import local_date
from config.kernel.templatetags.formats import moment
from config.privacy.identifiers import normalise, terminal_number
from terminals.dormancy import hear_of_transactions
from terminals.models import Terminal

SHAPE = Shape(
    columns={
        "number": {"terminal_number", "terminal number", "terminal", "tid", "终端编号", "终端号"},
        "at": {"last_transaction", "last transaction", "last_transaction_at", "最后交易时间", "末笔交易时间"},
    },
    required=("number", "at"),
    advice=gettext_lazy(
        "The first line must name the columns: terminal_number and last_transaction, once each (终端编号, 最后交易时间)."
    ),
)
MOMENT = re.compile(
    r"([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?"
)
# How far the host's clock may be ahead of ours.
CLOCKS_APART = timedelta(minutes=5)
MOST_SHOWN = 20
AT_A_TIME = 500


def import_host_list(
    content,
    *,
    reaches_to: date,
    by,
    now: datetime,
    only_look: bool = False,
    taking: Taking = IN_REQUEST,
) -> ImportReport:
    """The last transaction of every terminal of the list is known, or the report says by line why not and nothing has changed.

    The list is the whole bank's: somebody of the head office takes it in. With `only_look` nothing has changed in any case.
    """
    report = ImportReport()
    try:
        _insist(by, reaches_to, on=local_date(now))
        report.text = text_of(content, largest=taking.largest_file)
        lines = list(lines_of(report.text, SHAPE, most=taking.most_lines))
        moments = _moments(lines, report.errors, taking, reaches_to=reaches_to, now=now)
        report.count = len(moments)
        report.preview = [(number, moment(at)) for number, at in list(moments.items())[:MOST_SHOWN]]
        if not report.errors and not only_look:
            with taking.writing(report):
                hear_of_transactions(moments, reaches_to=reaches_to, by=by, now=now)
                report.added = len(moments)
    except Unreadable as unreadable:
        report.errors.append(unreadable.error)
    return report


def read_moment(text: str) -> datetime | None:
    """The moment that a cell writes by the bank's clock, or None."""
    folded = unicodedata.normalize("NFKC", text[:40]).strip()
    if not (found := MOMENT.fullmatch(folded)):
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone.get_default_timezone())
    except ValueError:
        return None


def _insist(by, reaches_to: date, *, on: date) -> None:
    if by.branch is None or by.branch.parent_id is not None:
        raise Unreadable(_("The host's list is the whole bank's. Somebody of the head office imports it."))
    if reaches_to > on:
        raise Unreadable(_("A list does not reach into the future."))


def _moments(
    lines: list[Line], errors: list[LineError], taking: Taking, *, reaches_to: date, now: datetime
) -> dict[str, datetime]:
    if not lines:
        raise Unreadable(_("The list names no terminal."))
    numbers = [normalise(line["number"]) for line in lines]
    known, first_line, moments = _known(numbers), dict[str, int](), dict[str, datetime]()
    for line, number in zip(taking.told(lines), numbers, strict=True):
        at = read_moment(line["at"])
        found = (
            cell_problem(line)
            or _number_problem(number, known, first_line)
            or _moment_problem(at, reaches_to=reaches_to, now=now)
        )
        first_line.setdefault(number, line.number)
        if found or at is None:
            errors.append(LineError(line.number, found))
            continue
        moments[number] = at
    return moments


def _number_problem(number: str, known: set[str], first_line: dict[str, int]) -> str:
    if was_shortened(number):
        return _("The spreadsheet has shortened the number. Format the column as text and enter it again.")
    if sentence := terminal_number.problem(number):
        return sentence
    if number in first_line:
        return _("The same stands in line %(line)d already.") % {"line": first_line[number]}
    if number not in known:
        return _("The register has no terminal %(number)s.") % {"number": number}
    return ""


def _moment_problem(at: datetime | None, *, reaches_to: date, now: datetime) -> str:
    if at is None:
        return _("A moment is written like 2026-09-11 14:30.")
    if at > now + CLOCKS_APART:
        return _("This moment lies in the future.")
    if local_date(at) > reaches_to:
        return _("This is later than the day to which the list reaches.")
    return ""


def _known(numbers: Iterable[str]) -> set[str]:
    wanted = sorted({number for number in numbers if number})
    found: set[str] = set()
    for start in range(0, len(wanted), AT_A_TIME):
        chunk = Terminal.objects.filter(number__in=wanted[start : start + AT_A_TIME])
        found.update(chunk.values_list("number", flat=True))
    return found


def _said(added: int, *, reaches_to: date) -> str:
    said = ngettext(
        "The last transaction of %(count)d terminal is known.",
        "The last transactions of %(count)d terminals are known.",
        added,
    )
    return said % {"count": added}


HOST_LIST = Importer(
    name="host_list",
    title=gettext_lazy("Import last transactions"),
    permission="terminals.import_hostreport",
    shape=SHAPE,
    take=import_host_list,
    said=_said,
    headings=lambda: [_("Terminal number"), _("Last transaction")],
    asks={
        "reaches_to": Asked(keep=date.isoformat, found=lambda kept, person: date.fromisoformat(kept)),
    },
)
