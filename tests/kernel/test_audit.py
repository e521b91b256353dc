import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from structlog.contextvars import bound_contextvars

from config.kernel.append_only import TABLES
from config.kernel.audit import AccessRecord, AuditEvent, AuditSeal, record, record_access
from config.kernel.audit_chain import seal_events
from config.kernel.history import StatusChange

RECORDS = [AuditEvent, AccessRecord, AuditSeal, StatusChange]


@pytest.fixture
def one_row_each(person, now):
    record("signed_in", by=person, now=now, subject=person)
    record_access("collect_code", by=person, now=now, subject=person)
    StatusChange.objects.create(
        subject_label="a.b", subject_id=1, from_status="x", to_status="y", at=now, by=person
    )
    seal_events(now)
    connection.check_constraints()  # else PostgreSQL refuses TRUNCATE for its own reason first


def test_an_event_says_who_did_what_to_what_and_in_which_request(person, now):
    with bound_contextvars(request_id="r-1"):
        event = record("signed_in", by=person, now=now, subject=person, detail={"how": "password"})

    assert list(AuditEvent.objects.of(person)) == [event]
    assert (event.by, event.at, event.action, event.request_id) == (person, now, "signed_in", "r-1")


@pytest.mark.parametrize("stranger", [None, AnonymousUser()])
def test_what_nobody_known_did_is_recorded_too(db, now, stranger):
    assert record("activation_refused", by=stranger, now=now).by is None


def test_an_access_says_who_saw_what_and_why(person, now):
    seen = record_access(
        "review", by=person, now=now, subject=person, detail={"variant": "view"}, ip="192.0.2.7"
    )

    assert list(AccessRecord.objects.of(person)) == [seen]
    assert (seen.purpose, seen.ip) == ("review", "192.0.2.7")


def test_an_event_goes_with_the_transaction_it_speaks_of(person, now, undone):
    with undone():
        record("approved", by=person, now=now)

    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("model", RECORDS)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET id = id + 1000", "DELETE FROM {0}"])
def test_rows_of_the_record_cannot_be_changed_or_deleted(one_row_each, model, statement):
    kept = set(model.objects.values_list("pk", flat=True))

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(model._meta.db_table))

    assert set(model.objects.values_list("pk", flat=True)) == kept
    assert kept


@pytest.mark.postgresql
@pytest.mark.parametrize("table", TABLES)
def test_the_record_cannot_be_truncated(one_row_each, table):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table}")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the statement is SQLite's own")
def test_a_row_cannot_be_replaced_on_sqlite(one_row_each):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("INSERT OR REPLACE INTO kernel_auditseal SELECT * FROM kernel_auditseal")


@pytest.mark.parametrize("model", RECORDS)
def test_every_table_of_the_record_is_in_the_list(model):
    assert model._meta.db_table in TABLES
