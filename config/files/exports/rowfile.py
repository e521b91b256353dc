"""What every kind of file of a report has in common: its rows are read once, its bytes counted as they are given.

PostgreSQL copies the rows; where a column is sealed at rest, and on SQLite, the portal reads them in portions. Both give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Expression, QuerySet

from config.files.exports.columns import Column

# Rows are handed on in portions of about this size: small enough to begin at once, large enough to cost nothing.
BLOCK = 128 * 1024
ROWS_AT_A_TIME = 2_000
# For this copying alone. Helpers would sort whole written rows on a disk and give none before all are there, at the cost of
# whoever opens a page meanwhile; compiling the cells takes longer than it saves. Moments are written by the session's zone:
# to look a zone up by its name for each took half as long as all else about the cells.
FOR_COPYING = {
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "TimeZone": settings.TIME_ZONE,
    "DateStyle": "ISO",
}


@dataclass(frozen=True)
class About:
    """What a file says of itself: its title, and lines of a heading and what it is."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()


class RowFile:
    """The file of these rows in these columns, once: iterating it gives its blocks.

    Afterwards `row_count`, `size` and `sha256` are those of what was given. `plain` names the personal columns that are not masked;
    `over` is the connection that PostgreSQL copies on, by default that of the rows.
    """

    media_type: ClassVar[str]
    ending: ClassVar[str]

    def __init__(
        self,
        rows: QuerySet,
        columns: Sequence[Column],
        *,
        plain: Collection[str] = (),
        over: Any = None,
        about: About | None = None,
    ) -> None:
        self.rows, self.columns, self.plain = rows, columns, plain
        self.over = over or connections[rows.db]
        self.about = about or About("")
        self.row_count = self.size = 0
        self._digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for block in self.blocks():
            self.size += len(block)
            self._digest.update(block)
            yield block

    def blocks(self) -> Iterator[bytes]:
        """The file; whoever makes it keeps `row_count`."""
        raise NotImplementedError

    @property
    def is_copied(self) -> bool:
        """Whether the database writes the rows."""
        return self.over.vendor == "postgresql" and all(column.in_sql for column in self.columns)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def copied(self, cells: Sequence[Expression], options: str) -> Iterator[bytes]:
        """The rows one by one as COPY gives them."""
        try:
            sql, values = self.rows.values_list(*cells).query.sql_with_params()
        except EmptyResultSet:
            return
        statement = f"COPY ({sql}) TO STDOUT ({options})"
        # Rolled back, whatever happens: inside another transaction, too, what follows has its own zone again.
        with self.over.cursor() as cursor, cursor.connection.transaction(force_rollback=True):
            for name, value in FOR_COPYING.items():
                cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
            # Of the driver itself: Django's cursor for debugging copies without values.
            with cursor.cursor.copy(statement, tuple(values)) as copy:
                for line in copy:
                    yield bytes(line)

    def read(self) -> Iterator[list[tuple[Any, ...]]]:
        """The rows one by one: for each column in turn what its sources hold."""
        sources = list(dict.fromkeys(source for column in self.columns for source in column.sources))
        places = [tuple(sources.index(source) for source in column.sources) for column in self.columns]
        for values in self.rows.values_list(*sources).iterator(ROWS_AT_A_TIME):
            yield [tuple(values[at] for at in place) for place in places]


def portions(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    """The same rows in portions of about a block."""
    portion: list[bytes] = []
    size = 0
    for line in lines:
        portion.append(line)
        size += len(line)
        if size >= BLOCK:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
