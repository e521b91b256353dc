"""What time alone does to applications; the worker calls these, and calling them twice changes nothing more."""

from __future__ import annotations

from datetime import datetime, timedelta

from applications.filing import discard
from applications.models import Application, Registration
from config.accounts.models import User
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy

BATCH = 200


def lapse_overdue(now: datetime) -> int:
    """Close returned applications whose deadline has passed; the number closed."""
    overdue = Application.objects.filter(status=Application.Status.RETURNED, correction_due_at__lt=now)
    lapsed = 0
    for application in overdue.order_by("correction_due_at")[:BATCH]:
        try:
            application.as_kind().lapse(by=User.objects.system("cron"), now=now)
            lapsed += 1
        except Refused:
            # Resubmitted since the list was read: it is no longer overdue.
            continue
    return lapsed


def discard_old_drafts(now: datetime) -> int:
    """Delete drafts that nobody has touched for as long as the policy keeps them; the number deleted."""
    limit = now - timedelta(days=current_policy().draft_days)
    old = Registration.objects.filter(status=Application.Status.DRAFT, edited_at__lt=limit)
    discarded = 0
    for registration in old.order_by("edited_at")[:BATCH]:
        try:
            discard(registration, by=User.objects.system("cron"), now=now, untouched_since=limit)
            discarded += 1
        except Refused:
            # Submitted or edited since the list was read.
            continue
    return discarded
