from datetime import date

import pytest

from config.kernel.clock import years_after


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 11, 24), date(2036, 11, 24)),
        (date(2024, 2, 29), date(2034, 2, 28)),
        (date(2018, 2, 28), date(2028, 2, 28)),
    ],
)
def test_ten_years_are_ten_calendar_years(day, later):
    assert years_after(day, 10) == later
