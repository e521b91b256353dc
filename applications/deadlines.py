"""The clock of an application in words: how long until its answer, or whom it waits for. One wording everywhere.

Time is the bank's working time: nights, weekends and holidays neither use a deadline up nor make it later.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Application
from config.kernel.calendar import Hours, bank_hours, working_time_between

SOON = timedelta(hours=4)
MINUTE = timedelta(minutes=1)


class Clock(NamedTuple):
    """Tone and icon of a status tag, and its words."""

    tone: str
    icon: str
    words: str


def clock_of(application: Application, now: datetime, hours: Hours | None = None) -> Clock | None:
    """The clock as a tag, or None where nothing is due. A list reads the bank's `hours` once and passes them."""
    if application.status == Application.Status.RETURNED:
        return Clock("mute", "pause", _("With the merchant"))
    return None if application.due_at is None else running_clock(application.due_at, now, hours)


def running_clock(due_at: datetime, now: datetime, hours: Hours | None = None) -> Clock:
    """The clock of anything that is due at a moment."""
    hours = hours or bank_hours()
    left = working_time_between(now, due_at, hours)
    if due_at < now:
        if left > -MINUTE:
            return Clock("bad", "exclamation-circle", _("Overdue"))
        return Clock("bad", "exclamation-circle", _("%(time)s overdue") % {"time": _span(-left, hours)})
    return Clock(
        "warn" if left < SOON else "info", "clock", _("%(time)s left") % {"time": _span(left, hours)}
    )


def _span(span: timedelta, hours: Hours) -> str:
    """Whole working days from one on; below, hours and minutes."""
    if span >= hours.day:
        days = span // hours.day
        return ngettext("%(count)d working day", "%(count)d working days", days) % {"count": days}
    whole_hours, rest = divmod(span, timedelta(hours=1))
    minutes = rest // MINUTE
    if not whole_hours:
        minutes = max(1, minutes)
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if not minutes:
        return ngettext("%(count)d hour", "%(count)d hours", whole_hours) % {"count": whole_hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": whole_hours, "minutes": minutes}
