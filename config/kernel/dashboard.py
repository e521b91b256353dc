"""What stands on the desk's first page above the ways in: numbers, bars and tables, each declared by the room it belongs to.

A room declares itself by one call where it registers its desks, as `terminals.page_parts` has it for a merchant's page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.safestring import SafeString

from config.kernel.line_chart import Drawing


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


class Day(NamedTuple):
    """A day of a chart with the number of each of its two lines, and the lists that show their rows."""

    words: str
    numbers: tuple[str, str]
    urls: tuple[str, str]


class Chart(NamedTuple):
    """Two numbers by day as lines, and as a table; `finding` says in a sentence what they show."""

    key: str
    title: str
    finding: str
    names: tuple[str, str]
    days: list[Day]
    drawings: list[Drawing]


class FirstPage(NamedTuple):
    """What a room, or all of them, puts on the first page."""

    tiles: Sequence[Tile] = ()
    bars: Sequence[Bars] = ()
    tables: Sequence[Table] = ()
    charts: Sequence[Chart] = ()


Answer = Callable[[HttpRequest, datetime], FirstPage]
_answers: dict[str, tuple[int, Answer]] = {}
BRANCH = "branch"


def stands_on_first_page(room: str, answer: Answer, *, rank: int = 50) -> None:
    """`answer(request, now)` gives what the member of staff who asks sees of the room; it asks the person's rights itself.

    What it counts is of the branches that `branches_asked` names. Its lists know the filter "branch": the page adds it to every
    address but those of single rows. A room answers once: declaring it again replaces the answer. The lowest rank comes first.
    """
    _answers[room] = rank, answer


def branches_asked(request: HttpRequest) -> Any:
    """The branches that the page speaks of: all that the person sees, or the chosen one with all below it."""
    person: Any = request.user
    scope = person.branch_scope()
    chosen = request.GET.get(BRANCH, "")
    # A branch's path names all that lie above it; one that is not the person's is in nobody's path here.
    return scope.filter(path__contains=f"/{int(chosen)}/") if chosen.isdecimal() else scope


def first_page(request: HttpRequest, *, now: datetime) -> FirstPage:
    """What every room puts there, by rank and then in the order of their declaration."""
    ranked = sorted(_answers.values(), key=lambda one: one[0])
    parts = [answer(request, now) for _rank, answer in ranked]
    whole = FirstPage(*(list(chain.from_iterable(of)) for of in zip(*parts, strict=True)))
    chosen = request.GET.get(BRANCH, "")
    return _narrowed(whole, chosen) if chosen else whole


def _narrowed(page: FirstPage, chosen: str) -> FirstPage:
    """The same page, its lists those of the chosen branch."""

    def to(url: str) -> str:
        return f"{url}{'&' if '?' in url else '?'}{BRANCH}={chosen}" if url else url

    return FirstPage(
        [tile._replace(url=to(tile.url), note_url=to(tile.note_url)) for tile in page.tiles],
        [bars._replace(bars=[bar._replace(url=to(bar.url)) for bar in bars.bars]) for bars in page.bars],
        [table._replace(url=to(table.url)) for table in page.tables],
        [
            chart._replace(days=[day._replace(urls=(to(day.urls[0]), to(day.urls[1]))) for day in chart.days])
            for chart in page.charts
        ],
    )


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
