"""A report as a workbook (XLSX, ECMA-376): typed cells, numbers that are names as text, as many sheets as its rows need.

Rows are written as they come, into a packed file that is given out while it grows: nothing is kept, in memory or on a disk. PostgreSQL
writes the cells as well as the rows; a library that is given row by row was measured at half of this pace, and keeps a plain copy of the
data on a disk until it is finished.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from itertools import chain

from django.db.models import Expression, Func, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.files.exports import workbook_parts as parts
from config.files.exports.columns import Column, Kind
from config.files.exports.guarding import NO_CELL, TEXT_CELL, guarded_xml, text_cell
from config.files.exports.rowfile import BLOCK, RowFile, portions
from config.kernel.templatetags.formats import count

# What a sheet holds, its heading included, and how much of it a reader of packed files takes without extensions of the format.
MOST_ROWS = 1_048_576
MOST_BYTES = 1_500_000_000
# Arguments that a function of PostgreSQL may have.
MOST_ARGUMENTS = 90
FASTEST = 1


class Workbook(RowFile):
    """As `RowFile`; its first sheet says what the file is."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ending = "xlsx"

    def blocks(self) -> Iterator[bytes]:
        self._out = _Growing()
        self._packed = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED, compresslevel=FASTEST)
        yield from self._rows()
        names = [_("About this file"), *self._names()]
        self._put("xl/worksheets/sheet1.xml", parts.cover(self._cover()))
        for name, content in parts.frame(names).items():
            self._put(name, content)
        self._packed.close()
        yield self._out.taken()

    def _rows(self) -> Iterator[bytes]:
        """Sheet after sheet; one of them even where there is no row."""
        self._sheet_count = 0
        pending = portions(self._copied_rows() if self.is_copied else self._written_rows())
        left = next(pending, None)
        while left is not None or not self._sheet_count:
            self._sheet_count += 1
            name = f"xl/worksheets/sheet{self._sheet_count + 1}.xml"
            with self._packed.open(_entry(name), "w") as sheet:
                sheet.write(self._head())
                in_sheet, size = 1, 0
                while left is not None and in_sheet < MOST_ROWS and size < MOST_BYTES:
                    fitting, rest = left[: MOST_ROWS - in_sheet], left[MOST_ROWS - in_sheet :]
                    content = guarded_xml(fitting) if self.is_copied else b"".join(fitting)
                    sheet.write(content)
                    in_sheet, size = in_sheet + len(fitting), size + len(content)
                    self.row_count += len(fitting)
                    left = rest or next(pending, None)
                    if self._out.size >= BLOCK:
                        yield self._out.taken()
                sheet.write(parts.foot(len(self.columns)))
        yield self._out.taken()

    def _head(self) -> bytes:
        headings = [column.title for column in self.columns]
        return parts.head(headings, [column.kind for column in self.columns])

    def _copied_rows(self) -> Iterator[bytes]:
        cells = list(chain.from_iterable(_cell_in_sql(column) for column in self.columns))
        return self.copied([_joined([Value("<row>"), *cells, Value("</row>")])], "FORMAT text")

    def _written_rows(self) -> Iterator[bytes]:
        columns = [(column, column.name in self.plain) for column in self.columns]
        for row in self.read():
            cells = (
                _cell(column, values, plain=plain)
                for (column, plain), values in zip(columns, row, strict=True)
            )
            yield f"<row>{''.join(cells)}</row>\n".encode()

    def _cover(self) -> list[tuple[str, str]]:
        lines = [(self.about.title, ""), *self.about.lines, (_("Rows"), count(self.row_count))]
        if self._sheet_count > 1:
            lines.append((_("Sheets"), pgettext("list", ", ").join(self._names())))
        return [
            *lines,
            (_("Apostrophe"), _("What a spreadsheet would take for a formula has one before it.")),
        ]

    def _names(self) -> list[str]:
        return [_("Rows %(number)d") % {"number": number + 1} for number in range(self._sheet_count)]

    def _put(self, name: str, content: bytes) -> None:
        self._packed.writestr(_entry(name), content)


class _Growing:
    """A file that is only ever written at its end, and taken away meanwhile."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self.size = 0

    def write(self, content: bytes) -> int:
        self._held.append(bytes(content))
        self.size += len(content)
        return len(content)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        content = b"".join(self._held)
        self._held, self.size = [], 0
        return content


def _entry(name: str) -> zipfile.ZipInfo:
    """A part under a time of its own: the same rows give the same bytes."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _cell(column: Column, values: tuple, *, plain: bool) -> str:
    if column.kind == Kind.TEXT:
        return text_cell(column.written(*values, plain=plain))
    serial = column.serial(*values)
    return f"{parts.OPENED[column.kind]}{serial}{parts.CLOSED}" if serial else NO_CELL


def _cell_in_sql(column: Column) -> list[Expression]:
    """The cell as one expression; an empty one is there too, because a cell is told by its place."""
    if column.kind == Kind.TEXT:
        opened, closed = TEXT_CELL
        value: Expression = Func(
            Cast(column.sql(), TextField()),
            template=f"nullif({_IN_XML}, '')",
            output_field=TextField(),
        )
    else:
        opened, closed, value = parts.OPENED[column.kind], parts.CLOSED, column.serial_sql()
    whole = Func(Value(opened), value, Value(closed), template="%(expressions)s", arg_joiner=" || ")
    return [Func(whole, Value(NO_CELL), function="coalesce", output_field=TextField())]


_IN_XML = "replace(replace(replace(%(expressions)s, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


def _joined(cells: list[Expression]) -> Expression:
    """One text of all; in groups, because a function takes so many arguments and no more."""
    groups = [cells[at : at + MOST_ARGUMENTS] for at in range(0, len(cells), MOST_ARGUMENTS)]
    joined = [Func(*group, function="concat", output_field=TextField()) for group in groups]
    return joined[0] if len(joined) == 1 else Func(*joined, function="concat", output_field=TextField())
