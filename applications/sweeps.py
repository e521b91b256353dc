"""What time alone does to applications; the worker calls these, and calling them twice changes nothing more."""

from __future__ import annotations

from datetime import datetime, timedelta

from applications.filing import discard
from applications.models import Application
from config.accounts.models import User
from config.kernel.policy import current_policy
from config.kernel.sweeping import sweep_rows


def lapse_overdue(now: datetime) -> int:
    """Close returned applications whose deadline has passed; the number closed."""
    overdue = Application.objects.filter(status=Application.Status.RETURNED, correction_due_at__lt=now)
    cron = User.objects.system("cron")
    return sweep_rows(overdue, lambda application: application.as_kind().lapse(by=cron, now=now))


def remind_corrections(now: datetime) -> int:
    """Remind of every correction whose reminder is due: at half time and shortly before the end; the number reminded."""
    due = Application.objects.filter(status=Application.Status.RETURNED, remind_at__lte=now)
    cron = User.objects.system("cron")
    # Past the deadline it lapses, and nobody is reminded of what is over.
    running = due.filter(correction_due_at__gte=now)
    return sweep_rows(running, lambda application: application.as_kind().remind(by=cron, now=now))


def discard_old_drafts(now: datetime) -> int:
    """Delete drafts that nobody has touched for as long as the policy keeps them; the number deleted."""
    limit = now - timedelta(days=current_policy().draft_days)
    old = Application.objects.filter(status=Application.Status.DRAFT, edited_at__lt=limit)
    cron = User.objects.system("cron")
    return sweep_rows(old, lambda draft: discard(draft.as_kind(), by=cron, now=now, untouched_since=limit))
