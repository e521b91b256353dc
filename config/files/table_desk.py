"""A desk whose table is brought up to date by a list: its example is the table as it is, to be changed and sent back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext, ngettext

from config.files.list_desk import ListDesk
from config.files.lists import ImportReport
from config.files.table_lists import TableList, import_table
from config.kernel import clock


class TableListDesk(ListDesk):
    """A `ListDesk` that a `TableList` tells everything."""

    table_list: ClassVar[TableList]
    import_template = "admin/files/table_import.html"

    def take_list(self, request, form, *, only_look: bool) -> ImportReport:
        return import_table(
            self.table_list, form.content, by=request.user, now=clock.now(), only_look=only_look
        )

    def words_for_taken(self, form: Any, report: ImportReport) -> str:
        if not report.added:
            return gettext("Nothing was changed: the table says all this already.")
        said = ngettext(
            "%(count)d row was added or changed.", "%(count)d rows were added or changed.", report.added
        )
        return said % {"count": report.added}

    def example_rows(self) -> Iterator[Sequence[str]]:
        yield self.table_list.heading_row()
        for row in self.table_list.rows().values():
            yield self.table_list.cells(row)

    def preview_headings(self) -> list[str]:
        return self.table_list.heading_row()
