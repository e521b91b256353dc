"""What an approval asks of the database: few questions, none of them twice, and only what it changes is written."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Registration
from applications.verdicts import all_in_order
from config.kernel import clock
from config.kernel.numbering import take_number
from terminals.codes import SLIP_SERIES
from tests.applications.factories import RegistrationFactory, decider

pytestmark = pytest.mark.django_db
# A terminal with its device, kit, binding, code and slip; everything else is once for the application.
ONCE, FOR_EACH_TERMINAL = 25, 13


def approving(case: Registration) -> list[str]:
    """The statements of the approval of a case as a request has it, savepoints and the branch's first slip apart."""
    take_number(SLIP_SERIES, scope=case.branch.code, year=clock.local_date(clock.now()).year)
    by = decider(case)
    by = type(by).objects.select_related("branch").get(pk=by.pk)
    case = Registration.objects.select_related(*Registration.READ_WITH, "assignee").get(pk=case.pk)
    said = {"version": case.version, "verdicts": all_in_order(case), "account_verified": True}
    with CaptureQueriesContext(connection) as sent:
        case.approve(by=by, now=clock.now(), **said)
    return [query["sql"] for query in sent if "SAVEPOINT" not in query["sql"]]


@pytest.mark.parametrize("terminals", [1, 3])
def test_an_approval_asks_the_same_for_every_terminal(terminals):
    case = RegistrationFactory(state="under_review", terminals=terminals)

    statements = approving(case)

    assert len(statements) == ONCE + FOR_EACH_TERMINAL * terminals


def test_nothing_is_read_twice():
    statements = approving(RegistrationFactory(state="under_review"))

    reads = [re.sub(r"\s+", " ", sql) for sql in statements if sql.startswith("SELECT")]
    assert sorted(reads) == sorted(set(reads))
    assert sum("constance" in sql for sql in reads) == 1
    assert sum('FROM "applications_document"' in sql for sql in reads) == 1
    assert sum('FROM "applications_placement"' in sql for sql in reads) == 1


def test_what_was_filed_is_not_written_again():
    statements = approving(RegistrationFactory(state="under_review"))

    written = [sql for sql in statements if sql.startswith("UPDATE")]
    assert not [sql for sql in written if sql.startswith('UPDATE "applications_registration"')]
    assert [
        re.findall(r'"(\w+)" = ', sql.partition("WHERE")[0])
        for sql in written
        if sql.startswith('UPDATE "terminals_device"')
    ] == [["status"]]


def test_what_an_approval_leaves_on_record_is_written_once_for_each_table():
    statements = approving(RegistrationFactory(state="under_review", terminals=3))

    for table in ("kernel_auditevent", "kernel_statuschange"):
        assert sum(sql.startswith(f'INSERT INTO "{table}"') for sql in statements) == 1
