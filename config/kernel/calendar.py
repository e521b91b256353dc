"""Working days and hours of mainland China: the State Council's holidays and the weekends worked in exchange for them.

The calendar of a year is published the November before. Days of years not yet published count Monday to Friday, and
`is_published` says so: whoever promises such a date to a merchant words it as provisional.
Working time runs on working days from the bank's opening hour to its closing hour, by the clock of Asia/Shanghai.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

import chinese_calendar
from django.utils import timezone

from config.kernel.clock import local_date
from config.kernel.policy import Policy, current_policy

SATURDAY = 5


class Hours(NamedTuple):
    """The hours of the wall clock at which the bank opens and closes; the same on every working day."""

    opens: int
    closes: int

    @property
    def day(self) -> timedelta:
        """How much working time one working day has."""
        return timedelta(hours=self.closes - self.opens)

    def are_on(self, moment: datetime) -> bool:
        """Whether the bank is open at this moment."""
        day = local_date(moment)
        return is_working_day(day) and _at(day, self.opens) <= moment < _at(day, self.closes)


def bank_hours(policy: Policy | None = None) -> Hours:
    """The bank's hours as its policy sets them, by one query where no policy is at hand."""
    policy = policy or current_policy()
    # A closing hour that was set before the opening hour would stop every clock.
    return Hours(policy.bank_opens, max(policy.bank_closes, policy.bank_opens + 1))


def is_published(day: date) -> bool:
    """Whether the official calendar of that day's year is known here."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Whether the bank works that day; Monday to Friday where the year's calendar is not known."""
    try:
        return chinese_calendar.is_workday(day)
    except NotImplementedError:
        return day.weekday() < SATURDAY


def add_working_days(day: date, count: int) -> date:
    """The date on which `count` working days have passed since `day`, which itself is not counted.

    A count of 0 answers `day` itself where the bank works that day, else the next working day.
    """
    if count < 0:
        raise ValueError("Working days are counted forwards.")
    left = count
    while left or not is_working_day(day):
        day += timedelta(days=1)
        if left and is_working_day(day):
            left -= 1
    return day


@lru_cache(maxsize=4096)
def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and with `end`; negative when `end` is the earlier one."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def closing_of(day: date, hours: Hours | None = None) -> datetime:
    """The moment at which the bank closes that day, or would: a deadline "until 21 September" falls here."""
    return _at(day, (hours or bank_hours()).closes)


def working_time_between(start: datetime, end: datetime, hours: Hours | None = None) -> timedelta:
    """How long the bank is open between two moments; negative when `end` is the earlier one."""
    hours = hours or bank_hours()
    if end < start:
        return -working_time_between(end, start, hours)
    first, last = local_date(start), local_date(end)
    if first == last:
        return _open_so_far(end, hours) - _open_so_far(start, hours)
    whole_days = working_days_between(first, last - timedelta(days=1))
    rest_of_the_first = is_working_day(first) * hours.day - _open_so_far(start, hours)
    return rest_of_the_first + whole_days * hours.day + _open_so_far(end, hours)


def add_working_time(start: datetime, span: timedelta, hours: Hours | None = None) -> datetime:
    """The moment at which the bank has been open for `span` since `start`; `start` itself where nothing is left to run."""
    hours = hours or bank_hours()
    if span <= timedelta(0):
        return start
    day, moment = local_date(start), start
    while True:
        rest = is_working_day(day) * hours.day - _open_so_far(moment, hours)
        if span <= rest:
            return max(moment, _at(day, hours.opens)) + span
        span -= max(rest, timedelta(0))
        day += timedelta(days=1)
        moment = _at(day, 0)


@lru_cache(maxsize=256)
def _open_so_far(moment: datetime, hours: Hours) -> timedelta:
    """How long the bank was open on the day of this moment, up to it."""
    day = local_date(moment)
    if not is_working_day(day):
        return timedelta(0)
    return min(max(moment - _at(day, hours.opens), timedelta(0)), hours.day)


def _at(day: date, hour: int) -> datetime:
    """That hour of that bank day; hour 24 is the midnight that ends it."""
    return datetime.combine(day, time.min, timezone.get_default_timezone()) + timedelta(hours=hour)
