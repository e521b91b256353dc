"""What stands on the desk's first page above the ways in: numbers, bars and tables, each declared by the room it belongs to.

A room declares itself by one call where it registers its desks, as `terminals.page_parts` has it for a merchant's page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.safestring import SafeString


class Tile(NamedTuple):
    """A number that the list at `url` shows row by row, and beside it how many of them are pressing, with their own list."""

    title: str
    number: str
    url: str
    note: str = ""
    note_url: str = ""
    tone: str = "bad"


class Bar(NamedTuple):
    """One status of a table of bars: how many rows the list at `url` shows, their share of all in percent, and its tone."""

    label: str
    number: str
    share: str
    width: str
    tone: str
    url: str


class Bars(NamedTuple):
    """How many rows of a table are in each status, the most first; `finding` says it in a sentence."""

    key: str
    title: str
    finding: str
    headings: tuple[str, str, str]
    bars: list[Bar]


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


class FirstPage(NamedTuple):
    """What a room, or all of them, puts on the first page."""

    tiles: list[Tile]
    bars: list[Bars]
    tables: list[Table]


Answer = Callable[[HttpRequest, datetime], FirstPage]
_answers: dict[str, Answer] = {}


def stands_on_first_page(room: str, answer: Answer) -> None:
    """`answer(request, now)` gives what the member of staff who asks sees of the room; it asks the person's rights itself.

    A room answers once: declaring it again replaces the answer.
    """
    _answers[room] = answer


def first_page(request: HttpRequest, *, now: datetime) -> FirstPage:
    """What every room puts there, in the order of their declaration."""
    parts = [answer(request, now) for answer in _answers.values()]
    return FirstPage(*(list(chain.from_iterable(of)) for of in zip(*parts, strict=True)))


def bars_of(numbers: dict[str, int], *, labels: dict[str, str], tones: dict[str, str], url: str) -> list[Bar]:
    """A bar for each status that has rows, the longest first; `url` leads to the list of one status."""
    whole, longest = sum(numbers.values()), max(numbers.values(), default=0)
    return [
        Bar(
            label=labels[status],
            number=f"{number:,}",
            share=f"{number / whole:.1%}",
            width=f"{100 * number / longest:.2f}",
            tone=tones.get(status, "m"),
            url=f"{url}?status={status}",
        )
        for status, number in sorted(numbers.items(), key=lambda pair: -pair[1])
    ]
