"""Terminals that were used long ago, and a host that has told of it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from config.kernel import clock
from config.kernel.clock import local_date
from terminals.activation import activate
from terminals.dormancy import hear_of_transactions
from tests.accounts.factories import StaffFactory
from tests.terminals.factories import activated, code_of, digits_of

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(year: int, month: int, day: int, hour: int = 5) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


def in_use_since(moment: datetime, **line):
    """A terminal activated at that moment, as nobody has used it since."""
    terminal, _done = activated(now=moment, **line)
    return terminal


def make_unused(terminal) -> None:
    """A terminal that waits for its code is activated, and found unused at once."""
    now = clock.now()
    activate(
        serial_number=code_of(terminal).serial_number, registration_code=digits_of(terminal), ip=None, now=now
    )
    terminal.refresh_from_db()
    terminal.find_unused(by=StaffFactory(), now=now, note="")


def host_tells(now: datetime, *, until=None, **moments):
    """The host's list reaches to this day; `moments` are last transactions by terminal number, as t<number>."""
    return hear_of_transactions(
        {number.removeprefix("t"): moment for number, moment in moments.items()},
        reaches_to=until or local_date(now),
        by=StaffFactory(),
        now=now,
    )
