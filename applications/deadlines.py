"""The clock of an application in words: how long until its answer, or whom it waits for. One wording everywhere."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Application

SOON = timedelta(hours=4)
A_DAY = timedelta(days=1)


class Clock(NamedTuple):
    """Tone and icon of a status tag, and its words."""

    tone: str
    icon: str
    words: str


def clock_of(application: Application, now: datetime) -> Clock | None:
    """The clock as a tag, or None where nothing is due."""
    if application.status == Application.Status.RETURNED:
        return Clock("mute", "pause", _("With the merchant"))
    if application.due_at is None:
        return None
    if application.due_at < now:
        return Clock(
            "bad", "exclamation-circle", _("%(time)s overdue") % {"time": _span(now - application.due_at)}
        )
    left = application.due_at - now
    return Clock("warn" if left < SOON else "info", "clock", _("%(time)s left") % {"time": _span(left)})


def _span(span: timedelta) -> str:
    if span >= A_DAY:
        return ngettext("%(count)d day", "%(count)d days", span.days) % {"count": span.days}
    hours = int(span.total_seconds() // 3600)
    if hours:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    minutes = max(1, int(span.total_seconds() // 60))
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
