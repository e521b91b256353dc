"""The desk's first page: what is overdue and what is in hand stand there as they stand in the queue."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.kernel import clock
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.queueing import case_at, change, signed_in, taken

pytestmark = pytest.mark.django_db

QUEUE = "admin:applications_application_changelist"


def tables(desk):
    return {
        table.key.removeprefix("applications-"): table
        for table in desk.get(reverse("admin:index")).context_data["first_page"].tables
    }


def overdue(desk, days=3, **how):
    return change(case_at(desk, state="submitted", **how), due_at=clock.now() - timedelta(days=days))


def test_what_is_overdue_stands_there_as_in_the_queue(client):
    desk = signed_in(client)
    late = [overdue(desk, days) for days in (2, 5, 3)]
    case_at(desk, state="submitted")
    change(late[0], branch=BranchFactory())

    table = tables(desk)["overdue"]

    queue = desk.get(table.url).context_data["cl"]
    assert [line.number for line in table.lines] == [late[1].number, late[2].number]
    assert [line.number for line in table.lines] == [row.number for row in queue.result_list]
    assert table.total == "2"
    for line in table.lines:
        assert str(line.pressing) in str(queue.rows)
        assert str(line.pressing) in desk.get(line.url).content.decode()


def test_what_is_in_hand_is_ones_own(client):
    desk = signed_in(client)
    mine = taken(case_at(desk, state="submitted"), by=desk.reviewer)
    taken(case_at(desk, state="submitted"))

    table = tables(desk)["mine"]

    assert [line.number for line in table.lines] == [mine.number]
    assert table.lines[0].holder == str(desk.reviewer)


def test_no_more_than_five_are_shown_and_all_are_counted_by_as_many_queries(client):
    desk = signed_in(client)
    overdue(desk)
    desk.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as one:
        desk.get(reverse("admin:index"))
    for days in range(1, 7):
        overdue(desk, days)

    with CaptureQueriesContext(connection) as many:
        table = tables(desk)["overdue"]

    assert (len(table.lines), table.total) == (5, "7")
    assert len(many) == len(one)


def test_who_does_not_review_has_nothing_in_hand(client):
    desk = signed_in(client)
    overdue(desk)
    assert {"overdue", "mine"} <= set(tables(desk))

    desk.force_login(StaffFactory(role="support", branch=desk.reviewer.branch))
    assert {"overdue", "mine"} & set(tables(desk)) == {"overdue"}

    desk.force_login(StaffFactory(role="administrator", branch=desk.reviewer.branch))
    assert tables(desk) == {}
    assert "超时审核" not in desk.get(reverse("admin:index")).content.decode()
