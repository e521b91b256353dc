"""Self-checks by week: counted right, counted again without harm, and the same in the list and in the report."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from applications.support.models import SelfCheck, SelfCheckWeek
from applications.support.weeks import count_now_and_then, count_weeks
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.portal import signed_in
from tests.applications.support.factories import SelfCheckFactory
from tests.files.exports.estate import parsed

pytestmark = pytest.mark.django_db
BEIJING = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 9, 14, 0, 0, tzinfo=BEIJING)
LATER = MONDAY + timedelta(days=2, hours=10)
LIST = reverse("admin:support_selfcheckweek_changelist")


@pytest.fixture
def branch():
    return BranchFactory()


def checks(branch, count=1, *, at=LATER, solved=None, **given):
    answered = None if solved is None else at
    return SelfCheckFactory.create_batch(
        count, branch=branch, asked_at=at, is_solved=solved, answered_at=answered, **given
    )


def counts(**which) -> list[tuple]:
    rows = SelfCheckWeek.objects.filter(**which).order_by("name")
    return list(rows.values_list("name", "asked_count", "solved_count", "unsolved_count"))


def test_a_week_counts_its_checks_and_what_helped(branch):
    checks(branch, 2, solved=True)
    checks(branch, 1, solved=False)
    checks(branch, 3)
    checks(branch, 1, code="58")
    checks(None, 1)

    assert count_weeks(LATER) == 3

    mark = f"/{branch.code}"
    assert counts() == [
        ("2026-W38/O-20/58" + mark, 1, 0, 0),
        ("2026-W38/O-20/97/-", 1, 0, 0),
        ("2026-W38/O-20/97" + mark, 6, 2, 1),
    ]


@pytest.mark.parametrize(
    ("at", "week"),
    [(MONDAY - timedelta(seconds=1), "2026-W37"), (MONDAY, "2026-W38"), (MONDAY + timedelta(days=7, seconds=-1), "2026-W38")],
)  # fmt: skip
def test_a_week_begins_on_monday_by_the_banks_clock(branch, at, week):
    checks(branch, at=at)

    count_weeks(MONDAY + timedelta(days=8))

    assert [row[0].split("/")[0] for row in counts()] == [week]


def test_counted_again_the_row_is_the_same_with_todays_numbers(branch):
    [check] = checks(branch)
    count_weeks(LATER)
    key = SelfCheckWeek.objects.get().pk
    SelfCheck.objects.filter(pk=check.pk).update(is_solved=True, answered_at=LATER)

    count_weeks(LATER)

    row = SelfCheckWeek.objects.with_share().get()
    assert (row.pk, row.asked_count, row.solved_count, row.solved_percent) == (key, 1, 1, 100)


@pytest.mark.parametrize(("minute", "is_counted"), [(0, True), (15, True), (16, False)])
def test_the_worker_counts_four_times_an_hour(branch, minute, is_counted):
    checks(branch)

    count_now_and_then(LATER.replace(minute=minute))

    assert SelfCheckWeek.objects.exists() == is_counted


def test_a_code_that_the_table_does_not_know_stands_apart(branch):
    checks(branch, code="97")
    checks(branch, code="Z9")
    count_weeks(LATER)
    desk = signed_in(StaffFactory(role="support", branch=branch))

    rows = desk.get(LIST, {"view": "unknown"}).context["cl"].result_list

    assert [row.code for row in rows] == ["Z9"]


@pytest.mark.parametrize(
    ("outcome", "named"),
    [("O-05", "O-05 您名下没有这台终端"), ("O-01", "O-01 银行系统升级或故障"), ("O-27", "O-27 已预告的停用")],
)
def test_an_outcome_is_named_in_its_row_and_in_the_filter(branch, outcome, named):
    checks(branch, outcome=outcome)
    count_weeks(LATER)
    desk = signed_in(StaffFactory(role="support", branch=branch))

    page = desk.get(LIST)

    assert [cell.value for cell in page.context["cl"].lines[0].cells][1] == named
    [facet] = [facet for facet in page.context["cl"].facets if facet.name == "outcome"]
    assert named in [option.label for option in facet.options]
    assert not [option.label for option in facet.options if "%(" in option.label]


@pytest.mark.parametrize(
    "conditions", [{}, {"view": "unsolved"}, {"view": "unknown"}, {"outcome": "O-05"}, {"q": "58"}, {"week_from": "2026-09-14"}]
)  # fmt: skip
def test_the_report_is_the_list(branch, conditions):
    checks(branch, 3, solved=True)
    checks(branch, 1, solved=False)
    checks(branch, 1, code="58", solved=False)
    checks(branch, 1, code="Z9")
    checks(branch, 1, outcome="O-05")
    checks(branch, 1, at=MONDAY - timedelta(days=3))
    checks(BranchFactory(), 1)
    count_weeks(LATER)
    desk = signed_in(StaffFactory(role="supervisor", branch=branch))

    listed = desk.get(LIST, conditions).context["cl"].result_list
    report = reverse("admin:files_export_report", args=["self-check-weeks"])
    cells = parsed(desk.post(report, {**conditions, "go": "csv"}).content)

    assert cells
    assert [row[0] for row in cells] == [row.name for row in listed]
    assert [row[6:10] for row in cells] == [
        [
            str(row.asked_count),
            str(row.solved_count),
            str(row.unsolved_count),
            "" if row.solved_percent is None else str(row.solved_percent),
        ]
        for row in listed
    ]


@pytest.mark.parametrize(("role", "status"), [("supervisor", 200), ("support", 200), ("reviewer", 403)])
def test_who_may_see_it(branch, role, status):
    assert signed_in(StaffFactory(role=role, branch=branch)).get(LIST).status_code == status


def test_the_list_asks_the_same_for_one_row_as_for_three(branch, django_assert_max_num_queries):
    desk = signed_in(StaffFactory(role="support", branch=branch))
    for code in ("97", "58", "96"):
        checks(branch, code=code)
    count_weeks(LATER)
    desk.get(LIST)

    with django_assert_max_num_queries(7):
        assert len(desk.get(LIST).context["cl"].result_list) == 3
