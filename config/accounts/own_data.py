"""What every room knows of a person, and what it says when the account is to be deleted.

Rooms stand above this one, so each adds itself by one declaration when the portal starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from config.accounts.models import User

# Heading of a part, and its entries as names and values that JSON knows.
Parts = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Room:
    """`tells` gives the person's own data, `keeps` sentences why the account has to stay, `leaves` takes the person out."""

    tells: Callable[[User], Parts]
    keeps: Callable[[User], list[str]]
    leaves: Callable[[User, datetime], None]


_rooms: dict[str, Room] = {}


def answers_for_people(name: str, room: Room) -> None:
    """The room is asked whenever a person wants a copy of their data, or to be deleted."""
    _rooms[name] = room


def data_of(person: User) -> Parts:
    """Every part of every room."""
    return {heading: rows for room in _rooms.values() for heading, rows in room.tells(person).items()}


def what_keeps(person: User) -> list[str]:
    """Everything that has to be settled before the account can go, room by room."""
    return [sentence for room in _rooms.values() for sentence in room.keeps(person)]


def take_out(person: User, *, now: datetime) -> None:
    """No room lets the person act any more. Raises `Refused` where a room cannot do without them."""
    for room in _rooms.values():
        room.leaves(person, now)
