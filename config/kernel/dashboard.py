"""What stands on the desk's first page above the ways in: tables of what is pressing, each declared by the room it belongs to.

A room declares itself by one call where it registers its desks, as `terminals.page_parts` has it for a merchant's page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.safestring import SafeString


class Line(NamedTuple):
    """A row of a table: its number as a link, what it is, who has it, and a tag that says how pressing it is."""

    number: str
    url: str
    about: str
    holder: str
    pressing: SafeString | str


class Table(NamedTuple):
    """The most pressing rows of a list, with how many there are in it and the list itself.

    `total` is the number of rows that the list at `url` shows, "99+" beyond that many. `empty` is said where there is none.
    """

    key: str
    title: str
    total: str
    url: str
    headings: tuple[str, str, str]
    lines: list[Line]
    empty: str


Answer = Callable[[HttpRequest, datetime], list[Table]]
_answers: dict[str, Answer] = {}


def stands_on_first_page(room: str, answer: Answer) -> None:
    """`answer(request, now)` gives the room's tables for the member of staff who asks; it asks the person's rights itself.

    A room answers once: declaring it again replaces the answer.
    """
    _answers[room] = answer


def tables_for(request: HttpRequest, *, now: datetime) -> list[Table]:
    """The tables of every room, in the order of their declaration."""
    return [table for answer in _answers.values() for table in answer(request, now)]
