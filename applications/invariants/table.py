"""The shape of an invariant: its name, what it says, and the query for what breaks it."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

Table = dict[str, tuple[str, Callable[[], QuerySet]]]


def count_of(rows: QuerySet, *, by: str) -> Coalesce:
    """How many of the rows name, in the column `by`, the row that is asked about."""
    belonging = rows.filter(**{by: OuterRef("pk")}).order_by().values(by)
    return Coalesce(
        Subquery(belonging.annotate(times=Count("pk")).values("times")), 0, output_field=IntegerField()
    )
