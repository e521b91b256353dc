"""A list as a page shows it: some rows, the links to those next to them, and what to say about an address nobody wrote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from config.kernel.keyset import Slice, UnknownPlace, slice_of

CURSOR = "at"
PAGE_SIZE = 20


class ListPage(NamedTuple):
    rows: list[Any]
    # Where this page begins, "" at the start of the list.
    place: str
    # What `components/_pager.html` and the notice above the list print.
    pager: dict[str, str]


def opened_at(queryset: QuerySet, *, order: Sequence[str], size: int, cursor: str) -> tuple[Slice, str]:
    """The rows from the cursor on, or from the start with a sentence that says so where the list has no such place."""
    try:
        return slice_of(queryset, order=order, size=size, cursor=cursor), ""
    except UnknownPlace:
        problem = _(
            "This address names a place in the list that does not exist, so the list begins at its start."
        )
        return slice_of(queryset, order=order, size=size), problem


def page_of(request: HttpRequest, queryset: QuerySet, *, chosen: str = "") -> ListPage:
    """The page of a list, newest first, that the address asks for; its links keep what is `chosen`, like "show=unread"."""
    cursor = request.GET.get(CURSOR, "")
    part, problem = opened_at(queryset, order=("-id",), size=PAGE_SIZE, cursor=cursor)
    front = f"?{chosen}&{CURSOR}=" if chosen else f"?{CURSOR}="
    pager = {
        "problem": problem,
        "next_url": f"{front}{part.next}" if part.next else "",
        "previous_url": f"{front}{part.previous}" if part.previous else "",
    }
    return ListPage(part.rows, "" if problem else cursor, pager)
