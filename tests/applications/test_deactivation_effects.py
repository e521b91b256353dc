"""What the approval of a stop makes true, on its day: terminals wound up, cancelled, closed for a time, or cut off by two."""

from datetime import timedelta

import pytest

from applications.ended_contracts import close_ended
from applications.models import Decision
from applications.scheduled_effects import carry_out_due
from config.kernel import clock
from config.kernel.clock import years_after
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from config.kernel.policy import current_policy
from merchants.closing import what_keeps
from merchants.models import Merchant
from tests.accounts.factories import StaffFactory
from tests.applications.factories import reviewer_for
from tests.applications.portal import signed_in
from tests.applications.requests import approve, bank_stop, requested
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import activated, cut_off, provisioned, reason_to_suspend

pytestmark = pytest.mark.django_db


def on_its_day(one):
    """The sweep of the day of the stop."""
    now = clock.now() + timedelta(days=30)
    assert carry_out_due(now) == 1
    one.refresh_from_db()
    return now


def stopped(**given):
    """A merchant's stop that has taken effect."""
    one = requested("deactivation", state="approved", **given)
    on_its_day(one)
    return one


def released(one):
    """What was held, released by a second person."""
    one.refresh_from_db()
    second = reviewer_for(one)
    one.release_decision(by=second, now=clock.now(), version=one.version)
    return second


def status_of(terminal):
    terminal.refresh_from_db()
    return terminal.status


def test_on_its_day_a_terminal_settles_only_and_its_device_is_called_back():
    one = requested("deactivation", state="approved")
    [terminal] = one.terminals_claimed()
    device = terminal.binding.device

    assert carry_out_due(clock.now()) == 0
    assert status_of(terminal) == "active"
    on_its_day(one)

    device.refresh_from_db()
    assert (status_of(terminal), device.status, one.has_taken_effect) == ("settle_only", "returning", True)


def test_the_notice_names_who_decided_not_the_clock_that_carried_it_out():
    one = stopped()

    assert ["经办", str(one.decided_by)] in one.notices.get().current.letter("zh-hans")["made"]


def test_a_terminal_that_waits_for_its_code_is_cancelled_and_the_code_is_void():
    terminal = provisioned()
    one = stopped(terminal=terminal)

    assert status_of(terminal) == "cancelled"
    assert [code.status for code in terminal.codes.all()] == ["revoked"]
    assert terminal.binding is None
    assert one.terminal_links.get().is_open is False


def test_other_applications_of_the_terminal_are_closed_and_their_people_told():
    terminal, _done = activated()
    moving = requested("relocation", terminal=terminal, state="under_review")
    stopped(terminal=terminal)

    moving.refresh_from_db()
    assert moving.status == "withdrawn"
    assert OutboxMessage.objects.filter(kind="application_overtaken", subject_id=moving.pk).exists()
    page = signed_in(moving.applicant).get(f"/applications/{moving.number}/").content.decode()
    assert "所涉及的终端正在停用。" in page


def test_a_move_that_was_granted_and_waits_for_its_day_is_called_off():
    terminal, _done = activated()
    day = clock.today() + timedelta(days=60)
    moving = requested("relocation", terminal=terminal, effective_on=day, state="approved")
    stopped(terminal=terminal)

    moving.refresh_from_db()
    assert (moving.has_taken_effect, bool(moving.called_off_at)) == (False, True)


def test_what_cannot_be_stopped_any_more_is_called_off():
    one = requested("deactivation", state="approved")
    [terminal] = one.terminals_claimed()
    cut_off(terminal)

    assert carry_out_due(clock.now() + timedelta(days=30)) == 0

    one.refresh_from_db()
    assert one.called_off_at


def test_nothing_left_to_stop_forbids_the_approval():
    one = requested("deactivation", state="under_review")
    cut_off(one.terminals_claimed()[0])

    with pytest.raises(Refused) as refused:
        approve(one)

    assert refused.value.code == "blocked"


def test_of_several_only_those_that_still_can_are_stopped():
    merchant = onboarded()
    first, _done = activated(merchant=merchant)
    second, _done = activated(merchant=merchant)
    one = requested("deactivation", merchant=merchant, scope="whole", state="approved")
    cut_off(first)

    on_its_day(one)

    assert [status_of(first), status_of(second)] == ["deactivated", "settle_only"]


def test_closed_for_a_time_it_keeps_its_device_and_says_until_when():
    stop_on = clock.today() + timedelta(days=14)
    terminal, _done = activated()
    one = requested(
        "deactivation",
        terminal=terminal,
        is_temporary=True,
        stop_on=stop_on,
        resume_on=stop_on + timedelta(days=20),
        return_way="",
        state="approved",
    )
    on_its_day(one)

    assert (status_of(terminal), terminal.binding.device.status) == ("suspended", "installed")
    suspension = terminal.suspension
    assert (suspension.reason_id, suspension.until, suspension.application_number) == (
        "planned_closure",
        one.resume_on,
        one.number,
    )


def test_a_suspension_for_risk_ends_with_the_stop():
    terminal, _done = activated()
    terminal.suspend(
        by=StaffFactory(), now=clock.now(), reason=reason_to_suspend(needs_second=True), note="核实"
    )
    stopped(terminal=terminal)

    assert status_of(terminal) == "settle_only"
    assert terminal.suspension is None


# -- who is the second ------------------------------------------------------------------------------------------------


def test_a_stop_by_the_bank_waits_for_a_second_person():
    terminal, _done = activated()
    one = bank_stop(terminal, state="under_review")

    decision = approve(one)

    assert (decision.state, decision.held_for) == (Decision.State.HELD, ["bank_stop", "early_stop"])
    assert status_of(terminal) == "active"
    released(one)
    assert status_of(terminal) == "settle_only"


def test_an_emergency_is_cut_off_by_who_decided_and_who_released():
    terminal, _done = activated()
    one = bank_stop(terminal, "authority", is_emergency=True, state="under_review")
    first = one.assignee

    assert approve(one).held_for[-1] == "emergency"
    second = released(one)

    assert status_of(terminal) == "deactivated"
    assert {terminal.cut_off_by, terminal.cut_off_with} == {first, second}


def test_an_emergency_is_never_released_by_who_decided_first():
    terminal, _done = activated()
    one = bank_stop(terminal, "authority", is_emergency=True, state="under_review")
    first = one.assignee
    approve(one)

    with pytest.raises(Refused):
        one.release_decision(by=first, now=clock.now(), version=one.version)

    assert status_of(terminal) == "active"


def test_an_emergency_stops_also_what_only_settles():
    terminal, _done = activated()
    stopped(terminal=terminal)
    one = bank_stop(terminal, "authority", is_emergency=True, state="under_review")

    approve(one)
    released(one)

    assert status_of(terminal) == "deactivated"


def test_a_refused_emergency_waits_for_a_second_person_as_well():
    terminal, _done = activated()
    one = bank_stop(terminal, "authority", is_emergency=True, state="under_review")

    assert "emergency" in one.reasons_to_hold("rejected")
    assert "bank_stop" not in bank_stop(activated()[0]).reasons_to_hold("rejected")


# -- the whole merchant -----------------------------------------------------------------------------------------------


def test_a_contract_does_not_end_while_a_terminal_lives():
    terminal, _done = activated()
    merchant = terminal.merchant

    with pytest.raises(Refused) as refused:
        merchant.close(by=StaffFactory(), now=clock.now(), on=clock.today())

    assert terminal.number in refused.value.sentence
    merchant.refresh_from_db()
    assert (merchant.status, merchant.service_ended_on) == ("active", None)


def test_a_contract_does_not_end_where_nobody_answers_for_the_terminals(monkeypatch):
    monkeypatch.setattr("merchants.closing._rooms", {})

    assert what_keeps(onboarded())


def test_the_contract_ends_once_the_last_terminal_has():
    merchant = onboarded()
    first, second = activated(merchant=merchant)[0], provisioned(merchant=merchant)
    one = requested("deactivation", merchant=merchant, scope="whole", state="approved")
    now = on_its_day(one)

    assert close_ended(now) == 0
    cut_off(first)
    assert status_of(second) == "cancelled"
    assert (close_ended(now), close_ended(now)) == (1, 0)

    merchant.refresh_from_db()
    ended = clock.local_date(now)
    assert (merchant.status, merchant.service_ended_on) == ("closed", ended)
    assert merchant.keep_until == years_after(ended, current_policy().retention_years)


def test_some_terminals_end_no_contract():
    one = stopped()
    cut_off(one.terminals_spoken_of()[0])

    assert close_ended(clock.now() + timedelta(days=60)) == 0
    assert Merchant.objects.get(pk=one.merchant_id).status == "active"


def test_a_merchant_with_new_terminals_stays_a_customer():
    merchant = onboarded()
    first, _done = activated(merchant=merchant)
    one = requested("deactivation", merchant=merchant, scope="whole", state="approved")
    now = on_its_day(one)
    cut_off(first)
    newer, later = provisioned(merchant=merchant, now=now + timedelta(days=1)), now + timedelta(days=2)
    newer.cancel(by=StaffFactory(), now=later, note="不装了")

    assert close_ended(later) == 0


# -- what is said -----------------------------------------------------------------------------------------------------


def test_the_merchant_reads_what_is_true_now_and_what_to_do():
    one = requested("deactivation", state="approved")
    [terminal] = one.terminals_claimed()
    owner = owner_of(terminal.merchant)
    before = signed_in(owner).get(f"/applications/{one.number}/").content.decode()
    assert "起停止收款" in before

    on_its_day(one)

    page = signed_in(owner).get(f"/applications/{one.number}/").content.decode()
    assert "仅可结算" in page
    assert terminal.bindings.get().serial_number in page
    assert OutboxMessage.objects.filter(kind="application_granted", recipient=owner).exists()
    assert not OutboxMessage.objects.filter(kind="application_approved", subject_id=one.pk).exists()
