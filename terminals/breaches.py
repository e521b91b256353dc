"""Which merchants have a breach of the agreement in hand, asked of every room that keeps such cases.

A room adds itself by one declaration when the portal starts, as `terminals.stopping` has it for the clearance. Only what a merchant
may know is asked for: what follows from the answer is told to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from django.db.models import QuerySet

Answer = Callable[[], "QuerySet"]
_rooms: dict[str, Answer] = {}


def names_breaches(room: str, answer: Answer) -> None:
    """`answer()` gives the keys of the merchants that have an open case they may know of, as a queryset of one column."""
    _rooms[room] = answer


def in_breach() -> Q:
    """The merchants that some room has an open case against."""
    condition = Q(pk__in=[])
    for answer in _rooms.values():
        condition |= Q(pk__in=answer())
    return condition
