"""The report of bindings to the clearing organisation: every new, changed and cancelled binding, each once."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from config.files.lists import FORMULA_SIGNS
from config.kernel.audit import record, record_access
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused
from config.kernel.numbering import hold_series, take_number
from terminals.models import Binding, BindingReport, BindingReportLine, BindingSending

Kind = BindingReportLine.Kind
Outcome = BindingSending.Outcome
MAKE, DOWNLOAD = "terminals.make_bindingreport", "terminals.download_bindingreport"
SERIES, SCOPE = "binding_report", "bank"
# As many as an answer can hold; the rest follows in the next file.
MOST_LINES = 5_000
HEADINGS = [
    "line_id", "kind", "serial_number", "terminal_number", "acquirer_code", "merchant_number",
    "holder_identifier", "account_number", "place", "happened_at",
]  # fmt: skip


def due_openings() -> QuerySet[Binding]:
    """Bindings of which it was not reported that they began."""
    told = BindingReportLine.objects.filter(binding=OuterRef("pk"), kind__in=[Kind.NEW, Kind.CHANGE])
    return Binding.objects.filter(~Exists(told))


def due_cancellations() -> QuerySet[Binding]:
    """Bindings that ended with none after them, of which that was not reported."""
    told = BindingReportLine.objects.filter(binding=OuterRef("pk"), kind=Kind.CANCEL)
    later = Binding.objects.filter(terminal=OuterRef("terminal"), pk__gt=OuterRef("pk"))
    return Binding.objects.filter(~Exists(later), ~Exists(told), valid_to__isnull=False)


def objection_to_make(*, by) -> str:
    """Why this person makes no report and takes in no answer, or ""."""
    if not by.has_perm(MAKE):
        return _("Your role does not make reports of bindings.")
    if by.branch is None or by.branch.parent_id is not None:
        return _("The report is the whole bank's. Somebody of the head office makes it.")
    return ""


def make_report(*, by, now: datetime) -> BindingReport:
    """One file with everything that is due, each line for the first and only time. Raises `Refused`, also where nothing is due."""
    _insist(by)
    with told_as_refusals(), transaction.atomic():
        # Whoever comes at the same moment waits here, and then finds nothing due.
        hold_series(SERIES, scope=SCOPE, year=local_date(now).year)
        lines = _due_lines()
        if not lines:
            raise Refused(_("Nothing has changed since the last report."), code="nothing_due")
        BindingReportLine.objects.bulk_create(lines, batch_size=500)
        return _sent(lines, action="binding_report_made", by=by, now=now)


def resend_objection(report: BindingReport, *, by, now: datetime) -> str:
    """Why the refused lines of this report cannot be sent again now, or ""."""
    return objection_to_make(by=by) or report.objection(BindingReport.Status.RESENT, by=by, now=now)


def resend(report: BindingReport, *, by, now: datetime) -> BindingReport:
    """The refused lines of this report in a file of their own, with the elements as they were. Raises `Refused`."""
    _insist(by)
    with report.moving_to(BindingReport.Status.RESENT, by=by, now=now):
        refused = report.sendings.filter(outcome=Outcome.REFUSED).select_related("line")
        lines = [sending.line for sending in refused.order_by("position")]
        return _sent(lines, action="binding_report_resent", by=by, now=now)


def content_of(report: BindingReport) -> bytes:
    """The file: UTF-8, CRLF, a head with counts and control total, a line each. No cell is a formula to a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["H", *_head(report)])
    writer.writerow(HEADINGS)
    sendings = report.sendings.select_related("line").order_by("position")
    writer.writerows([harmless(cell) for cell in _cells(sending.line)] for sending in sendings)
    return out.getvalue().encode()


def download(report: BindingReport, *, by, now: datetime) -> bytes:
    """The file with its plain numbers, after the look is on record.

    Raises `Refused`: "forbidden", and "damaged" where what is kept does not make the file that was made.
    """
    if not by.has_perm(DOWNLOAD):
        raise Refused(_("Your role does not download reports with plain numbers."), code="forbidden")
    record_access(
        "binding_report_downloaded", by=by, now=now, subject=report, detail={"lines": report.line_count}
    )
    content = content_of(report)
    if hashlib.sha256(content).hexdigest() != report.sha256:
        raise Refused(
            _("The lines are not those of the file any more. Please tell the IT desk."), code="damaged"
        )
    return content


def harmless(cell: str) -> str:
    """The cell as a spreadsheet takes it for text."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


# -- private -----------------------------------------------------------------------------------------------------------


def _insist(by) -> None:
    if sentence := objection_to_make(by=by):
        raise Refused(sentence, code="forbidden")


def _numbered(now: datetime) -> str:
    year = local_date(now).year
    return f"BD-{year}-{take_number(SERIES, scope=SCOPE, year=year):05d}"


def _due_lines() -> list[BindingReportLine]:
    """In the order of the bindings, the beginning of each before its end."""
    earlier = Binding.objects.filter(terminal=OuterRef("terminal"), pk__lt=OuterRef("pk"))
    related = ("account", "division")
    openings = due_openings().annotate(follows=Exists(earlier)).select_related(*related).order_by("pk")
    lines = [
        _line(tie, Kind.CHANGE if tie.follows else Kind.NEW, tie.valid_from) for tie in openings[:MOST_LINES]
    ]
    room = MOST_LINES - len(lines)
    endings = due_cancellations().select_related(*related).order_by("pk")[:room]
    lines += [_line(tie, Kind.CANCEL, tie.valid_to) for tie in endings]
    return sorted(lines, key=lambda line: (line.binding_id, line.kind == Kind.CANCEL))


def _line(tie: Binding, kind: Kind, happened_at: datetime | None) -> BindingReportLine:
    return BindingReportLine(
        binding=tie,
        kind=kind,
        serial_number=tie.serial_number,
        terminal_number=tie.terminal_number,
        acquirer_code=tie.acquirer_code,
        merchant_number=tie.merchant_number,
        holder_identifier=tie.holder_identifier,
        account_number=tie.account.account_number,
        place=f"{tie.division or ''}{tie.address}",
        happened_at=happened_at,
    )


def _sent(lines: list[BindingReportLine], *, action: str, by, now: datetime) -> BindingReport:
    counts = Counter(str(line.kind) for line in lines)
    report = BindingReport.objects.create(
        number=_numbered(now),
        made_at=now,
        made_by=by,
        new_count=counts[Kind.NEW],
        change_count=counts[Kind.CHANGE],
        cancel_count=counts[Kind.CANCEL],
        control_total=sum(line.pk for line in lines),
    )
    BindingSending.objects.bulk_create(
        [
            BindingSending(report=report, line=line, position=position)
            for position, line in enumerate(lines, 1)
        ],
        batch_size=500,
    )
    report.sha256 = hashlib.sha256(content_of(report)).hexdigest()
    report.save(update_fields=["sha256"])
    record(action, by=by, now=now, subject=report, detail={"lines": len(lines)})
    return report


def _head(report: BindingReport) -> Iterable[object]:
    made = timezone.localtime(report.made_at, timezone.get_default_timezone())
    yield report.number
    yield f"{made:%Y-%m-%d %H:%M:%S}"
    yield from (report.line_count, report.new_count, report.change_count, report.cancel_count)
    yield report.control_total


def _cells(line: BindingReportLine) -> Iterator[str]:
    happened = timezone.localtime(line.happened_at, timezone.get_default_timezone())
    yield from (str(line.pk), line.kind.upper(), line.serial_number, line.terminal_number)
    yield from (line.acquirer_code, line.merchant_number, line.holder_identifier, line.account_number)
    yield line.place
    yield f"{happened:%Y-%m-%d %H:%M:%S}"
