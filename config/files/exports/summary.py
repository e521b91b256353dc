"""A report's figures on paper: how many rows there are and how they fall apart, print-ready as PDF.

All figures come from one question to the database, so they agree with each other whatever is written meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.files.exports.columns import Column
from config.files.exports.rowfile import RowFile
from config.files.typesetting import typeset
from config.kernel import clock
from config.kernel.templatetags.formats import MISSING, count
from config.kernel.templatetags.frame import bank_name

TEMPLATE = "config/files/letters/summary.typ"
MARK = "static/portal/mark.svg"
# A longer table is for a spreadsheet; what follows is said in one line.
LONGEST_TABLE = 40


class Summary(RowFile):
    """As `RowFile`, of the columns that are counted by."""

    media_type = "application/pdf"
    ending = "pdf"
    # The database counts; nobody copies rows.
    is_copied = False

    def blocks(self) -> Iterator[bytes]:
        columns = [column for column in self.columns if column.is_counted]
        counts = self._counts(columns)
        # Without anything to count by, the rows themselves are the figure.
        self.row_count = sum(counts[0].values()) if counts else self.rows.order_by().count()
        yield typeset(TEMPLATE, self._facts(columns, counts))

    def _counts(self, columns: list[Column]) -> list[Counter[str]]:
        """For each column how many rows there are of each of its words."""
        sources = list(dict.fromkeys(source for column in columns for source in column.sources))
        places = [tuple(sources.index(source) for source in column.sources) for column in columns]
        found: list[Counter[str]] = [Counter() for _column in columns]
        if not columns:
            return found
        rows = self.rows.order_by().values_list(*sources)
        for *values, number in rows.annotate(number_of_rows=Count("pk", distinct=rows.query.distinct)):
            for counter, column, place in zip(found, columns, places, strict=True):
                counter[column.written(*(values[at] for at in place)) or MISSING] += number
        return found

    def _facts(self, columns: list[Column], counts: list[Counter[str]]) -> dict[str, Any]:
        head = [_("Rows"), _("Share"), ""]
        parts = [
            {
                "heading": _("By %(column)s") % {"column": column.heading},
                "head": [column.title, *head],
                "rows": list(self._rows(counter)),
            }
            for column, counter in zip(columns, counts, strict=True)
        ]
        return {
            "title": self.about.title,
            "language": get_language(),
            "date": clock.today().isoformat(),
            "bank": bank_name(),
            "mark": (settings.BASE_DIR / MARK).read_text(),
            "lines": [*self.about.lines, (_("Rows"), count(self.row_count))],
            "footer": f"{bank_name()}  {self.about.title}",
            "parts": parts if self.row_count else [],
        }

    def _rows(self, counter: Counter[str]) -> Iterator[tuple[str, str, str, float]]:
        ordered = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
        shown, others = ordered[:LONGEST_TABLE], ordered[LONGEST_TABLE:]
        if others:
            shown.append((_("All others: %(count)d") % {"count": len(others)}, sum(n for _word, n in others)))
        for word, number in shown:
            share = number / self.row_count
            yield word, count(number), f"{share:.1%}", round(share, 4)
