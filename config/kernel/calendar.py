"""Working days of mainland China: the State Council's holidays and the weekends worked in exchange for them.

The calendar of a year is published the November before. Days of years not yet published count Monday to Friday, and
`is_published` says so: whoever promises such a date to a merchant words it as provisional.
"""

from datetime import date, timedelta

import chinese_calendar

SATURDAY = 5


def is_published(day: date) -> bool:
    """Whether the official calendar of that day's year is known here."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


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


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and with `end`; negative when `end` is the earlier one."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
