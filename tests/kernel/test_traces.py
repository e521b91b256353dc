"""What a step leaves on record: written when it ends, in the order it was left, and only what still holds."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from config.kernel.audit import AuditEvent, record
from config.kernel.history import StatusChange
from config.kernel.lifecycle import Refused
from tests.terminals.factories import DeviceFactory

pytestmark = pytest.mark.django_db


def acts() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def inserts(sent: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in sent if query["sql"].startswith('INSERT INTO "kernel_')]


def test_rows_of_a_step_are_written_together_in_their_order(person, now):
    device = DeviceFactory()

    with CaptureQueriesContext(connection) as sent, device.locked(now=now):
        record("signed_in", by=person, now=now)
        device.allocate(by=person, now=now)
        record("signed_out", by=person, now=now)

    assert acts() == ["signed_in", "status_changed", "signed_out"]
    assert StatusChange.objects.of(device).count() == 1
    assert len(inserts(sent)) == 2


def test_a_step_that_is_refused_leaves_nothing(person, now):
    device = DeviceFactory()

    with pytest.raises(Refused), device.locked(now=now):
        record("signed_in", by=person, now=now)
        raise Refused("Not now.", code="wrong_state")

    assert acts() == []


def test_a_step_inside_that_is_refused_takes_back_its_own_rows_alone(person, now):
    outer, inner = DeviceFactory(), DeviceFactory()

    with outer.locked(now=now):
        record("before", by=person, now=now)
        with pytest.raises(Refused), inner.locked(now=now):
            record("inside", by=person, now=now)
            raise Refused("Not now.", code="wrong_state")
        record("after", by=person, now=now)

    assert acts() == ["before", "after"]


def test_after_a_step_that_failed_rows_are_written_at_once_again(person, now):
    with pytest.raises(ZeroDivisionError), DeviceFactory().locked(now=now):
        raise ZeroDivisionError

    record("signed_in", by=person, now=now)

    assert acts() == ["signed_in"]


@pytest.mark.django_db(transaction=True)
def test_rows_go_with_the_step_where_their_writing_fails(person, now):
    device = DeviceFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        device.allocate(by=None, now=now)

    device.refresh_from_db()
    assert (device.status, acts()) == (device.Status.IN_STOCK, [])
