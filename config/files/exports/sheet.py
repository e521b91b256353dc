"""A report as CSV: UTF-8 with a byte order mark, CRLF, every cell in quotes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from config.files.exports.cells import harmless
from config.files.exports.columns import Kind
from config.files.exports.guarding import guarded_lines
from config.files.exports.rowfile import RowFile, portions

BOM = b"\xef\xbb\xbf"


class Sheet(RowFile):
    """As `RowFile`; a cell holds no end of line."""

    media_type = "text/csv; charset=utf-8"
    ending = "csv"

    def blocks(self) -> Iterator[bytes]:
        yield BOM + _line([harmless(column.title) for column in self.columns])
        numbers = [column.kind == Kind.NUMBER for column in self.columns]
        if not self.is_copied:
            for portion in portions(self._written()):
                self.row_count += len(portion)
                yield b"".join(portion)
            return
        cells = [column.sql() for column in self.columns]
        for portion in portions(self.copied(cells, "FORMAT csv, FORCE_QUOTE *")):
            self.row_count += len(portion)
            yield guarded_lines(portion, numbers).replace(b"\n", b"\r\n")

    def _written(self) -> Iterator[bytes]:
        columns = [(column.written, column.name in self.plain) for column in self.columns]
        for row in self.read():
            yield _line(
                [written(*values, plain=plain) for (written, plain), values in zip(columns, row, strict=True)]
            )


def _writer(out: io.StringIO) -> Any:
    return csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    _writer(out).writerow(cells)
    return out.getvalue().encode()
