"""Planned closures: announced before they end, and on their day the terminal is in use again by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from config.accounts.models import User
from config.kernel.clock import local_date
from config.kernel.policy import current_policy
from config.kernel.sweeping import sweep_rows
from terminals.announcing import About, announce
from terminals.models import Suspension


def resume_due(now: datetime) -> int:
    """Terminals whose closure ends today, or has ended while nobody looked, are in use again; how many."""
    due = Suspension.objects.filter(ended_at=None, until__lte=local_date(now)).select_related("terminal")
    cron = User.objects.system("cron")

    def resume(suspension: Suspension) -> None:
        suspension.terminal.resume_from(suspension, by=cron, now=now)

    return sweep_rows(due, resume)


def announce_ends(now: datetime) -> int:
    """Owners know some days ahead that a closure ends, each announcement once; how many were made.

    A closure that was never longer than that needs no announcement: whoever asked for it knows.
    """
    on, policy = local_date(now), current_policy()
    levels = {policy.notice_days_second, policy.notice_days_last}
    soon = Suspension.objects.filter(ended_at=None, until__gt=on, until__lte=on + timedelta(days=max(levels)))
    return sum(_announce(one, levels, now=now) for one in soon.select_related("terminal").order_by("pk"))


def _announce(suspension: Suspension, levels: set[int], *, now: datetime) -> bool:
    until = suspension.until
    if until is None:
        return False
    length = (until - local_date(suspension.since)).days
    return announce(
        suspension.terminal,
        About.RESUMPTION,
        due_on=until,
        on=local_date(now),
        days_ahead=[days for days in levels if days < length],
        now=now,
    )
