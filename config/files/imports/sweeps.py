"""What is due with imports every minute: waiting ones are taken in, lost ones taken up again or given up, lists nobody imported deleted."""

from __future__ import annotations

from datetime import datetime

from config.files.imports.job import ImportJob
from config.files.imports.running import take_soon
from config.kernel.sweeping import sweep_rows


def look_after(now: datetime) -> None:
    """Leave every lost job waiting again or given up, every waiting one in the queue, and no list past its time."""
    ImportJob.look_after(now, soon=take_soon)
    due = ImportJob.objects.filter(status=ImportJob.Status.DONE, expires_at__lte=now).exclude(blob="")
    if due.exists():
        system = ImportJob.at_work()
        sweep_rows(due, lambda job: job.forget_list(by=system, now=now))
