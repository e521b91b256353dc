"""The one clock. Edges (a view, a task, a command) read it once and pass it on as `now=` or `on=`."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """The date on the bank's wall: Asia/Shanghai, whatever zone the server keeps."""
    return local_date(now())


def local_date(moment: datetime) -> date:
    """The bank's date at a moment."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def years_after(day: date, years: int) -> date:
    """The same day that many years later; 28 February where 29 February is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def months_after(day: date, months: int) -> date:
    """The same day that many months later; the last of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def last_day_over(on: date, months: int) -> date:
    """The latest day of which so many months have passed `on` that day."""
    day = months_after(on, -months)
    while months_after(day + timedelta(days=1), months) <= on:
        day += timedelta(days=1)
    return day


def end_of_day(day: date) -> datetime:
    """The last moment of a bank day: a deadline "until 21 September" holds until its midnight."""
    return datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone()) - timedelta(
        seconds=1
    )


def start_of_day(day: date) -> datetime:
    """The first moment of a bank day."""
    return datetime.combine(day, time.min, timezone.get_default_timezone())
