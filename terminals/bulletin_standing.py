"""Where a bulletin stands, as people read it: to come, running, running longer than was expected, over, called off."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext

from config.kernel.templatetags.formats import moment
from terminals.bulletins import scope_words, shown_on_home, touching
from terminals.models import Bulletin, Terminal
from terminals.recovery import with_asked

Status = Bulletin.Status
MOST_ON_HOME = 3


class Standing(NamedTuple):
    """A word with its tone and sign, and one sentence with the times, honest about an end that has passed."""

    words: str
    tone: str
    icon: str
    times: str


class Line(NamedTuple):
    """A bulletin as a page shows it: `is_asked` that this reader is told at its end, `may_ask` that it can still ask."""

    bulletin: Bulletin
    standing: Standing
    scope: str
    is_asked: bool
    may_ask: bool


def standing_of(bulletin: Bulletin, *, now: datetime) -> Standing:
    start, end = moment(bulletin.starts_at), moment(bulletin.expected_end_at)
    times = {"start": start, "end": end, "ended": moment(bulletin.ended_at)}
    match bulletin.status:
        case Status.DRAFT:
            return Standing(gettext("Draft"), "mute", "pencil-square", "")
        case Status.DISCARDED:
            return Standing(gettext("Discarded"), "mute", "x-circle", "")
        case Status.ENDED if bulletin.was_called_off:
            said = gettext("It was to begin at %(start)s and was called off at %(ended)s.") % times
            return Standing(gettext("Called off"), "mute", "x-circle", said)
        case Status.ENDED:
            said = gettext("From %(start)s to %(ended)s.") % times
            return Standing(gettext("Over"), "ok", "check-circle", said)
    return _running(bulletin, times, now) if bulletin.is_running(now) else _planned(bulletin, times)


def _planned(bulletin: Bulletin, times: dict[str, str]) -> Standing:
    if bulletin.expected_end_at is None:
        said = gettext("Begins at %(start)s; the end is not known yet.")
    else:
        said = gettext("From %(start)s to %(end)s, as planned.")
    return Standing(gettext("Planned"), "info", "calendar-days", said % times)


def _running(bulletin: Bulletin, times: dict[str, str], now: datetime) -> Standing:
    if bulletin.is_late(now):
        said = gettext(
            "Since %(start)s. The expected end, %(end)s, has passed, and it is not over yet; as soon as it is, it is said here."
        )
        return Standing(gettext("Longer than expected"), "bad", "exclamation-triangle", said % times)
    if bulletin.expected_end_at is None:
        said = gettext("Since %(start)s; the end is not known yet.")
    else:
        said = gettext("Since %(start)s, expected to end at %(end)s.")
    return Standing(gettext("Running"), "warn", "wrench-screwdriver", said % times)


def lines_of(bulletins: QuerySet[Bulletin], *, reader: Any, now: datetime) -> list[Line]:
    """These bulletins for this reader, by one query."""
    return [_line(bulletin, reader, now) for bulletin in with_asked(bulletins, reader)]


def lines_on_home(reader: Any, *, now: datetime) -> list[Line]:
    """The few that stand on the home page; the page of bulletins has all."""
    return lines_of(shown_on_home(reader, now=now)[:MOST_ON_HOME], reader=reader, now=now)


def line_of(bulletin: Bulletin, *, reader: Any, now: datetime) -> Line:
    """One bulletin that was found by another way, for this reader; one query."""
    [line] = lines_of(
        Bulletin.objects.filter(pk=bulletin.pk).select_related("branch"), reader=reader, now=now
    )
    return line


def lines_about(terminal: Terminal, *, reader: Any, now: datetime) -> list[Line]:
    """What touches this terminal now, for its page; nothing of one that has ended."""
    bulletin = None if terminal.status in Terminal.ENDED else touching(terminal, now=now)
    return [line_of(bulletin, reader=reader, now=now)] if bulletin else []


def _line(bulletin: Any, reader: Any, now: datetime) -> Line:
    may_ask = (
        reader.is_authenticated
        and reader.is_merchant_user
        and bulletin.status == Status.PUBLISHED
        and not bulletin.is_asked
    )
    standing, scope = standing_of(bulletin, now=now), scope_words(bulletin)
    return Line(bulletin, standing, scope, bulletin.is_asked, may_ask)
