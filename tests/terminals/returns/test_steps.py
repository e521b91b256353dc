"""A return goes along its arrows only, and each step leaves what it promises."""

from itertools import product

import pytest

from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.history import changes_of
from config.kernel.lifecycle import Refused
from terminals.models import Device
from terminals.returns.models import ReturnOrder
from terminals.returns.models.steps import HandedIn
from terminals.returns.ordering import call_off_return, open_return, still_out
from terminals.returns.receipts import issue_receipt
from tests.accounts.factories import StaffFactory
from tests.terminals.returns.factories import (
    SOUND,
    a_file,
    asked_back,
    ended,
    line_of,
    only,
    returned,
    stopping,
    storekeeper,
    whole,
)

pytestmark = pytest.mark.django_db
Status = ReturnOrder.Status


def refusal(verb, *args, **given) -> str:
    """The code of the refusal, or "" where the step was taken."""
    try:
        verb(*args, **{"by": storekeeper(), "now": clock.now()} | given)
    except Refused as refused:
        return refused.code if refused.sentence else "without a sentence"
    return ""


STEPS = {
    "announce": (lambda order: refusal(order.announce, way="branch"), {Status.SENT}),
    "receive": (lambda order: refusal(order.receive, whole(order)), {Status.RECEIVED}),
    "write_off": (lambda order: refusal(order.write_off, note="核销"), {Status.WRITTEN_OFF}),
    "close": (lambda order: refusal(order.close), {Status.CLOSED}),
    "call_off": (lambda order: refusal(order.call_off, note="撤销"), {Status.CALLED_OFF}),
}
# Steps that ask for more than the right state.
ASKS_MORE = {"write_off", "close"}


@pytest.mark.parametrize(("status", "step"), list(product(Status, STEPS)))
def test_a_return_goes_along_its_arrows_only(status, step):
    order = returned(status)
    take, targets = STEPS[step]
    steps_before = changes_of(order).count()

    refused = take(order)

    order.refresh_from_db()
    is_arrow = bool(targets & ReturnOrder.NEXT[status]) and step not in ASKS_MORE
    assert (refused == "") == is_arrow
    assert (order.status in targets) if is_arrow else (order.status == status)
    assert changes_of(order).count() == steps_before + is_arrow


def test_everything_that_went_out_is_asked_back_once():
    terminal, device = stopping()
    said = {
        "way": "branch",
        "address": "示范路 18 号",
        "due_on": clock.today(),
        "application_number": "TY-20260911-000001",
        "by": StaffFactory(),
        "now": clock.now(),
    }

    order = open_return(terminal, device, **said)

    assert open_return(terminal, device, **said | {"way": "courier"}) == order
    assert ReturnOrder.objects.get().way == "branch"
    assert list(order.lines.values_list("piece", "serial_number", "expected", "price_fen")) == [
        ("terminal", device.serial_number, 1, 1200_00),
        ("charger", "", 1, 60_00),
        ("cable", "", 2, 15_00),
    ]
    assert AuditEvent.objects.of(order).filter(action="return_opened").count() == 1


def test_a_courier_has_a_waybill_and_a_pick_up_its_date():
    order = asked_back()

    assert refusal(order.announce, way="courier") == "constraint"
    assert refusal(order.announce, way="pick_up") == "constraint"
    assert refusal(order.announce, way="courier", waybill="sf 123 456") == ""

    order.refresh_from_db()
    assert (order.status, order.waybill) == ("sent", "SF123456")


def test_a_return_comes_in_parts():
    order = asked_back()

    assert order.receive([only(order, "terminal")], by=storekeeper(), now=clock.now()) == []

    order.device.refresh_from_db()
    assert (order.status, order.device.status) == ("part_received", "returned")
    assert still_out(order.terminal) != []

    order.receive(whole(order), by=storekeeper(), now=clock.now())

    assert order.status == "received"
    assert order.received_at
    assert still_out(order.terminal) == []


def test_a_wrong_serial_number_is_a_finding_and_not_received():
    order, other = asked_back(), asked_back()

    found = order.receive(
        [only(order, "terminal", serial_read=other.device.serial_number), only(order, "charger")],
        by=storekeeper(),
        now=clock.now(),
    )

    order.device.refresh_from_db()
    assert [(one.serial_read, one.is_of_the_estate) for one in found] == [(other.device.serial_number, True)]
    assert order.findings.count() == 1
    assert line_of(order, "terminal").received == 0
    assert line_of(order, "charger").received == 1
    assert (order.status, order.device.status) == ("part_received", "returning")


def test_where_nothing_but_a_wrong_serial_number_came_nothing_is_received():
    order = asked_back()

    found = order.receive(
        [only(order, "terminal", serial_read="X9Z000000001")], by=storekeeper(), now=clock.now()
    )

    order.refresh_from_db()
    assert [one.is_of_the_estate for one in found] == [False]
    assert order.status == "open"


def test_the_serial_number_is_read_in_any_spelling():
    order = asked_back()
    spelled = order.device.serial_number.lower().replace("p2a", "p2a ")

    assert (
        order.receive([only(order, "terminal", serial_read=spelled)], by=storekeeper(), now=clock.now()) == []
    )


@pytest.mark.parametrize(
    ("piece", "said", "code"),
    [
        ("terminal", {"serial_read": ""}, "no_serial"),
        ("terminal", {"quantity": 0, "missing": 1, "remark": "找不到"}, "device_missing"),
        ("cable", {"quantity": 3}, "constraint"),
        ("charger", {"quantity": 0, "missing": 1}, "constraint"),
        ("charger", {"condition": "damaged", "remark": "外壳开裂"}, "constraint"),
        ("charger", {"quantity": 0}, "nothing"),
    ],
)
def test_what_a_line_lacks_refuses_all_of_it(piece, said, code):
    order = asked_back()

    assert refusal(order.receive, [only(order, piece, **said)]) == code

    order.refresh_from_db()
    assert order.status == "open"
    assert not order.lines.filter(received__gt=0).exists()


def test_missing_and_damaged_pieces_are_accounted_for():
    order = asked_back()
    cable, charger = line_of(order, "cable"), line_of(order, "charger")
    handed_in = [
        only(order, "terminal"),
        HandedIn(cable.pk, quantity=1, missing=1, remark="只有一根"),
        HandedIn(charger.pk, quantity=1, condition="damaged", remark="外壳开裂", photo=a_file()),
    ]

    order.receive(handed_in, by=storekeeper(), now=clock.now())

    assert order.status == "received"
    assert (line_of(order, "cable").condition, line_of(order, "charger").condition) == ("missing", "damaged")


def test_a_device_still_tied_to_its_terminal_does_not_go_into_stock():
    order = returned("received")

    with pytest.raises(Refused, match=str(order.device.objection("in_stock", by=None, now=clock.now()))):
        order.inspect(SOUND, outcome="stock", by=storekeeper(), now=clock.now())

    assert not order.inspections.exists()


@pytest.mark.parametrize(
    ("outcome", "status"), [("stock", "in_stock"), ("repair", "repair"), ("scrap", "scrapped")]
)
def test_an_inspection_sends_the_device_where_it_says(outcome, status):
    order = returned("received")
    ended(order.terminal)

    order.inspect(SOUND, outcome=outcome, by=storekeeper(), now=clock.now(), note="屏幕有裂纹")
    assert refusal(order.close) == "wrong_state"
    issue_receipt(order, by=storekeeper(), now=clock.now())
    order.close(by=storekeeper(), now=clock.now())

    assert Device.objects.get(pk=order.device_id).status == status
    assert not order.terminal.issued_items.out().exists()


@pytest.mark.parametrize(
    ("found", "outcome", "note"),
    [
        ({"keys_destroyed": False}, "stock", ""),
        ({"log_cleared": False}, "stock", ""),
        ({"attack_marks": True}, "stock", ""),
        ({"powers_on": False}, "stock", ""),
        ({}, "scrap", ""),
    ],
)
def test_an_inspection_does_not_contradict_itself(found, outcome, note):
    order = returned("received")
    ended(order.terminal)

    assert refusal(order.inspect, SOUND._replace(**found), outcome=outcome, note=note) == "constraint"

    assert Device.objects.get(pk=order.device_id).status == "returned"


def test_a_device_from_the_workshop_is_inspected_again():
    order = returned("received")
    ended(order.terminal)

    order.inspect(SOUND._replace(powers_on=False), outcome="repair", by=storekeeper(), now=clock.now())
    order.inspect(SOUND, outcome="stock", by=storekeeper(), now=clock.now())

    assert Device.objects.get(pk=order.device_id).status == "in_stock"
    assert refusal(order.inspect, SOUND, outcome="stock") == "wrong_state"


def test_nothing_is_inspected_before_it_is_there():
    assert refusal(asked_back().inspect, SOUND, outcome="stock") == "wrong_state"


def test_a_merchants_own_device_is_looked_at_and_handed_back():
    order = returned("received", ownership="merchant")
    ended(order.terminal)

    assert order.is_inspection
    assert [line.piece for line in order.lines.all()] == ["terminal"]
    assert refusal(order.inspect, SOUND, outcome="stock") == "wrong_state"
    assert refusal(order.inspect, SOUND, outcome="repair") == "wrong_state"
    assert refusal(order.inspect, SOUND._replace(keys_destroyed=False), outcome="handed_back") == "constraint"
    assert refusal(order.inspect, SOUND, outcome="handed_back") == ""


def test_the_banks_device_is_not_handed_back():
    order = returned("received")
    ended(order.terminal)

    assert refusal(order.inspect, SOUND, outcome="handed_back") == "wrong_state"


@pytest.mark.parametrize("given", [{}, {"is_superuser": True}])
def test_a_loss_is_written_off_by_a_second_person(given):
    order = asked_back()
    clerk = storekeeper(order, **given)

    assert refusal(order.write_off, by=clerk, note="核销") == "wrong_state"
    order.report_lost(police_receipt=a_file(), note="店铺被盗", by=clerk, now=clock.now())
    assert order.objection("written_off", by=clerk, now=clock.now())
    assert refusal(order.write_off, by=clerk, note="核销") == "wrong_state"
    assert refusal(order.report_lost, police_receipt=a_file(), note="再次", by=clerk) == "wrong_state"

    assert refusal(order.write_off, by=storekeeper(order), note="核销") == ""

    order.device.refresh_from_db()
    assert (order.status, order.device.status) == ("written_off", "lost")
    assert not order.terminal.issued_items.out().exists()


def test_what_was_reported_lost_may_come_back():
    order = asked_back()
    order.report_lost(police_receipt=a_file(), note="店铺被盗", by=storekeeper(), now=clock.now())

    order.receive(whole(order), by=storekeeper(), now=clock.now())

    order.device.refresh_from_db()
    assert (order.status, order.device.status) == ("received", "returned")
    assert refusal(order.write_off, note="核销") == "wrong_state"


def test_a_device_that_has_come_back_is_not_lost():
    assert (
        refusal(returned("part_received").report_lost, police_receipt=a_file(), note="丢失") == "wrong_state"
    )


def test_a_return_is_closed_after_the_inspection():
    order = returned("received")

    assert order.objection("closed", by=storekeeper(), now=clock.now())
    assert refusal(order.close) == "wrong_state"


def test_where_the_stop_is_revoked_the_device_is_not_asked_back():
    order = asked_back()

    order.terminal.restore(by=StaffFactory(), now=clock.now(), note="停用已撤销")
    call_off_return(order.terminal, order.device, by=StaffFactory(), now=clock.now(), note="停用已撤销")

    order.refresh_from_db()
    assert order.status == "called_off"
    assert order.terminal.issued_items.out().exists()


def test_a_terminal_does_not_end_before_its_device_is_back(settings):
    order = asked_back()

    assert [sentence for sentence in order.terminal.outstanding() if order.number in sentence]
