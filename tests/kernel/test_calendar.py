from datetime import UTC, date, datetime

import pytest

from config.kernel.calendar import add_working_days, is_published, is_working_day, working_days_between
from config.kernel.clock import local_date

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
