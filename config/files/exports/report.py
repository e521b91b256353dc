"""A report as data: what it is called, whose rows it has, by which filters, in which order and columns.

A room declares its reports in `desk/reports.py`, beside the filters of its lists; `config.reports` puts them on the one shelf, which is found
through `settings.REPORT_SHELF`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_filters import FilterSet

from config.files.exports.columns import Column, Level
from config.kernel.refusal import Refused

TAKE, TAKE_PLAIN = "files.take_report", "files.take_personal_columns"
# Rows that were ticked in the list, by their keys.
TICKED = "ticked"
MOST_TICKED = 200

Conditions = Mapping[str, list[str]]


@dataclass(frozen=True)
class Report:
    """One report. `rows` gives what the person may see at all, `permission` is that of the list it is taken from.

    `order` is that of the list, or says it for a filter set that is filled in. `list_page` is the route of the list.
    """

    name: str
    title: str | Promise
    hint: str | Promise
    permission: str
    rows: Callable[[Any], QuerySet]
    filterset: type[FilterSet]
    columns: tuple[Column, ...]
    list_page: str
    order: tuple[str, ...] | Callable[[Any], tuple[str, ...]] = ("-id",)

    def may_be_taken_by(self, person: Any) -> bool:
        return person.has_perm(TAKE) and person.has_perm(self.permission)

    @property
    def personal(self) -> list[Column]:
        """The columns that are masked."""
        return [column for column in self.columns if column.level == Level.PERSONAL]

    def known(self, given: QueryDict) -> dict[str, list[str]]:
        """What of an address or form is a condition of this report: what its list filters by, and what was ticked."""
        return {
            name: values
            for name, values in given.lists()
            if (name in self.filterset.base_filters or name == TICKED) and any(values)
        }

    def filled_in(self, conditions: Conditions, *, person: Any) -> Any:
        """The filter set of the list under these conditions, over the rows that this person may see."""
        data = QueryDict(mutable=True)
        for name, values in conditions.items():
            if name != TICKED:
                data.setlist(name, values)
        return self.filterset(data, queryset=self.rows(person), request=SimpleNamespace(user=person))

    def selected(self, conditions: Conditions, *, person: Any) -> QuerySet:
        """The rows of the list under these conditions, in its order. Raises `Refused` "conditions" where it would show an error."""
        filters = self.filled_in(conditions, person=person)
        if not filters.is_valid():
            said = [str(error) for errors in filters.form.errors.values() for error in errors]
            raise Refused(" ".join([_("These conditions do not fit the list."), *said]), code="conditions")
        order = self.order(filters) if callable(self.order) else self.order
        rows = filters.qs.order_by(*order)
        return rows.filter(pk__in=_keys(conditions[TICKED])) if TICKED in conditions else rows


def shelf() -> list[Report]:
    """Every report of the portal, in the order of the shelf."""
    return list(import_string(settings.REPORT_SHELF))


def report_named(name: str) -> Report | None:
    return next((report for report in shelf() if report.name == name), None)


def _keys(ticked: Iterable[str]) -> list[int]:
    keys = [int(key) for key in ticked if key.isascii() and key.isdigit() and len(key) < 19]
    if len(keys) != len(list(ticked)) or len(keys) > MOST_TICKED:
        raise Refused(_("These conditions do not fit the list."), code="conditions")
    return keys
