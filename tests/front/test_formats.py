from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import translation

from config.kernel.templatetags import formats

AFTERNOON = datetime(2026, 9, 15, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (18264050, "¥182,640.50"),
        (0, "¥0.00"),
        (-1, "-¥0.01"),
        (100_000_000_000, "¥1,000,000,000.00"),
        (None, "--"),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_money_reads_the_same_in_both_languages(language, amount, words):
    with translation.override(language):
        assert formats.fen(amount) == words


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_moment_is_told_in_shanghai_by_the_24_hour_clock(language):
    with translation.override(language):
        assert formats.moment(AFTERNOON) == "2026-09-15 14:30"
        assert formats.day(datetime(2026, 9, 14, 16, 0, tzinfo=UTC)) == "2026-09-15"


def test_an_unknown_time_is_not_midnight():
    assert formats.moment(date(2026, 9, 15)) == "2026-09-15"
    assert str(formats.when(date(2026, 9, 15))) == '<time datetime="2026-09-15">2026-09-15</time>'


def test_nothing_is_two_dashes_but_zero_is_a_value():
    assert formats.dash("") == formats.dash(None) == formats.moment(None) == formats.ago(None) == "--"
    assert formats.dash(0) == 0
    assert formats.dash(False) is False


def test_a_range_has_a_wave_between_and_may_have_no_end():
    with translation.override("en"):
        assert formats.span(date(2019, 6, 3), date(2039, 6, 3)) == "2019-06-03 ~ 2039-06-03"
        assert formats.span(date(2019, 6, 3), None) == "2019-06-03 ~ no expiry"


def test_a_code_is_read_in_groups_of_four():
    assert formats.groups_of_four("123456789012") == "1234-5678-9012"


@pytest.mark.parametrize(
    ("elapsed", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=7), "2026-09-15 14:30"),
        (timedelta(minutes=-5), "2026-09-15 14:30"),
    ],
)
def test_time_since_always_carries_the_exact_moment(elapsed, words):
    with time_machine.travel(AFTERNOON + elapsed, tick=False), translation.override("en"):
        shown = str(formats.ago(AFTERNOON))

    assert shown.startswith('<time datetime="2026-09-15T14:30+08:00" title="2026-09-15 14:30">' + words)
    assert '<span class="visually-hidden"> (2026-09-15 14:30)</span>' in shown
