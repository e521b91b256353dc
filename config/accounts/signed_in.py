"""Where a person is signed in: every browser by its kind and times, and the end of one or of all others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from config.accounts.models import BrowserSession, User
from config.accounts.sessions import BEGAN, SEEN
from config.kernel.audit import record
from config.kernel.lifecycle import Refused
from config.privacy.sealing import digest

# Nobody reads further; what is older is ended with the others all the same.
MOST_SHOWN = 50
NAME_SIGNS = 24


@dataclass(frozen=True)
class SignedIn:
    """One browser. `name` stands for it in an address: the key of the session itself leaves the server in its cookie only."""

    name: str
    device: str
    began: datetime
    seen: datetime
    is_this: bool


def signed_in(person: User, *, this: str, now: datetime) -> list[SignedIn]:
    """The person's live sessions, this browser first, then the one used last."""
    rows = person.browser_sessions.filter(expire_date__gt=now).order_by("-expire_date")[:MOST_SHOWN]
    found = [line for row in rows if (line := _line(row, person, this=this, now=now))]
    return sorted(found, key=lambda line: (not line.is_this, -line.seen.timestamp()))


def end_one(person: User, name: str, *, now: datetime) -> None:
    """That browser is signed out. Raises `Refused` "gone" where it is none of the person's sessions."""
    with transaction.atomic():
        keys = person.browser_sessions.values_list("session_key", flat=True)
        key = next((key for key in keys if constant_time_compare(name_of(key), name)), None)
        if key is None or not person.browser_sessions.filter(session_key=key).delete()[0]:
            raise Refused(_("That device is signed out already."), code="gone")
        record("session_ended", by=person, now=now, subject=person)


def end_others(person: User, *, this: str, now: datetime) -> int:
    """Every other browser of the person is signed out. Returns how many."""
    with transaction.atomic():
        ended, _rows = person.browser_sessions.exclude(session_key=this).delete()
        record("other_sessions_ended", by=person, now=now, subject=person, detail={"count": ended})
        return ended


def name_of(session_key: str) -> str:
    return digest(session_key, purpose="browser_session")[:NAME_SIGNS]


def _line(row: BrowserSession, person: User, *, this: str, now: datetime) -> SignedIn | None:
    """None for a session that would not be let in any more: after a new password, or past its time."""
    data = row.get_decoded()
    if not constant_time_compare(data.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        return None
    if BEGAN not in data:
        return None
    began, seen = (datetime.fromtimestamp(data[clock], UTC) for clock in (BEGAN, SEEN))
    idle = timedelta(seconds=settings.STAFF_IDLE_SECONDS)
    if now - began > timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS):
        return None
    if person.is_staff and now - seen > idle:
        return None
    return SignedIn(name_of(row.session_key), row.device, began, seen, row.session_key == this)
