"""A desk whose table is brought up to date by a list: its example is the table as it is, to be changed and sent back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from config.files.list_desk import ListDesk
from config.files.table_lists import TableList


class TableListDesk(ListDesk):
    """A `ListDesk` whose example a `TableList` tells."""

    table_list: ClassVar[TableList]
    import_template = "admin/files/table_import.html"

    def example_rows(self) -> Iterator[Sequence[str]]:
        yield self.table_list.heading_row()
        for row in self.table_list.rows().values():
            yield self.table_list.cells(row)
