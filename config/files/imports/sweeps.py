"""What is due with imports every minute: waiting ones are taken in, lost ones taken up again or given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model

from config.files.imports.job import ImportJob
from config.files.imports.running import SYSTEM, take_soon
from config.kernel.sweeping import sweep_rows

# The queue takes a job up within seconds; one that still waits then was lost with it.
WAITED = timedelta(minutes=2)
# Many beats were missed. While rows are written there is no beat, but the row is locked then, and a step on it waits for the end.
SILENT = timedelta(minutes=5)
Status = ImportJob.Status


def look_after(now: datetime) -> None:
    """Leave every lost job waiting again or given up, and every waiting one in the queue."""
    lost = ImportJob.objects.filter(status=Status.RUNNING, beat_at__lt=now - SILENT)
    if lost.exists():
        system = get_user_model().objects.system(SYSTEM)
        sweep_rows(lost, lambda job: _take_up(job, by=system, now=now))
    waiting = ImportJob.objects.filter(status=Status.PENDING, asked_at__lt=now - WAITED)
    sweep_rows(waiting, lambda job: take_soon(job.pk))


def _take_up(job: ImportJob, *, by: Any, now: datetime) -> None:
    if job.is_lost:
        job.fail(ImportJob.Failure.LOST, by=by, now=now)
    else:
        job.take_up_again(by=by, now=now)
