from base64 import b64encode
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from config.kernel import append_only, audit_chain
from config.kernel.audit import AuditEvent, AuditSeal, record
from config.kernel.audit_chain import first_fault, head_of, seal_events


@pytest.fixture
def sealed(db, now, monkeypatch):
    """Ten events sealed in four links."""
    monkeypatch.setattr(audit_chain, "BATCH", 3)
    events = [record("tried", by=None, now=now + timedelta(seconds=n), detail={"n": n}) for n in range(10)]
    assert seal_events(now) == 10
    return events


@pytest.fixture
def tamper(db):
    """Runs SQL as somebody would who took the triggers away first."""

    def run(sql, *params):
        append_only.remove(connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
        append_only.install(connection)

    return run


def fault():
    found = first_fault(AuditEvent)
    return found and (found.row_id, found.sentence.partition(": ")[2])


def test_an_untouched_record_is_whole(sealed):
    assert AuditSeal.objects.count() == 4
    assert fault() is None


def test_sealing_again_seals_only_what_is_new(sealed, now):
    assert seal_events(now) == 0

    record("tried", by=None, now=now)

    assert seal_events(now) == 1
    assert head_of(AuditEvent).number == 5
    assert fault() is None


def test_a_changed_row_is_named(sealed, tamper):
    tamper("UPDATE kernel_auditevent SET action = 'other' WHERE id IN (%s, %s)", sealed[4].pk, sealed[8].pk)

    assert fault() == (sealed[4].pk, "changed since it was sealed")


def test_a_missing_row_is_named(sealed, tamper):
    tamper("DELETE FROM kernel_auditevent WHERE id = %s", sealed[4].pk)

    assert fault() == (sealed[4].pk, "sealed, but no longer there")


def test_a_row_put_in_later_is_named(sealed, now):
    gap = sealed[9].pk + 2
    AuditEvent.objects.create(pk=gap + 1, at=now, action="tried")
    seal_events(now)

    AuditEvent.objects.create(pk=gap, at=now, action="forged")

    assert fault() == (gap, "put in after its neighbours were sealed")


def test_two_rows_in_each_others_place_are_named(sealed, tamper):
    one, other = sealed[3], sealed[5]
    tamper("UPDATE kernel_auditevent SET id = -1 WHERE id = %s", one.pk)
    tamper("UPDATE kernel_auditevent SET id = %s WHERE id = %s", one.pk, other.pk)
    tamper("UPDATE kernel_auditevent SET id = %s WHERE id = -1", other.pk)

    assert fault() == (one.pk, "changed since it was sealed")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_link_taken_out_is_missed(sealed, tamper, number):
    tamper("DELETE FROM kernel_auditseal WHERE number = %s", number)

    assert "missing" in fault()[1]


def test_a_link_made_without_the_key_is_seen(sealed, tamper, settings, now):
    tamper("DELETE FROM kernel_auditseal")
    tamper("DELETE FROM kernel_auditevent WHERE id = %s", sealed[4].pk)
    right_key, settings.AUDIT_KEY = settings.AUDIT_KEY, b64encode(bytes(32)).decode()
    seal_events(now)
    settings.AUDIT_KEY = right_key

    assert fault() == (None, "was changed or not made with this key")


def test_an_end_cut_off_is_seen_against_a_head_kept_outside(sealed, tamper):
    head = head_of(AuditEvent)
    anchor = f"{head.table}={head.digest}"
    call_command("verify_audit", head=[anchor], verbosity=0)
    tamper("DELETE FROM kernel_auditseal WHERE number = %s", head.number)
    tamper("DELETE FROM kernel_auditevent WHERE id >= %s", head.first_id)

    assert fault() is None
    with pytest.raises(CommandError, match="not on the chain"):
        call_command("verify_audit", head=[anchor])


def test_the_command_names_the_first_bad_row(sealed, tamper):
    tamper("UPDATE kernel_auditevent SET detail = '{}' WHERE id = %s", sealed[6].pk)

    with pytest.raises(CommandError, match=f"kernel_auditevent: row {sealed[6].pk}: changed"):
        call_command("verify_audit")


def test_numbers_lost_to_a_rollback_are_no_fault(sealed, now, undone):
    with undone():
        record("tried", by=None, now=now)
    record("tried", by=None, now=now)

    seal_events(now)

    assert fault() is None


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_row_committed_late_is_waited_for(now, monkeypatch):
    written, may_commit = Event(), Event()

    def slowly():
        with transaction.atomic():
            record("slow", by=None, now=now)
            written.set()
            may_commit.wait(10)
        connection.close()

    slow = Thread(target=slowly)
    slow.start()
    written.wait(10)
    record("fast", by=None, now=now)
    monkeypatch.setattr(audit_chain, "WAIT_SECONDS", 0.2)
    sealed_meanwhile = seal_events(now)
    may_commit.set()
    slow.join()

    assert sealed_meanwhile == 0
    assert seal_events(now) == 2
    assert fault() is None


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_workers_that_seal_at_once_make_one_chain(now, side_by_side):
    for _ in range(20):
        record("tried", by=None, now=now)

    outcomes = side_by_side(lambda: seal_events(now), 4)

    assert sum(outcomes) == 20
    assert fault() is None
