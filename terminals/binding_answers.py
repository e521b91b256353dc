"""What the clearing organisation answers to the lines of a report: a CSV file, judged line by line, taken whole or not at all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.files.imports.importer import Importer
from config.files.lists import (
    IN_REQUEST,
    MOST_LINES,
    ImportReport,
    Line,
    LineError,
    Shape,
    Taking,
    Unreadable,
    cell_problem,
    lines_of,
    text_of,
)
from config.kernel.audit import record
from config.kernel.lifecycle import lock_in_order
from config.privacy import plaintext
from terminals.binding_reports import MAKE, objection_to_make
from terminals.models import BindingReport, BindingReportLine, BindingSending

Outcome = BindingSending.Outcome
SHAPE = Shape(
    columns={
        "line": {"line_id", "line", "id", "行号", "记录编号"},
        "result": {"result", "code", "结果", "结果码", "返回码"},
        "text": {"text", "message", "说明", "返回信息"},
    },
    required=("line", "result"),
    advice=gettext_lazy(
        "The first line must name the columns: line_id and result, once each (记录编号, 结果)."
    ),
)
TAKEN = {"OK", "00", "0000", "成功"}
LONGEST_CODE, LONGEST_TEXT, LONGEST_ID = 20, 200, 18
MOST_SHOWN = 20


def import_answers(
    content, *, by, now: datetime, only_look: bool = False, taking: Taking = IN_REQUEST
) -> ImportReport:
    """Every line of the list is answered, and each report whose lines all are is closed; or the report says by line why not and
    nothing has changed. With `only_look` nothing has changed in any case."""
    report = ImportReport()
    try:
        if sentence := objection_to_make(by=by):
            raise Unreadable(sentence)
        report.text = text_of(content, largest=taking.largest_file)
        lines = list(lines_of(report.text, SHAPE, most=taking.most_lines))
        answers = _answers(lines, report.errors, now, taking)
        report.count = len(answers)
        report.preview = [_shown(sending) for sending in answers[:MOST_SHOWN]]
        if not report.errors and not only_look:
            with taking.writing(report):
                _take(answers, by=by, now=now)
                report.added = len(answers)
    except Unreadable as unreadable:
        report.errors.append(unreadable.error)
    return report


def _take(answers: list[BindingSending], *, by, now: datetime) -> None:
    """With the reports locked: somebody may have taken the same answers in just now."""
    with transaction.atomic():
        reports = list(
            BindingReport.objects.filter(pk__in={sending.report_id for sending in answers}).order_by("pk")
        )
        lock_in_order(*reports)
        keys = [sending.pk for sending in answers]
        if BindingSending.objects.filter(pk__in=keys, outcome=Outcome.PENDING).count() != len(keys):
            raise Unreadable(_("Somebody has taken in these answers just now. Look at the reports."))
        fields = ["outcome", "answered_at", "error_code", "error_text"]
        BindingSending.objects.bulk_update(answers, fields, batch_size=200)
        taken = [sending.line_id for sending in answers if sending.outcome == Outcome.TAKEN]
        for start in range(0, len(taken), 500):
            some = BindingReportLine.objects.filter(pk__in=taken[start : start + 500])
            some.update(acknowledged_at=now)
        for report in reports:
            mine = [sending for sending in answers if sending.report_id == report.pk]
            refused = sum(sending.outcome == Outcome.REFUSED for sending in mine)
            detail = {"lines": len(mine), "refused": refused}
            record("binding_report_answered", by=by, now=now, subject=report, detail=detail)
            if not report.sendings.filter(outcome=Outcome.PENDING).exists():
                report.close(by=by, now=now)


def _answers(
    lines: list[Line], errors: list[LineError], now: datetime, taking: Taking
) -> list[BindingSending]:
    if not lines:
        raise Unreadable(_("The list answers no line."))
    keys = [_key(line) for line in lines]
    on_their_way = _on_their_way({key for key in keys if key})
    first_line, answers = dict[int, int](), list[BindingSending]()
    for line, key in zip(taking.told(lines), keys, strict=True):
        found = cell_problem(line) or _problem(line, key, on_their_way, first_line)
        first_line.setdefault(key, line.number)
        if found:
            errors.append(LineError(line.number, found))
            continue
        answers.append(_answered(on_their_way[key], line, now))
    return answers


def _key(line: Line) -> int:
    text = line["line"].strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0


def _problem(line: Line, key: int, on_their_way: dict, first_line: dict[int, int]) -> str:
    if not key:
        return _("The number of a line has digits only.")
    if key in first_line:
        return _("The same stands in line %(line)d already.") % {"line": first_line[key]}
    if key not in on_their_way:
        return _("No line %(key)d waits for an answer.") % {"key": key}
    result, text = plaintext.clean(line["result"]), plaintext.clean(line["text"])
    if not result:
        return _("The line says no result.")
    return plaintext.problem(result, max_length=LONGEST_CODE) or plaintext.problem(
        text, max_length=LONGEST_TEXT
    )


def _answered(sending: BindingSending, line: Line, now: datetime) -> BindingSending:
    result = plaintext.clean(line["result"])
    sending.answered_at = now
    if result.upper() in TAKEN:
        sending.outcome = Outcome.TAKEN
    else:
        sending.outcome = Outcome.REFUSED
        sending.error_code, sending.error_text = result, plaintext.clean(line["text"])
    return sending


def _on_their_way(keys: set[int]) -> dict[int, BindingSending]:
    found: dict[int, BindingSending] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), 500):
        pending = BindingSending.objects.filter(
            outcome=Outcome.PENDING, line__in=wanted[start : start + 500]
        ).select_related("report", "line")
        found |= {sending.line_id: sending for sending in pending}
    return found


def _shown(sending: BindingSending) -> tuple[str, ...]:
    return (
        str(sending.line_id),
        sending.report.number,
        sending.line.serial_number,
        str(sending.get_outcome_display()),
        sending.error_text,
    )


def _said(added: int) -> str:
    said = ngettext("%(count)d line is answered.", "%(count)d lines are answered.", added)
    return said % {"count": added}


ANSWERS = Importer(
    name="binding_answers",
    title=gettext_lazy("Import an answer"),
    permission=MAKE,
    shape=SHAPE,
    take=import_answers,
    said=_said,
    headings=lambda: [_("Line"), _("Report"), _("Serial number"), _("Answer"), _("Text")],
    # A report has no more lines than that, and an answer belongs to one.
    most_lines=MOST_LINES,
)
