"""The one writer of reports: CSV in blocks, as the rows come, whatever their number.

UTF-8 with a byte order mark, CRLF, every cell in quotes. PostgreSQL writes whole files by COPY; where a column is sealed at rest, and
on SQLite, the portal writes them row by row. Both give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from config.files.exports.cells import harmless
from config.files.exports.columns import Column

BOM = b"\xef\xbb\xbf"
BLOCK = 128 * 1024
ROWS_AT_A_TIME = 2_000


class Sheet:
    """The file of these rows in these columns, once: iterating it gives its blocks.

    Afterwards `row_count`, `size` and `sha256` are those of what was given. `plain` names the personal columns that are not masked;
    `over` is the connection that PostgreSQL copies on, by default that of the rows.
    """

    def __init__(
        self, rows: QuerySet, columns: Sequence[Column], *, plain: Collection[str] = (), over: Any = None
    ) -> None:
        self.rows, self.columns, self.plain = rows, columns, plain
        self.over = over or connections[rows.db]
        self.row_count = self.size = 0
        self._digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        yield self._counted(BOM + _line([harmless(str(column.heading)) for column in self.columns]))
        for block in self._copied() if self.is_copied else self._written():
            # A cell holds no end of line, so every one of them ends a row.
            self.row_count += block.count(b"\n")
            yield self._counted(block)

    @property
    def is_copied(self) -> bool:
        """Whether the database writes the whole file."""
        return self.over.vendor == "postgresql" and all(column.in_sql for column in self.columns)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def _counted(self, block: bytes) -> bytes:
        self.size += len(block)
        self._digest.update(block)
        return block

    def _copied(self) -> Iterator[bytes]:
        try:
            sql, values = self.rows.values_list(
                *(column.sql() for column in self.columns)
            ).query.sql_with_params()
        except EmptyResultSet:
            return
        statement = f"COPY ({sql}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
        block = bytearray()
        # Of the driver itself: Django's cursor for debugging copies without values.
        with self.over.cursor() as cursor, cursor.cursor.copy(statement, tuple(values)) as copy:
            for line in copy:
                block += line
                if len(block) >= BLOCK:
                    yield bytes(block).replace(b"\n", b"\r\n")
                    block.clear()
        if block:
            yield bytes(block).replace(b"\n", b"\r\n")

    def _written(self) -> Iterator[bytes]:
        sources = list(dict.fromkeys(source for column in self.columns for source in column.sources))
        places = [tuple(sources.index(source) for source in column.sources) for column in self.columns]
        cells = [
            (column.written, place, column.name in self.plain)
            for column, place in zip(self.columns, places, strict=True)
        ]
        out = io.StringIO()
        writer = _writer(out)
        for values in self.rows.values_list(*sources).iterator(ROWS_AT_A_TIME):
            writer.writerow(
                [written(*(values[at] for at in place), plain=plain) for written, place, plain in cells]
            )
            if out.tell() >= BLOCK // 2:
                yield out.getvalue().encode()
                out.seek(0)
                out.truncate()
        if out.tell():
            yield out.getvalue().encode()


def _writer(out: io.StringIO) -> Any:
    return csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    _writer(out).writerow(cells)
    return out.getvalue().encode()
