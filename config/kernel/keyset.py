"""Paging by key: the tenth page costs what the first one costs, and no list is counted to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BigAutoField, Model, Q, QuerySet

SEPARATOR = "~"
BIGINT = 2**63


class UnknownPlace(Exception):
    """A cursor that no list of ours has written."""


@dataclass(frozen=True)
class Slice:
    """Some rows of a list, and the cursors of the pages next to them ("" at an end)."""

    rows: list[Any]
    next: str
    previous: str


def slice_of(queryset: QuerySet, *, order: Sequence[str], size: int, cursor: str = "") -> Slice:
    """At most `size` rows of the queryset from the cursor on, by two queries at most.

    `order` names columns that are never NULL, all rising or all falling ("-due_at", "-id"), the last one unique.
    Raises `UnknownPlace` for a cursor that does not fit.
    """
    backward, after = _read(cursor, queryset.model, order)
    rising = not order[0].startswith("-")
    names = [name.lstrip("-") for name in order]
    if after:
        queryset = queryset.filter(_beyond(names, after, greater=rising != backward))
    signs = order if not backward else [name if not rising else f"-{name}" for name in names]
    rows = list(queryset.order_by(*signs)[: size + 1])
    has_more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
    if not rows:
        return Slice([], "", "")
    has_next, has_previous = (True, has_more) if backward else (has_more, bool(after))
    return Slice(
        rows,
        next=_write("a", rows[-1], names) if has_next else "",
        previous=_write("b", rows[0], names) if has_previous else "",
    )


def _beyond(names: list[str], values: list[Any], *, greater: bool) -> Q:
    """Rows past the given one. The first term alone lets an index find the place; the rest settles equal keys."""
    sign = "gt" if greater else "lt"
    strictly = Q()
    for depth in range(len(names)):
        same = dict(zip(names[:depth], values[:depth], strict=True))
        strictly |= Q(**same, **{f"{names[depth]}__{sign}": values[depth]})
    return Q(**{f"{names[0]}__{sign}e": values[0]}) & strictly


def _write(direction: str, row: Model, names: list[str]) -> str:
    values = [getattr(row, name) for name in names]
    return SEPARATOR.join(
        [direction, *(v.isoformat() if hasattr(v, "isoformat") else str(v) for v in values)]
    )


def _read(cursor: str, model: type[Model], order: Sequence[str]) -> tuple[bool, list[Any]]:
    if not cursor:
        return False, []
    direction, *texts = cursor.split(SEPARATOR)
    if direction not in ("a", "b") or len(texts) != len(order) or len(cursor) > 200:
        raise UnknownPlace(cursor[:40])
    fields = [model._meta.get_field(name.lstrip("-")) for name in order]
    return direction == "b", [_value(field, text) for field, text in zip(fields, texts, strict=True)]


def _value(field: Any, text: str) -> Any:
    try:
        value = field.to_python(text)
    except (ValidationError, ValueError, OverflowError) as error:
        raise UnknownPlace(text[:40]) from error
    if value is None or (isinstance(field, BigAutoField) and not 0 <= value < BIGINT) or "\0" in text:
        raise UnknownPlace(text[:40])
    if hasattr(value, "tzinfo") and value.tzinfo is None:
        raise UnknownPlace(text[:40])
    return value
