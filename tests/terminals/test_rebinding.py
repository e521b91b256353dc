"""What ties a terminal changes: the row in force is closed, the next one opened, and only one is ever in force."""

import pytest

from config.kernel import clock
from config.kernel.lifecycle import Refused
from merchants.models import Division
from terminals.activation import activate
from terminals.rebinding import rebind, swap
from tests.accounts.factories import StaffFactory
from tests.terminals.factories import (
    DeviceFactory,
    activated,
    code_of,
    cut_off,
    digits_of,
    placement,
    provisioned,
)

pytestmark = pytest.mark.django_db
NUMBER = "SQ-20261001-000001"


def elsewhere():
    return placement(division=Division.objects.get(pk="310106"), address="样例路 88 号")


def swapped(terminal, device=None):
    device = device or DeviceFactory(branch=terminal.branch)
    by = StaffFactory(branch=terminal.branch)
    return device, swap(
        terminal, line=placement(device=device), application_number=NUMBER, by=by, now=clock.now()
    )


def test_a_new_place_closes_the_tie_and_opens_the_next():
    terminal, _done = activated()
    before, now = terminal.binding, clock.now()

    after = rebind(terminal, place=elsewhere(), application_number=NUMBER, by=StaffFactory(), now=now)

    before.refresh_from_db()
    terminal.refresh_from_db()
    assert (before.valid_to, after.valid_from, after.valid_to) == (now, now, None)
    assert (after.address, after.application_number) == ("样例路 88 号", NUMBER)
    assert after.device == before.device
    assert terminal.outlet.address == "样例路 88 号"
    assert terminal.status == "active"


def test_a_terminal_that_has_ended_is_tied_to_nothing_anew():
    terminal, _done = activated()
    cut_off(terminal)

    with pytest.raises(Refused):
        rebind(terminal, place=elsewhere(), application_number=NUMBER, by=StaffFactory(), now=clock.now())


def test_a_swap_keeps_the_number_and_waits_for_the_new_device():
    terminal, done = activated()
    number, old = terminal.number, terminal.binding.device

    new, taken_away = swapped(terminal)

    terminal.refresh_from_db()
    old.refresh_from_db()
    assert taken_away == old
    assert (terminal.number, terminal.status) == (number, "pending_activation")
    assert terminal.binding.device == new
    assert (old.status, terminal.binding.device.status) == ("returning", "allocated")
    assert terminal.keys.get(key_id=done.key_id).revoked_at is not None
    assert code_of(terminal).serial_number == new.serial_number


def test_the_new_code_makes_the_terminal_live_on_the_new_device():
    terminal, _done = activated()
    new, _old = swapped(terminal)

    activate(
        serial_number=new.serial_number,
        registration_code=digits_of(terminal),
        ip="192.0.2.1",
        now=clock.now(),
    )

    terminal.refresh_from_db()
    assert terminal.status == "active"
    assert terminal.bindings.filter(valid_to=None).count() == 1


def test_a_waiting_terminal_is_swapped_and_its_former_code_is_void():
    terminal = provisioned()
    former = code_of(terminal)

    swapped(terminal)

    former.refresh_from_db()
    assert former.status == "revoked"
    assert terminal.codes.filter(status="issued").count() == 1


def test_a_suspended_terminal_does_not_slip_out_by_a_swap():
    terminal, _done = activated()
    terminal.wind_up(by=StaffFactory(), now=clock.now(), note="停用")

    with pytest.raises(Refused) as refused:
        swapped(terminal)

    assert refused.value.code == "wrong_state"
    assert terminal.bindings.count() == 1


def test_a_device_that_is_not_in_stock_takes_nobodys_place():
    terminal, _done = activated()
    busy = provisioned(merchant=terminal.merchant).binding.device

    with pytest.raises(Refused):
        swapped(terminal, busy)

    terminal.refresh_from_db()
    assert terminal.status == "active"
