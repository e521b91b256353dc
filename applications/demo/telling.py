"""Telling the stories of the demonstration, each once."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from applications.demo import people
from applications.demo.branches import open_branches
from applications.demo.estate import fill_stock
from config.accounts.models import User
from config.kernel.audit import AuditEvent, record
from config.kernel.delivery import deliver_due

TOLD = "demo_story_told"
# When the invented bank opened its books; every story begins later.
OPENED_DAYS_AGO = 360


@dataclass(frozen=True)
class Clock:
    """The moment at which the demonstration is made, and the bank's days before it."""

    now: datetime

    def ago(self, days: int, at: str = "10:00") -> datetime:
        """That time of day in Shanghai, at least one day ago, so that it is past whenever the demonstration is made."""
        if days < 1:
            raise ValueError("A story happens before today.")
        hour, minute = at.split(":")
        day = timezone.localtime(self.now, timezone.get_default_timezone()) - timedelta(days=days)
        return day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)


Story = Callable[[Clock], None]
STORIES: dict[str, Story] = {}
# Of rooms above this one, which declare theirs when the portal starts; told after all others.
STORIES_ABOVE: dict[str, Story] = {}


def story(name: str) -> Callable[[Story], Story]:
    """Have the function told under this name, after those above it. The name stays when the function changes."""

    def remember(tell: Story) -> Story:
        STORIES[name] = tell
        return tell

    return remember


def tell_above(name: str, tell: Story) -> None:
    """Have a story of a room above told under this name, once everything that it may speak of is there."""
    STORIES_ABOVE[name] = tell


def tell_all(stories: Mapping[str, Story], *, now: datetime) -> None:
    """Branches, people, stock and every story are there. What was made before stays as people have left it since.

    That a story was told is on record in the audit trail, so one whose draft was deleted does not come back.
    """
    clock = Clock(now)
    opened = clock.ago(OPENED_DAYS_AGO)
    with transaction.atomic():
        open_branches()
        people.open_accounts(now=opened)
        fill_stock(now=opened)
    for name in untold(stories):
        with transaction.atomic():
            stories[name](clock)
            record(TOLD, by=User.objects.system("demo"), now=now, detail={"story": name})
    _forget_old_letters(now)


def untold(stories: Mapping[str, Story]) -> list[str]:
    """The names of the stories that have still to be told, in their order."""
    told = set(AuditEvent.objects.filter(action=TOLD).values_list("detail__story", flat=True))
    return [name for name in stories if name not in told]


def _forget_old_letters(now: datetime) -> None:
    """What happened in the past was told in the past: the first minute of the worker prints no heap of letters."""
    with redirect_stdout(io.StringIO()):
        deliver_due(now)
