"""What keeps a merchant a customer: asked of every room that has a say, before its contract ends.

Rooms stand above this one, so each adds itself by one declaration when the portal starts. Where none has, nothing ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from merchants.models import Merchant

Answer = Callable[["Merchant"], list[str]]
_rooms: dict[str, Answer] = {}


def answers_for_closing(room: str, answer: Answer) -> None:
    """`answer(merchant)` is asked before the contract ends: sentences for what is still live, none where nothing is."""
    _rooms[room] = answer


def what_keeps(merchant: Merchant) -> list[str]:
    """Everything that is still live, room by room."""
    if not _rooms:
        return [_("Nobody answers for the terminals of merchants, so no contract can end.")]
    return [sentence for answer in _rooms.values() for sentence in answer(merchant)]
