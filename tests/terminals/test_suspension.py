"""A terminal is not served for a while: why, until when, and who frees it; and nothing ends before it is cleared."""

import pytest

from config.kernel import clock
from config.kernel.lifecycle import Refused
from terminals import stopping
from tests.accounts.factories import StaffFactory
from tests.terminals.factories import activated, provisioned, reason_to_suspend

pytestmark = pytest.mark.django_db


def suspended(*, needs_second):
    terminal, _done = activated()
    terminal.suspend(
        by=StaffFactory(), now=clock.now(), reason=reason_to_suspend(needs_second=needs_second), note="核实"
    )
    return terminal


def test_an_everyday_suspension_is_ended_by_one_person():
    terminal, person = suspended(needs_second=False), StaffFactory()

    terminal.resume(by=person, now=clock.now(), note="证件已更新")

    assert terminal.status == "active"
    assert terminal.suspensions.get().ended_by == person
    assert terminal.suspension is None


def test_after_a_suspension_for_risk_one_asks_and_another_releases():
    terminal, first, second = suspended(needs_second=True), StaffFactory(), StaffFactory()

    with pytest.raises(Refused, match="须先由一人提出解除"):
        terminal.resume(by=second, now=clock.now(), note="已核实")
    terminal.suspension.ask_release(by=first, now=clock.now(), note="现场核实无异常")
    with pytest.raises(Refused) as own:
        terminal.resume(by=first, now=clock.now(), note="已核实")
    assert own.value.code == "second_person"
    assert terminal.status == "suspended"
    terminal.resume(by=second, now=clock.now(), note="已核实")

    assert terminal.status == "active"


def test_a_release_is_asked_for_with_a_reason_and_while_it_lasts():
    terminal = suspended(needs_second=True)
    suspension = terminal.suspension

    with pytest.raises(Refused) as unsaid:
        suspension.ask_release(by=StaffFactory(), now=clock.now(), note="  ")
    terminal.wind_up(by=StaffFactory(), now=clock.now(), note="停用")
    with pytest.raises(Refused) as late:
        suspension.ask_release(by=StaffFactory(), now=clock.now(), note="已核实")

    assert (unsaid.value.code, late.value.code) == ("no_reason", "wrong_state")
    assert terminal.suspensions.get().ended_by_stop


def test_nothing_ends_where_nobody_answers_for_the_clearance(monkeypatch):
    monkeypatch.setattr(stopping, "_desks", {})
    terminal, _done = activated()
    terminal.wind_up(by=StaffFactory(), now=clock.now(), note="停用")

    with pytest.raises(Refused) as refused:
        terminal.deactivate(by=StaffFactory(), now=clock.now(), note="停用")

    terminal.refresh_from_db()
    assert (refused.value.code, terminal.status) == ("outstanding", "settle_only")


def test_everything_that_is_open_is_named_desk_by_desk(monkeypatch):
    desks = {"settlement": lambda terminal: ["末批次未结清。"], "store": lambda terminal: ["机具未交回。"]}
    monkeypatch.setattr(stopping, "_desks", desks)
    terminal, _done = activated()
    terminal.wind_up(by=StaffFactory(), now=clock.now(), note="停用")

    with pytest.raises(Refused) as refused:
        terminal.deactivate(by=StaffFactory(), now=clock.now(), note="停用")

    assert refused.value.params["items"] == ["末批次未结清。", "机具未交回。"]


def test_winding_up_keeps_the_key_and_calls_the_device_back():
    terminal, done = activated()
    device = terminal.binding.device

    terminal.wind_up(by=StaffFactory(), now=clock.now(), note="停用")

    device.refresh_from_db()
    assert device.status == "returning"
    assert terminal.keys.get(key_id=done.key_id).revoked_at is None
    assert terminal.binding is not None


def test_a_revoked_stop_leaves_everything_as_it_was():
    terminal, _done = activated()
    terminal.wind_up(by=StaffFactory(), now=clock.now(), note="停用")

    terminal.restore(by=StaffFactory(), now=clock.now(), note="撤销停用")

    assert (terminal.status, terminal.binding.device.status) == ("active", "installed")


def test_one_person_alone_cuts_nothing_off():
    terminal, person = provisioned(), StaffFactory()

    with pytest.raises(Refused) as refused:
        terminal.cut_off(by=person, together_with=person, now=clock.now(), note="紧急")

    assert refused.value.code == "constraint"
    terminal.refresh_from_db()
    assert terminal.status == "pending_activation"
