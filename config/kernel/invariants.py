"""The shape of an invariant: its name, what it says, and the question for what breaks it. Every room has its own table of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import CharField, Count, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Length, LPad

from config.kernel.numbering import NumberSeries

Table = dict[str, tuple[str, Callable[[], QuerySet[Any, Any] | Sequence[Any]]]]


def count_of(rows: QuerySet, *, by: str) -> Coalesce:
    """How many of the rows name, in the column `by`, the row that is asked about."""
    belonging = rows.filter(**{by: OuterRef("pk")}).order_by().values(by)
    return Coalesce(
        Subquery(belonging.annotate(times=Count("pk")).values("times")), 0, output_field=IntegerField()
    )


def series_with_gaps(
    series: str, rows: QuerySet, *, prefix: str, width: int, column: str = "number"
) -> QuerySet:
    """The series, per scope and year, whose numbers in `rows` are not all those from 1 to the last that was taken.

    A number reads `prefix-scope-year-00001`, filled with zeros to `width`.
    """
    last = Cast("last", CharField())
    begin = Concat(Value(f"{prefix}-"), "scope", Value("-"), Cast("year", CharField()), Value("-"))
    given = rows.filter(**{f"{column}__startswith": OuterRef("begin")}).order_by()
    newest = given.annotate(long=Length(column)).order_by("-long", f"-{column}")
    return (
        NumberSeries.objects.filter(series=series)
        .annotate(
            begin=begin,
            expected=Concat("begin", LPad(last, Greatest(Value(width), Length(last)), Value("0"))),
            newest=Subquery(newest.values(column)[:1]),
            counted=Subquery(
                given.annotate(n=Func(F("pk"), function="COUNT", output_field=IntegerField())).values("n")
            ),
        )
        .exclude(Q(counted=F("last")) & (Q(last=0) | Q(newest=F("expected"))))
    )
