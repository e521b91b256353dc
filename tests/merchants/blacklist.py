"""Entries of the blacklist as they come to be: through the verb."""

from __future__ import annotations

from datetime import timedelta

from config.kernel import clock
from merchants.blacklist import put_on
from merchants.models import BlacklistEntry
from tests.accounts.factories import StaffFactory

CAUSE = "多次以虚假交易套取资金"


def listed(kind: str, value: str, *, by=None, days: tuple[int, int | None] = (0, None)) -> BlacklistEntry:
    """An entry; `days` are its first and last day, counted from today."""
    today = clock.today()
    begins, ends = days
    return put_on(
        kind=kind,
        value=value,
        reason=CAUSE,
        source="清算协会通报",
        valid_from=today + timedelta(days=begins),
        valid_to=None if ends is None else today + timedelta(days=ends),
        by=by or StaffFactory(role="risk"),
        now=clock.now(),
    )
