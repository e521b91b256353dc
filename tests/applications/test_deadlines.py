"""The clock of a case in words, in working time over the National Day holiday, the same wherever it is shown."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import translation

from applications.deadlines import clock_of
from applications.models import Application
from config.kernel import clock
from config.kernel.calendar import Hours
from tests.accounts.factories import StaffFactory
from tests.applications.factories import RegistrationFactory

NINE_TO_FIVE = Hours(9, 17)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def said(due, now, status="submitted"):
    case = Application(status=status, due_at=at(due) if due else None)
    with translation.override("zh-hans"):
        return clock_of(case, at(now), NINE_TO_FIVE)


@pytest.mark.parametrize(
    ("now", "words", "tone"),
    [
        # Due on the second working day after the holiday, 9 October at 17:00.
        ("2026-09-30 09:00", "剩 3 个工作日", "info"),
        ("2026-09-30 17:00", "剩 2 个工作日", "info"),
        ("2026-10-04 12:00", "剩 2 个工作日", "info"),
        ("2026-10-08 10:00", "剩 1 个工作日", "info"),
        ("2026-10-09 09:00", "剩 1 个工作日", "info"),
        ("2026-10-09 09:20", "剩 7 小时 40 分", "info"),
        ("2026-10-09 13:00", "剩 4 小时", "info"),
        ("2026-10-09 13:01", "剩 3 小时 59 分", "warn"),
        ("2026-10-09 16:30", "剩 30 分钟", "warn"),
        ("2026-10-09 17:00", "剩 1 分钟", "warn"),
        # Past it: that evening nothing more is used up; the 10th is a Saturday worked in exchange, the 11th is free.
        ("2026-10-09 20:00", "已超时", "bad"),
        ("2026-10-10 09:30", "已超时 30 分钟", "bad"),
        ("2026-10-11 12:00", "已超时 1 个工作日", "bad"),
        ("2026-10-12 11:15", "已超时 1 个工作日", "bad"),
        ("2026-10-13 17:00", "已超时 3 个工作日", "bad"),
    ],
)
def test_the_clock_says_what_is_left_in_working_time(now, words, tone):
    shown = said("2026-10-09 17:00", now)

    assert (shown.words, shown.tone) == (words, tone)


def test_a_case_with_the_merchant_has_a_standing_clock():
    assert said(None, "2026-10-09 17:00", status="returned").words == "等商户"


def test_a_closed_case_has_no_clock():
    assert said(None, "2026-10-09 17:00", status="approved") is None


@pytest.mark.django_db
def test_a_case_filed_before_the_holiday_is_due_after_it_when_the_bank_closes():
    case = RegistrationFactory(state="submitted", now=at("2026-09-29 15:00"))

    assert case.due_at == at("2026-10-09 17:00")


@pytest.mark.django_db
def test_list_and_case_say_the_same(client):
    case = RegistrationFactory(state="submitted")
    Application.objects.filter(pk=case.pk).update(due_at=clock.now() - timedelta(days=30))
    case.refresh_from_db()
    client.force_login(StaffFactory(role="reviewer", branch=case.branch))
    words = clock_of(case, clock.now()).words

    pages = [
        client.get(reverse("admin:applications_application_changelist")),
        client.get(reverse("admin:applications_case", args=[case.pk])),
    ]

    assert all(words in page.content.decode() for page in pages)
