"""What is due with exports every minute: waiting ones are made, lost ones taken up again, expired files removed."""

from __future__ import annotations

from datetime import datetime

from config.files.exports.export import Export
from config.files.exports.making import make_soon
from config.kernel.sweeping import sweep_rows


def look_after(now: datetime) -> None:
    """Leave every lost job waiting again or given up, every waiting one in the queue, and no file past its time."""
    Export.look_after(now, soon=make_soon)
    due = Export.objects.filter(status=Export.Status.READY, expires_at__lte=now)
    if due.exists():
        system = Export.at_work()
        sweep_rows(due, lambda export: export.expire(by=system, now=now))
