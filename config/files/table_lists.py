"""A table of reference data from a list: rows known by their code are added or changed, none is taken away.

A room says in a `TableList` which table it is, how the list is headed and what one line makes of a row. Reading, preview,
errors by line, all or nothing and the record are the same for every table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from config.files.imports.importer import Importer
from config.files.lists import (
    IN_REQUEST,
    MOST_LONG_LINES,
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
from config.privacy.identifiers import normalise

MOST_SHOWN = 20
MOST_RECORDED = 50
YES, NO = {"1", "YES", "TRUE", "是"}, {"0", "NO", "FALSE", "否"}

Rows = Mapping[str, Any]


class Wrong(Exception):
    """What is wrong with a line, as a sentence for whoever mends it."""


@dataclass(frozen=True)
class Heading:
    """A column of the list as an example writes it, and the other words by which it is known."""

    zh: str
    en: str
    aliases: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TableList:
    """A table whose rows a list brings up to date.

    `made` answers the row that a line asks for, from the line, its code and the rows as they will be with the lines before
    it; it raises `Wrong`. `cells` writes a row as a line of the list. `following` names rows that change because others
    did. A row of `order` comes before those that build on it.
    """

    model: type[models.Model]
    headings: Mapping[str, Heading]
    required: tuple[str, ...]
    advice: Any
    made: Callable[[Line, str, Rows], models.Model]
    cells: Callable[[Any], Sequence[str]]
    following: Callable[[Rows, Sequence[Any]], list[Any]] = lambda rows, changed: []
    order: Callable[[str], Any] = str
    # How a code is written in the table, whatever the list makes of it.
    coded: Callable[[str], str] = normalise
    # What a person's list sets on every row that it writes.
    mark: tuple[str, Any] | None = None

    @property
    def key(self) -> str:
        """The column that tells rows apart; "code" in every table there is."""
        return "code"

    @property
    def shape(self) -> Shape:
        known = {
            name: {name, heading.zh, heading.en.lower(), *heading.aliases}
            for name, heading in self.headings.items()
        }
        return Shape(columns=known, required=self.required, advice=self.advice)

    def heading_row(self) -> list[str]:
        """The headings in the language of the page."""
        return [one.en if get_language() == "en" else one.zh for one in self.headings.values()]

    def rows(self) -> dict[str, Any]:
        """The table as it is, by code."""
        manager = self.model._default_manager
        return {getattr(row, self.key): row for row in manager.order_by(self.key)}


def import_table(
    table: TableList,
    content: Any,
    *,
    by: Any,
    now: datetime,
    only_look: bool = False,
    taking: Taking = IN_REQUEST,
) -> ImportReport:
    """Every row says what its line says, or the report says by line why not and nothing has changed.

    `content` is an uploaded file, bytes, text or lines. Rows without a line stay as they are; `added` counts those that
    were added or changed.
    """
    report = ImportReport()
    try:
        report.text = text_of(content, largest=taking.largest_file)
        lines = list(lines_of(report.text, table.shape, most=taking.most_lines))
        if not lines:
            raise Unreadable(_("The list has no line below its heading."))
        present = table.rows()
        wanted = list(_wanted(table, lines, present, report.errors, taking))
        report.count = len(wanted)
        report.preview = [tuple(table.cells(row)) for row in wanted[:MOST_SHOWN]]
        if not report.errors and not only_look:
            with taking.writing(report):
                _refuse_changed(table, present)
                report.added = _write(table, wanted, present, by=by, now=now)
    except Unreadable as unreadable:
        report.errors.append(unreadable.error)
    return report


def _wanted(
    table: TableList, lines: list[Line], present: Rows, errors: list[LineError], taking: Taking
) -> Iterator[models.Model]:
    """The rows of the good lines, in the order of their codes; what is wrong with the others is in `errors`, by line."""
    first_line: dict[str, int] = {}
    rows = dict(present)
    found: list[LineError] = []
    coded = [(table.coded(line[table.key][:40]), line) for line in lines]
    ordered = sorted(coded, key=lambda one: (table.order(one[0]), one[1].number))
    for code, line in taking.told(ordered):
        try:
            _refuse(line, code, first_line)
            row = _checked(table.made(line, code, rows))
        except Wrong as wrong:
            found.append(LineError(line.number, str(wrong)))
        else:
            rows[code] = row
            yield row
        first_line.setdefault(code, line.number)
    errors.extend(sorted(found, key=lambda error: error.line))


def _refuse(line: Line, code: str, first_line: Mapping[str, int]) -> None:
    if sentence := cell_problem(line):
        raise Wrong(sentence)
    if not code:
        raise Wrong(_("The line names no code."))
    if code in first_line:
        raise Wrong(_("This code stands in line %(line)d already.") % {"line": first_line[code]})


def _checked(row: models.Model) -> models.Model:
    """The row where it keeps the rules of its columns and of its table; else `Wrong` with the first that it breaks."""
    related = {field.name for field in row._meta.concrete_fields if field.is_relation}
    try:
        row.full_clean(exclude=related, validate_unique=False)
    except ValidationError as error:
        name, sentences = next(iter(error.message_dict.items()))
        words = {field.name: field.verbose_name for field in row._meta.concrete_fields}
        label = f"{words[name]}: " if name in words else ""
        raise Wrong(f"{label}{sentences[0]}") from error
    return row


def _refuse_changed(table: TableList, judged: Rows) -> None:
    """What a line leaves open it has from the row that was there when it was judged; that row must be there still."""
    columns = [field.attname for field in table.model._meta.concrete_fields]
    present = table.rows()
    if present.keys() != judged.keys() or any(
        _differs(judged[code], row, columns) for code, row in present.items()
    ):
        raise Unreadable(
            _("Somebody has changed the table just now. Look through the list and send it again.")
        )


def _write(table: TableList, wanted: list[Any], present: Rows, *, by: Any, now: datetime) -> int:
    marked = table.mark[0] if table.mark else ""
    # A line that says what the row says already is nobody's doing.
    columns = [field.attname for field in table.model._meta.concrete_fields if field.name != marked]
    code_of = {id(row): getattr(row, table.key) for row in wanted}
    changed = [row for row in wanted if _differs(present.get(code_of[id(row)]), row, columns)]
    if not changed:
        return 0
    if table.mark:
        for row in changed:
            setattr(row, *table.mark)
    following = table.following({**present, **{code_of[id(row)]: row for row in changed}}, changed)
    names = [f.name for f in table.model._meta.concrete_fields if not f.primary_key and f.name != table.key]
    table.model._default_manager.bulk_create(
        [*changed, *following],
        update_conflicts=True,
        unique_fields=[table.key],
        update_fields=names,
        batch_size=500,
    )
    codes = [code_of[id(row)] for row in changed]
    detail = {
        "table": table.model._meta.model_name,
        "count": len(changed),
        "added": sum(code not in present for code in codes),
        "codes": codes[:MOST_RECORDED],
    }
    record("table_imported", by=by, now=now, detail=detail)
    return len(changed)


def _differs(present: Any, row: Any, columns: list[str]) -> bool:
    return present is None or any(getattr(present, name) != getattr(row, name) for name in columns)


def table_importer(
    table: TableList,
    *,
    name: str,
    title: Any,
    permission: str,
    most_lines: int = MOST_LONG_LINES,
    most_at_once: int | None = None,
) -> Importer:
    """The importer of a table of reference data."""
    return Importer(
        name=name,
        title=title,
        permission=permission,
        shape=table.shape,
        take=partial(import_table, table),
        said=_said,
        headings=table.heading_row,
        most_lines=most_lines,
        most_at_once=most_at_once,
    )


def _said(added: int) -> str:
    if not added:
        return _("Nothing was changed: the table says all this already.")
    said = ngettext("%(count)d row was added or changed.", "%(count)d rows were added or changed.", added)
    return said % {"count": added}


def yes_or_no(line: Line, column: str, *, default: bool) -> bool:
    """What a cell says that holds yes or no; `default` where it is empty. Raises `Wrong`."""
    word = normalise(line[column][:10])
    if not word:
        return default
    if word not in YES | NO:
        raise Wrong(_("“%(said)s” is neither yes nor no.") % {"said": line[column][:10]})
    return word in YES


def yes_or_no_said(value: bool) -> str:
    """The same, as a list writes it."""
    return _("Yes") if value else _("No")
