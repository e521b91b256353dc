from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from constance import config
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.calendar import (
    Hours,
    add_working_days,
    bank_hours,
    closing_of,
    is_published,
    is_working_day,
    working_days_between,
    working_time_between,
)
from config.kernel.clock import local_date
from config.kernel.policy import write_defaults

FAR = date(2099, 6, 1)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),  # National Day, a Thursday
        (date(2026, 10, 10), True),  # a Saturday worked in exchange
        (date(2026, 9, 12), False),  # an ordinary Saturday
        (date(2026, 9, 15), True),
    ],
)
def test_holidays_and_exchanged_weekends_are_those_of_the_state_council(day, works):
    assert is_working_day(day) is works


def test_a_year_without_a_calendar_works_monday_to_friday_and_says_so():
    assert not is_published(FAR)
    assert is_published(date(2026, 9, 15))
    assert is_working_day(FAR) is (FAR.weekday() < 5)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 9, 15), 3, date(2026, 9, 18)),
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # a Sunday worked in exchange
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 10, 1), 0, date(2026, 10, 8)),
        (date(2026, 9, 15), 0, date(2026, 9, 15)),
    ],
)
def test_adding_working_days_skips_holidays(start, count, end):
    assert add_working_days(start, count) == end


@pytest.mark.parametrize(
    "start", [date(2026, 9, 15), date(2026, 9, 30), date(2026, 2, 14), date(2098, 12, 30)]
)
@pytest.mark.parametrize("count", range(1, 12))
def test_adding_and_counting_agree(start, count):
    end = add_working_days(start, count)

    assert working_days_between(start, end) == count
    assert working_days_between(end, start) == -count


def test_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2026, 9, 15), -1)


def test_the_date_is_shanghais_not_greenwichs():
    assert local_date(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)
    assert local_date(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == date(2026, 12, 31)


# -- working time -----------------------------------------------------------------------------------------------------

NINE_TO_FIVE = Hours(9, 17)


def at(text: str) -> datetime:
    """A moment by the clock on the bank's wall."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("start", "end", "hours", "minutes"),
    [
        ("2026-09-15 10:00", "2026-09-15 11:30", 1, 30),
        ("2026-09-15 06:00", "2026-09-15 23:00", 8, 0),
        ("2026-09-15 17:00", "2026-09-16 09:00", 0, 0),
        ("2026-09-15 16:00", "2026-09-16 10:00", 2, 0),
        ("2026-09-11 16:00", "2026-09-14 10:00", 2, 0),  # over an ordinary weekend
        ("2026-09-12 10:00", "2026-09-13 10:00", 0, 0),  # within it
        # National Day: 1 to 7 October are free, Saturday the 10th is worked in exchange.
        ("2026-09-30 16:00", "2026-10-08 10:00", 2, 0),
        ("2026-10-01 09:00", "2026-10-07 17:00", 0, 0),
        ("2026-10-09 16:30", "2026-10-12 09:30", 9, 0),
        # Midnights, and a weekend day worked before the holiday.
        ("2026-09-15 00:00", "2026-09-16 00:00", 8, 0),
        ("2026-09-19 00:00", "2026-09-21 00:00", 8, 0),
        # A year whose calendar is not published: Monday to Friday.
        ("2099-06-05 16:00", "2099-06-08 10:00", 2, 0),
    ],
)
def test_only_the_hours_the_bank_is_open_count(start, end, hours, minutes):
    span = timedelta(hours=hours, minutes=minutes)

    assert working_time_between(at(start), at(end), NINE_TO_FIVE) == span
    assert working_time_between(at(end), at(start), NINE_TO_FIVE) == -span


def test_working_time_counts_the_moments_of_another_zone_alike():
    start, end = at("2026-09-15 16:00"), at("2026-09-16 10:00")

    assert working_time_between(start.astimezone(UTC), end.astimezone(UTC), NINE_TO_FIVE) == timedelta(
        hours=2
    )


@given(moments=st.lists(st.integers(0, 60 * 24 * 60), min_size=3, max_size=3).map(sorted))
def test_working_time_adds_up(moments):
    first, second, third = (at("2026-09-01 00:00") + timedelta(minutes=minutes) for minutes in moments)

    parts = (
        working_time_between(first, second, NINE_TO_FIVE),
        working_time_between(second, third, NINE_TO_FIVE),
    )

    assert sum(parts, timedelta()) == working_time_between(first, third, NINE_TO_FIVE)
    assert all(timedelta() <= part <= third - first for part in parts)


def test_the_bank_closes_at_the_hour_of_its_policy(db):
    write_defaults()
    assert closing_of(date(2026, 9, 15)) == at("2026-09-15 17:00")

    config.bank_opens, config.bank_closes = 8, 20

    assert closing_of(date(2026, 9, 15)) == at("2026-09-15 20:00")
    assert working_time_between(at("2026-09-15 00:00"), at("2026-09-16 00:00")) == timedelta(hours=12)


def test_hours_set_the_wrong_way_round_leave_an_hour_open(db):
    config.bank_opens, config.bank_closes = 18, 9

    assert bank_hours().day == timedelta(hours=1)
