"""What is due with exports every minute: waiting ones are made, lost ones taken up again, expired files removed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model

from config.files.exports.export import Export
from config.files.exports.making import SYSTEM, make_soon
from config.kernel.sweeping import sweep_rows

# The queue takes a job up within seconds; one that still waits then was lost with it.
WAITED = timedelta(minutes=2)
# Many beats were missed: whoever made it is gone.
SILENT = timedelta(minutes=5)
Status = Export.Status


def look_after(now: datetime) -> None:
    """Leave every lost job waiting again or given up, every waiting one in the queue, and no file past its time."""
    exports = Export.objects.all()
    lost = exports.filter(status=Status.RUNNING, beat_at__lt=now - SILENT)
    if lost.exists() or exports.filter(status=Status.READY, expires_at__lte=now).exists():
        system = get_user_model().objects.system(SYSTEM)
        sweep_rows(lost, lambda export: _take_up(export, by=system, now=now))
        due = exports.filter(status=Status.READY, expires_at__lte=now)
        sweep_rows(due, lambda export: export.expire(by=system, now=now))
    waiting = exports.filter(status=Status.PENDING, asked_at__lt=now - WAITED)
    sweep_rows(waiting, lambda export: make_soon(export.pk))


def _take_up(export: Export, *, by: Any, now: datetime) -> None:
    if export.is_lost:
        export.fail(Export.Failure.LOST, by=by, now=now)
    else:
        export.take_up_again(by=by, now=now)
