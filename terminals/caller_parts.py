"""What every room shows the help line of a merchant whose caller has been identified.

Each room declares itself by one call when the portal starts, as `terminals.page_parts` has it for the page of a terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from merchants.models import Merchant


class CallerLine(NamedTuple):
    """A line of a section: what it is, the row whose status is shown beside it, and where to read on ("" for nowhere)."""

    title: str
    row: Any = None
    hint: str = ""
    url: str = ""


class CallerSection(NamedTuple):
    title: str
    lines: list[CallerLine]


Answer = Callable[["Merchant", Any, datetime], CallerSection]
_answers: dict[str, Answer] = {}


def put_before_helpers(section: str, answer: Answer) -> None:
    """`answer(merchant, reader, now)` gives the section; it leaves addresses out that the reader may not open.

    A section is answered once: declaring it again replaces the answer.
    """
    _answers[section] = answer


def sections_of(merchant: Merchant, *, reader: Any, now: datetime) -> list[CallerSection]:
    """Every section in the order of their declaration."""
    return [answer(merchant, reader, now) for answer in _answers.values()]
