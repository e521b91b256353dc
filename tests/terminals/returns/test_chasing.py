"""What does not come back is asked for again, once for each stage, whenever the sweep runs."""

from datetime import timedelta

import pytest

from config.kernel import clock
from config.kernel.calendar import working_days_between
from config.kernel.message import OutboxMessage
from terminals.returns.chasing import chase, due_date
from tests.merchants.factories import owner_of
from tests.terminals.returns.factories import asked_back, returned, storekeeper

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(person) -> list[str]:
    kinds = ["return_due", "return_overdue", "return_late"]
    rows = OutboxMessage.objects.inbox_of(person).filter(kind__in=kinds)
    return list(rows.order_by("pk").values_list("kind", flat=True))


def test_the_merchant_is_reminded_before_told_after_and_then_the_store_room_is():
    order = asked_back(due_in=10)
    clerk, owner, now = storekeeper(order), owner_of(order.terminal.merchant), clock.now()

    for days in range(30):
        chase(now + days * DAY)
        chase(now + days * DAY)

    assert told(owner) == ["return_due", "return_overdue", "return_overdue"]
    assert told(clerk) == ["return_late"]


def test_after_a_standstill_only_the_furthest_stage_is_told():
    order = asked_back(due_in=3)

    assert chase(clock.now() + 20 * DAY) == 1
    assert chase(clock.now() + 21 * DAY) == 0

    assert told(owner_of(order.terminal.merchant)) == ["return_overdue"]


def test_what_is_on_its_way_is_not_reminded_of_but_missed():
    order = returned("sent", due_in=3)
    owner = owner_of(order.terminal.merchant)

    chase(clock.now() + 2 * DAY)
    assert told(owner) == []
    chase(clock.now() + 4 * DAY)
    assert told(owner) == ["return_overdue"]


@pytest.mark.parametrize("state", ["received", "closed", "written_off", "called_off"])
def test_what_is_done_is_not_asked_for(state):
    order = returned(state)

    assert chase(clock.now() + 60 * DAY) == 0
    assert told(owner_of(order.terminal.merchant)) == []


def test_a_device_has_ten_working_days():
    now = clock.now()

    assert working_days_between(clock.local_date(now), due_date(now)) == 10
