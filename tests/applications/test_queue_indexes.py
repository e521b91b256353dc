"""Every search and view of the queue is answered by one index; PostgreSQL tells which."""

import pytest
from django.db import connection
from django.http import QueryDict

from applications.desk.queue import QueueFilter
from applications.handing_out import waiting_for
from applications.models import Application, ApplicationTerminal
from applications.queueing import workable_by
from config.kernel import clock
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, fresh_uscc

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

CLOSED = 3000
COPIED = {"id", "number", "subject_name", "subject_uscc", "subject_mobile_index", "status", "due_at"}


@pytest.fixture
def many(db):
    """Some thousand closed applications beside a few open ones, and statistics of them."""
    branch = BranchFactory(parent=None)
    one = Application.objects.get(pk=RegistrationFactory(branch=branch, state="submitted").pk)
    columns = [field.column for field in Application._meta.local_concrete_fields]
    others = ", ".join(f'"{name}"' for name in columns if name not in COPIED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO applications_application
            (id, number, subject_name, subject_uscc, subject_mobile_index, status, due_at, {others})
            SELECT 100000 + n, 'SQ-20200101-' || lpad(n::text, 6, '0'), '商户' || md5(n::text), 'U' || n, md5(n::text),
            'withdrawn', NULL, {others} FROM applications_application, generate_series(1, {CLOSED}) AS n WHERE id = %s""",
            [one.pk],
        )
        cursor.execute(
            "INSERT INTO applications_applicationterminal (application_id, kind, serial_number, is_open) "
            "SELECT id, 'registration', 'X' || id, false FROM applications_application WHERE id > 100000"
        )
        cursor.execute("ANALYZE applications_application")
        cursor.execute("ANALYZE applications_applicationterminal")
    return StaffFactory(role="reviewer", branch=branch), one


def plan(person, chosen):
    request = type("Request", (), {"user": person})()
    filters = QueueFilter(QueryDict(chosen), queryset=Application.objects.filed(), request=request)
    assert filters.is_valid(), filters.form.errors
    return filters.qs.order_by(*filters.order)[:51].explain()


@pytest.mark.parametrize(
    ("chosen", "index"),
    [
        ("q=SQ-20200101-000777", "number"),
        ("q=13800138000", "subject_mobile_index"),
        ("q=uscc", "subject_uscc"),
        ("q=槐荫阁", "application_name_bigrams"),
        ("view=mine", "application_open"),
        ("", "application_open"),
        ("view=overdue", "application_open"),
        ("view=merchant", "application_with_merchant"),
        ("view=second", "application_decision_held"),
        ("view=all", "application_filed"),
    ],
)
def test_no_search_and_no_view_reads_the_whole_table(many, chosen, index):
    person, _one = many

    found = plan(person, chosen.replace("uscc", fresh_uscc()))

    assert "Seq Scan on applications_application " not in found
    assert index in found


def test_the_next_case_is_found_in_the_order_of_the_open_ones(many):
    """What a person may not have in hand is asked row by row, none of it read as a whole before."""
    person, _one = many
    rows = Application.objects.filed().visible_to(person).filter(branch=person.branch)

    found = workable_by(rows, person, clock.now()).order_by("due_at", "id")[:1].explain()

    assert "application_open" in found
    assert "Seq Scan on applications_application " not in found
    assert "Hash" not in found


def test_what_can_be_handed_out_is_read_in_its_order(many):
    person, _one = many

    found = waiting_for([person], clock.now())[:200].explain()

    assert "application_open" in found
    assert "Seq Scan on applications_application " not in found


@pytest.mark.usefixtures("many")
def test_a_serial_number_is_found_by_its_index():
    found = ApplicationTerminal.objects.filter(serial_number="X100077").explain()

    assert "application_terminal_serial" in found
