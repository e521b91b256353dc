"""What time alone does to tickets; the worker calls it, and calling it twice changes nothing more."""

from __future__ import annotations

from datetime import datetime

from applications.support.models import Ticket
from config.accounts.models import User
from config.kernel.sweeping import sweep_rows


def escalate_overdue(now: datetime) -> int:
    """Tell the supervisors of every ticket whose answer is late, once for each promise; how many were told of."""
    late = Ticket.objects.overdue(at=now).filter(escalated_at=None).select_related("branch")
    cron = User.objects.system("cron")
    return sweep_rows(late, lambda ticket: ticket.escalate(by=cron, now=now))
