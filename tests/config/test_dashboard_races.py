"""A tile never disagrees with its list, also while approvals race. Only PostgreSQL lets many write at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection, transaction
from django.test import RequestFactory

from applications.desk import first_page as of_applications
from applications.models import Application
from config.kernel import clock, tally
from terminals.desk import first_page as of_terminals
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.applications.requests import approve
from tests.config.test_dashboard import numbers_of, rows_behind

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
CASES = 8


def disagreements(person):
    """The numbers of one look at the page that its lists at the same moment do not have."""
    request = RequestFactory().get("/admin/")
    request.user = person
    with transaction.atomic():
        with connection.cursor() as cursor:
            # One moment for the numbers and for the lists, whatever is written meanwhile.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        pages = [of.shown(request, clock.now()) for of in (of_applications, of_terminals)]
        return [
            (number, address)
            for page in pages
            for number, address in numbers_of(page)
            if int(number.replace(",", "")) != rows_behind(person, address)
        ]


def looked_at_while_approvals_race(branch, person):
    """What disagreed in all the looks that were taken while every case was approved by two reviewers at once."""
    cases = [RegistrationFactory(branch=branch, state="under_review").pk for _ in range(CASES)]
    approving = Event()
    approving.set()

    def decide(key):
        try:
            case = Application.objects.get(pk=key).as_kind()
            approve(case)
        except Exception as error:  # noqa: BLE001 - the second of two is refused
            return error
        finally:
            connection.close()

    def look():
        looks, wrong = 0, []
        try:
            while approving.is_set() or not looks:
                wrong += disagreements(person)
                looks += 1
            return looks, wrong
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as people:
        looking = people.submit(look)
        list(people.map(decide, [key for key in cases for _twice in range(2)]))
        approving.clear()
        looks, wrong = looking.result()
    assert looks > 1
    assert Application.objects.filter(status="approved").count() == CASES
    return wrong


@pytest.fixture
def branch():
    return BranchFactory(parent=None)


@pytest.fixture
def person(branch):
    return StaffFactory(role="supervisor", branch=branch)


def test_while_approvals_race_every_number_is_that_of_its_list(branch, person):
    assert looked_at_while_approvals_race(branch, person) == []
    assert disagreements(person) == []
    assert tally.differences() == []


def test_a_counter_that_is_written_after_the_deed_disagrees(branch, person):
    """The negative control: without the triggers the numbers are those of before."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE applications_application DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE terminals_terminal DISABLE TRIGGER USER")
    try:
        assert looked_at_while_approvals_race(branch, person) != []
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE applications_application ENABLE TRIGGER USER")
            cursor.execute("ALTER TABLE terminals_terminal ENABLE TRIGGER USER")
