"""Two people make the report at once: each line stands in one file. Shown on PostgreSQL: SQLite lets one writer in at a time."""

import pytest
from django.db import connection

from config.kernel import clock
from config.kernel.lifecycle import Refused
from terminals.binding_answers import import_answers
from terminals.binding_reports import make_report, resend
from terminals.models import BindingReport, BindingReportLine, BindingSending
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.races import all_at_once, without_unique
from tests.terminals.factories import provisioned
from tests.terminals.test_races import kinds

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
PEOPLE = 8
TABLE = "terminals_bindingreportline"


@pytest.fixture
def makers():
    head = BranchFactory(code="HEAD", parent=None)
    return [StaffFactory(role="risk", branch=head) for _ in range(PEOPLE)]


def made_at_once(makers):
    return all_at_once(PEOPLE, lambda number: make_report(by=makers[number], now=clock.now()))


def test_eight_who_make_the_report_make_one_and_each_line_stands_in_it_once(makers):
    for _ in range(3):
        provisioned()

    assert kinds(made_at_once(makers)) == {"BindingReport": 1, "nothing_due": PEOPLE - 1}
    assert BindingReportLine.objects.count() == BindingSending.objects.count() == 3
    assert BindingReport.objects.get().number.endswith("-00001")


def test_without_the_lock_the_constraint_still_lets_no_line_stand_twice(makers, settings):
    provisioned()
    make_report(by=makers[0], now=clock.now())
    provisioned()
    settings.RACE_WITHOUT_LOCKS = True

    answers = made_at_once(makers)

    assert sum(isinstance(answer, BindingReport) for answer in answers) == 1
    assert BindingReportLine.objects.count() == 2


def test_without_lock_and_constraint_lines_are_doubled(makers, settings):
    """The negative control: what the two of them hold."""
    provisioned()
    make_report(by=makers[0], now=clock.now())
    provisioned()
    settings.RACE_WITHOUT_LOCKS = True
    indexes = [
        (TABLE, "binding_report_line_once"),
        (TABLE, "binding_report_line_begins_once"),
        ("terminals_bindingreport", unique_number()),
    ]

    with without_unique(indexes):
        made_at_once(makers)
        lines = BindingReportLine.objects.count()

    assert lines > 2


def unique_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'terminals_bindingreport'::regclass AND contype = 'u'"
        )
        return cursor.fetchone()[0]


def test_eight_who_send_the_refused_lines_again_send_them_once(makers):
    provisioned()
    report = make_report(by=makers[0], now=clock.now())
    key = report.sendings.get().line_id
    import_answers(f"line_id,result\n{key},E104", by=makers[0], now=clock.now())

    answers = all_at_once(
        PEOPLE,
        lambda number: resend(BindingReport.objects.get(pk=report.pk), by=makers[number], now=clock.now()),
    )

    assert kinds(answers) == {"BindingReport": 1, "wrong_state": PEOPLE - 1}
    assert BindingSending.objects.count() == 2


def test_one_answer_taken_in_by_eight_counts_once(makers):
    provisioned()
    report = make_report(by=makers[0], now=clock.now())
    text = f"line_id,result\n{report.sendings.get().line_id},ok"

    reports = all_at_once(PEOPLE, lambda number: import_answers(text, by=makers[number], now=clock.now()))

    assert not [answer for answer in reports if isinstance(answer, Refused | Exception)]
    assert sum(answer.added for answer in reports) == 1
    report.refresh_from_db()
    assert report.status == "acknowledged"
