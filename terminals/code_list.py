"""The table of response codes from a list: a CSV file as `code_sheet` writes it, judged line by line, taken whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.files.imports.importer import Importer
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
)
from config.kernel.lifecycle import Refused
from config.privacy import plaintext
from config.privacy.identifiers import normalise
from terminals.code_sheet import COLUMNS, HEADINGS_ZH, LISTS, choices_of
from terminals.code_wording import add_code, one_a_line, revise, stale_sentence
from terminals.models import ResponseCode
from terminals.models.response_code import FIELDS, UNIONPAY, WORDING

SHAPE = Shape(
    # Wide brackets are folded to narrow ones where a heading is read.
    columns={name: {name, zh.replace("（", "(").replace("）", ")")} for name, zh in HEADINGS_ZH.items()},
    required=tuple(name for name in COLUMNS if name != "version"),
    advice=gettext_lazy(
        "The first line must name the columns as an export does, each once. Only version may be missing."
    ),
)
NAMES = {field.name: field.verbose_name for field in ResponseCode._meta.fields}
YES, NO = {"1", "YES", "TRUE", "是"}, {"", "0", "NO", "FALSE", "否"}
LONGEST_CELL = 900
MOST_SHOWN = 20
# No bank has more of them.
MOST_CODES = 1000
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Change:
    """What a good line does: adds a code where there is no `row`, else has it say `words`."""

    code_set: str
    code: str
    words: dict[str, Any]
    row: ResponseCode | None
    seen: int

    @property
    def fields(self) -> list[str]:
        return _changed(self.row, self.words) if self.row else []


def import_codes(
    content, *, by, now: datetime, only_look: bool = False, taking: Taking = IN_REQUEST
) -> ImportReport:
    """Every line is what its code says now, or the report says by line why not and nothing has changed.

    `content` is an uploaded file, bytes, text or lines; headings in Chinese or English. A line of a code that is listed
    names the version it was made from: somebody else's change since then is never written over. Codes without a line stay.
    """
    report = ImportReport()
    try:
        report.text = text_of(content, largest=taking.largest_file)
        lines = list(lines_of(report.text, SHAPE, most=taking.most_lines))
        changes = list(_changes(lines, report.errors, taking))
        report.count = len(changes)
        report.preview = [_shown(change) for change in changes[:MOST_SHOWN]]
        if not report.errors and not only_look:
            with taking.writing(report):
                report.added = _take(changes, by=by, now=now)
    except Unreadable as unreadable:
        report.errors.append(unreadable.error)
    return report


def _take(changes: list[Change], *, by, now: datetime) -> int:
    """How many codes were added or changed."""
    taken = 0
    try:
        with transaction.atomic():
            # In one order, so that two lists never wait for each other.
            for change in sorted(changes, key=lambda change: (change.code_set, change.code)):
                if change.row is None:
                    add_code(change.code_set, change.code, change.words, by=by, now=now)
                    taken += 1
                elif revise(change.row, change.words, seen=change.seen, by=by, now=now):
                    taken += 1
    except Refused as refused:
        raise Unreadable(refused.sentence) from refused
    return taken


# -- judging --------------------------------------------------------------------------------------------------------


def _changes(lines: list[Line], errors: list[LineError], taking: Taking) -> Iterator[Change]:
    if not lines:
        raise Unreadable(_("The list names no code."))
    present = {(row.code_set, row.code): row for row in ResponseCode.objects.all()}
    first_line: dict[tuple[str, str], int] = {}
    for line in taking.told(lines):
        mark = (line["code_set"].strip().lower() or UNIONPAY, normalise(line["code"][:LONGEST_CELL]))
        row = present.get(mark)
        words = {name: _read(line, name) for name in WORDING}
        found = (
            cell_problem(line, longest=LONGEST_CELL)
            or _twice(mark, first_line)
            or _words_problem(words)
            or _version_problem(line, row)
            or _row_problem(mark, words, row)
        )
        first_line.setdefault(mark, line.number)
        if found:
            errors.append(LineError(line.number, found))
        else:
            yield Change(*mark, words, row, row.version if row else 0)


def _twice(mark: tuple[str, str], first_line: dict[tuple[str, str], int]) -> str:
    if mark not in first_line:
        return ""
    return _("This code stands in line %(line)d already.") % {"line": first_line[mark]}


def _words_problem(words: dict[str, Any]) -> str:
    for name, value in words.items():
        field = FIELDS[name]
        if value is None:
            sentence = _("“%(column)s” is none of the words that an export uses.")
            return sentence % {"column": NAMES[name]}
        if isinstance(value, str) and (sentence := plaintext.problem(value, max_length=field.max_length)):
            return f"{NAMES[name]}: {sentence}"
    return ""


def _row_problem(mark: tuple[str, str], words: dict[str, Any], present: ResponseCode | None) -> str:
    """The sentence of the table's own rule that the line breaks, or "". What is in the table already breaks none."""
    if present and not _changed(present, words):
        return ""
    row = ResponseCode(code_set=mark[0], code=mark[1], **words)
    try:
        row.clean_fields(exclude=["changed_at", "changed_by"])
        for constraint in ResponseCode._meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                constraint.validate(ResponseCode, row)
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            name, sentences = next(iter(error.message_dict.items()))
            return f"{NAMES[name]}: {sentences[0]}"
        return str(error.messages[0])
    return ""


def _changed(row: ResponseCode, words: dict[str, Any]) -> list[str]:
    return [name for name in WORDING if getattr(row, name) != words[name]]


def _version_problem(line: Line, row: ResponseCode | None) -> str:
    typed = normalise(line["version"][:LONGEST_CELL])
    if row is None:
        return _("This code is not listed yet: leave its version empty.") if typed else ""
    if not typed:
        return _(
            "This code is listed already: write the version that the line was made from, as an export does."
        )
    return "" if typed == str(row.version) else stale_sentence(row)


def _read(line: Line, name: str) -> Any:
    """The value of a cell; None where it is none of the words that are known."""
    field, cell = FIELDS[name], line[name]
    if name == "retains_card":
        word = normalise(cell)
        return True if word in YES else False if word in NO else None
    if field.choices:
        return _choice(field, cell)
    text = plaintext.clean(cell)
    return one_a_line(text) if name in LISTS else text


def _choice(field: models.Field, cell: str) -> str | None:
    """By its value or its words in either language."""
    typed = cell.strip().casefold()
    if not typed:
        return "" if field.blank else None
    for value, label in choices_of(field):
        if typed in {str(value).casefold(), *(word.casefold() for word in _in_both(label))}:
            return str(value)
    return None


def _in_both(label) -> Iterator[str]:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            yield str(label)


def _shown(change: Change) -> tuple[str, ...]:
    if change.row is None:
        what = _("new")
    elif fields := change.fields:
        names = [str(NAMES[name]) for name in fields]
        what = _("changes: %(columns)s") % {"columns": ", ".join(names)}
    else:
        what = _("as it is")
    return (change.code_set, change.code, what)


def _said(added: int) -> str:
    said = ngettext("%(count)d code was added or changed.", "%(count)d codes were added or changed.", added)
    return said % {"count": added}


CODES = Importer(
    name="response_codes",
    title=gettext_lazy("Import response codes"),
    permission="terminals.add_responsecode",
    shape=SHAPE,
    take=import_codes,
    said=_said,
    headings=lambda: [_("Code set"), capfirst(str(NAMES["code"])), _("What the line does")],
    # Judged by the rules of the database, code by code: beyond a few hundred somebody would wait for it.
    most_at_once=MOST_AT_ONCE,
    most_lines=MOST_CODES,
)
