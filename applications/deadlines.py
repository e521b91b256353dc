"""The clock of an application in words: how long until its answer, or whom it waits for. One wording everywhere.

Time is the bank's working time: nights, weekends and holidays neither use a deadline up nor make it later.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from applications.models import Application
from config.kernel.calendar import Hours, bank_hours, working_time_between

MINUTE = timedelta(minutes=1)
MINUTES_AN_HOUR = 60
SOON = 4 * MINUTES_AN_HOUR


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
    is_over = due_at < now
    return _in_words(get_language(), abs(left) // MINUTE, hours.day // MINUTE, is_over=is_over)


# Whole minutes say everything, so a list of fifty rows, and the next one, finds its few clocks said already.
@lru_cache(maxsize=8192)
def _in_words(language: str | None, minutes: int, minutes_a_day: int, *, is_over: bool) -> Clock:
    """The clock in the language that is active, which `language` names."""
    if is_over and not minutes:
        return Clock("bad", "exclamation-circle", _("Overdue"))
    span = _span(minutes, minutes_a_day)
    if is_over:
        return Clock("bad", "exclamation-circle", _("%(time)s overdue") % {"time": span})
    return Clock("warn" if minutes < SOON else "info", "clock", _("%(time)s left") % {"time": span})


def _span(minutes: int, minutes_a_day: int) -> str:
    """Whole working days from one on; below, hours and minutes."""
    if minutes >= minutes_a_day:
        days = minutes // minutes_a_day
        return ngettext("%(count)d working day", "%(count)d working days", days) % {"count": days}
    whole_hours, rest = divmod(minutes, MINUTES_AN_HOUR)
    if not whole_hours:
        rest = max(1, rest)
        return ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
    if not rest:
        return ngettext("%(count)d hour", "%(count)d hours", whole_hours) % {"count": whole_hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": whole_hours, "minutes": rest}
