"""Whether a paper of the bank is genuine, asked with the random token of its QR code of every room that issues papers.

Rooms stand above this one, so each adds itself by one declaration when the portal starts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise


class Paper(NamedTuple):
    """All that a stranger is told of a genuine paper."""

    kind: str | Promise
    issued_at: datetime


Finder = Callable[[str], Paper | None]
_rooms: dict[str, Finder] = {}


def answers_for_papers(room: str, finder: Finder) -> None:
    """`finder(token)` answers the paper in force with this token, or None."""
    _rooms[room] = finder


def paper_of(token: str) -> Paper | None:
    """The genuine paper with this token, or None where nobody has issued it or it is void."""
    found = (finder(token) for finder in _rooms.values())
    return next((paper for paper in found if paper is not None), None)
