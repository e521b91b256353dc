"""What still stands between a terminal and its end, asked of every desk that has a say.

Desks stand above this room, so each adds itself by one declaration when the portal starts. Where none has, nothing ends:
a terminal whose clearance nobody answers for is not cleared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from terminals.models import Terminal

Answer = Callable[["Terminal"], list[str]]
_desks: dict[str, Answer] = {}
Categories = Callable[[], list[tuple[str, str]]]
_rooms: dict[str, Categories] = {}


def answers_for_stopping(desk: str, answer: Answer) -> None:
    """`answer(terminal)` is asked before the terminal ends: sentences for what is open, none where the desk is done."""
    _desks[desk] = answer


def outstanding(terminal: Terminal, *, besides: str = "") -> list[str]:
    """Everything that is open, desk by desk; a desk that asks for the others leaves itself out with `besides`."""
    if not _desks:
        return [_("Nobody answers for the clearance of terminals, so none can be stopped.")]
    asked = [answer for desk, answer in _desks.items() if desk != besides]
    return [sentence for answer in asked for sentence in answer(terminal)]


def names_violations(room: str, categories: Categories) -> None:
    """`categories()` gives code and words of every violation that the reason of a stop may open."""
    _rooms[room] = categories


def violations_to_open() -> list[tuple[str, str]]:
    """What the reason of a stop may open, as choices."""
    return [choice for categories in _rooms.values() for choice in categories()]
