"""A stop hands its parts to the desks: settlement and store room, from the approval to the end and back."""

import pytest

from applications.models import Deactivation
from applications.notices.issuing import facts_of
from config.kernel import clock
from config.kernel.lifecycle import Refused
from terminals.settlement.clearance import complete
from tests.accounts.factories import StaffFactory
from tests.applications.requests import approve, bank_stop, requested
from tests.terminals.factories import activated, provisioned
from tests.terminals.returns.factories import storekeeper, whole
from tests.terminals.settlement.factories import all_agreed, clerk

pytestmark = pytest.mark.django_db


def stopped_today(**given):
    """A stop in effect: the bank's own, released by a second person."""
    terminal, _done = activated()
    one = bank_stop(terminal, state="under_review", **given)
    approve(one)
    if one.held_since:
        one.release_decision(
            by=StaffFactory(role="supervisor", branch=one.branch), now=clock.now(), version=one.version
        )
    terminal.refresh_from_db()
    return Deactivation.objects.get(pk=one.pk), terminal


def test_a_stop_opens_the_clearance_and_asks_the_device_back():
    one, terminal = stopped_today()

    clearance, order = terminal.clearances.get(), terminal.returns.get()
    assert terminal.status == "settle_only"
    assert (clearance.reason, clearance.application_number) == ("stop", one.number)
    assert (order.device, order.application_number) == (terminal.binding.device, one.number)


def test_nobody_gets_past_what_is_open_and_what_is_open_is_named():
    _one, terminal = stopped_today()
    clearance = all_agreed(terminal.clearances.get())

    with pytest.raises(Refused) as refused:
        complete(clearance, by=clerk(terminal.branch), now=clock.now())

    assert refused.value.code == "outstanding"
    assert terminal.returns.get().number in refused.value.sentence


def test_an_emergency_leaves_a_task_to_settle_by_hand():
    one, terminal = stopped_today(initiator="authority", is_emergency=True)

    assert terminal.status == "deactivated"
    assert terminal.clearances.get().reason == "by_hand"
    assert terminal.returns.get().application_number == one.number


def test_a_revoked_stop_takes_both_back():
    one, terminal = stopped_today()
    first, second = (
        StaffFactory(role="reviewer", branch=one.branch),
        StaffFactory(role="supervisor", branch=one.branch),
    )
    one.ask_revocation(by=first, now=clock.now(), note="商户已补齐材料")

    one.revoke(by=second, now=clock.now())

    terminal.refresh_from_db()
    assert terminal.status == "active"
    assert terminal.clearances.get().status == "void"
    assert not terminal.returns.live().exists()


def test_a_terminal_that_waits_for_its_code_has_nothing_to_settle():
    terminal = provisioned()
    one = bank_stop(terminal, state="under_review")
    approve(one)
    if one.held_since:
        one.release_decision(
            by=StaffFactory(role="supervisor", branch=one.branch), now=clock.now(), version=one.version
        )

    terminal.refresh_from_db()
    assert terminal.status == "cancelled"
    assert not terminal.clearances.exists()
    assert not terminal.returns.exists()


def test_a_merchants_own_wish_waits_for_its_day():
    one = requested("deactivation", state="approved")

    assert not one.has_taken_effect
    assert not one.terminals_spoken_of().get().clearances.exists()


def test_a_stop_gives_notice_with_the_figures_of_the_moment():
    one, terminal = stopped_today()
    order = terminal.returns.get()

    notice = one.notices.get()

    facts = facts_of(notice)
    assert notice.number.endswith("0001号")
    assert [each.number for each in facts.terminals] == [terminal.number]
    assert (facts.return_by, facts.return_place) == (order.due_on, order.address or one.branch.name)
    assert {item.count for item in facts.items} == {line.expected for line in order.lines.all()}
    assert facts.explanation == ""


def test_a_revoked_stop_takes_its_notice_with_it():
    one, _terminal = stopped_today()
    first, second = (StaffFactory(role=role, branch=one.branch) for role in ("reviewer", "supervisor"))
    one.ask_revocation(by=first, now=clock.now(), note="商户已补齐材料")

    one.revoke(by=second, now=clock.now())

    assert one.notices.get().status == "revoked"


def test_a_revoked_notice_puts_the_terminals_back():
    one, terminal = stopped_today()

    one.notices.get().revoke(
        by=StaffFactory(role="supervisor", branch=one.branch), now=clock.now(), note="核实无误，撤销停用"
    )

    terminal.refresh_from_db()
    one.refresh_from_db()
    assert (terminal.status, one.revoked_at is not None) == ("active", True)
    assert one.notices.get().status == "revoked"
    assert terminal.clearances.get().status == "void"


def test_the_whole_road_to_the_end():
    _one, terminal = stopped_today()
    clearance = all_agreed(terminal.clearances.get())
    order = terminal.returns.get()
    order.receive(whole(order), by=storekeeper(order), now=clock.now())

    complete(clearance, by=clerk(terminal.branch), now=clock.now())

    terminal.refresh_from_db()
    assert (terminal.status, terminal.cleared_at is not None) == ("deactivated", True)
    assert terminal.binding is None
