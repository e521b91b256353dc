"""What the bank says about its own upgrades and faults, and which of it touches a terminal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from terminals.models import Bulletin, Terminal

if TYPE_CHECKING:
    from django.db.models import QuerySet


def running_now(*, now: datetime) -> QuerySet[Bulletin]:
    """What touches the whole bank at the moment, whatever the code: all that a visitor may be told."""
    return Bulletin.objects.running(now).filter(branch=None)


def incident_of(terminal: Terminal, *, code: str, now: datetime) -> Bulletin | None:
    """The bulletin that explains why this terminal shows `code` now, the one that began first; None where there is none.

    A bulletin without a branch, or without a code, touches all of them.
    """
    touching = Q(branch=None) | Q(branch__in=terminal.branch.path.strip("/").split("/"))
    rows = Bulletin.objects.running(now).filter(touching).filter(Q(code="") | Q(code=code))
    return rows.order_by("starts_at", "id").first()
