"""What is planned for a terminal is announced to its owners some days ahead, each time once, also after days without a worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from terminals.models import Announcement, Terminal
from terminals.telling import tell_owners

About = Announcement.About
KINDS = {
    About.RESUMPTION: "terminal_resuming_soon",
    About.VERIFICATION: "terminal_unused_soon",
    About.STOP: "terminal_stopping_soon",
}


def announce(
    terminal: Terminal, about: About, *, due_on: date, on: date, days_ahead: Iterable[int], now: datetime
) -> bool:
    """The owners have been told how many days are left, by the nearest of the announcements `days_ahead` that is due; False
    where none is, or where it has been made. One that was missed is not made up for: the next one says what is left."""
    days_left = (due_on - on).days
    due = [days for days in days_ahead if 1 <= days_left <= days]
    if not due:
        return False
    with transaction.atomic():
        _row, is_new = Announcement.objects.get_or_create(
            terminal=terminal, about=about, due_on=due_on, days_ahead=min(due), defaults={"at": now}
        )
        if is_new:
            kind = KINDS[about]
            event = f"{kind}:{terminal.pk}:{due_on}:{min(due)}"
            tell_owners(kind, terminal, now=now, event=event, days_left=days_left)
    return is_new
