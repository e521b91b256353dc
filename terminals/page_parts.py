"""What the rooms above put on a merchant's page of a terminal: open tasks, documents to print, applications to file.

Each room declares itself by one call when the portal starts, as `terminals.stopping` has it for the clearance.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from terminals.models import Terminal


class Slot(StrEnum):
    TASKS = "tasks"  # what the merchant has to do, above everything else
    DOCUMENTS = "documents"  # letters and slips that can be printed
    APPLICATIONS = "applications"  # what can be filed for the terminal


class Link(NamedTuple):
    """A line of a slot; one without an address is read and not followed. `why_not` greys it with a sentence, and then nothing is linked.

    A document that belongs to an application names it in `about` and is linked beside that step of the life, too.
    """

    title: str
    url: str
    hint: str = ""
    icon: str = ""
    why_not: str = ""
    about: str = ""


Answer = Callable[["Terminal", Any, datetime], list[Link]]
_answers: dict[Slot, dict[str, Answer]] = {slot: {} for slot in Slot}


def put_on_page(slot: Slot, room: str, answer: Answer) -> None:
    """`answer(terminal, reader, now)` gives the room's links, for a reader who may see the terminal; it asks its own permissions.

    A room answers once for each slot: declaring it again replaces the answer.
    """
    _answers[slot][room] = answer


def parts_of(terminal: Terminal, *, reader: Any, now: datetime) -> dict[str, list[Link]]:
    """The links of every slot, room by room in the order of their declaration."""
    return {
        slot.value: [link for answer in rooms.values() for link in answer(terminal, reader, now)]
        for slot, rooms in _answers.items()
    }
