"""A stop is revoked by two people before the clearance is complete; afterwards nothing comes back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from applications.models import Deactivation
from applications.scheduled_effects import carry_out_due
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from tests.accounts.factories import StaffFactory
from tests.applications.factories import reviewer_for
from tests.applications.portal import signed_in
from tests.applications.requests import requested
from tests.applications.test_deactivation_effects import status_of, stopped
from tests.terminals.factories import activated, cut_off, reason_to_suspend

pytestmark = pytest.mark.django_db


def ask(one, by=None):
    by = by or reviewer_for(one)
    one.ask_revocation(by=by, now=clock.now(), note="商户续签了协议")
    return by


def test_asked_for_by_one_and_confirmed_by_another_the_terminal_is_in_use_again():
    one = stopped()
    [terminal] = one.terminals_spoken_of()
    first = ask(one)

    with pytest.raises(Refused, match="不能自己确认"):
        one.revoke(by=first, now=clock.now())
    assert status_of(terminal) == "settle_only"
    one.revoke(by=reviewer_for(one), now=clock.now())

    assert (status_of(terminal), terminal.binding.device.status) == ("active", "installed")
    assert OutboxMessage.objects.filter(kind="application_revoked", recipient=one.applicant).exists()
    assert "已撤销" in signed_in(one.applicant).get(f"/applications/{one.number}/").content.decode()


def test_a_terminal_suspended_for_risk_is_suspended_again():
    terminal, _done = activated()
    reason = reason_to_suspend(needs_second=True)
    terminal.suspend(by=StaffFactory(), now=clock.now(), reason=reason, note="核实")
    one = stopped(terminal=terminal)
    ask(one)

    one.revoke(by=reviewer_for(one), now=clock.now() + timedelta(days=31))

    assert (status_of(terminal), terminal.suspension.reason) == ("suspended", reason)


def test_a_stop_that_waits_for_its_day_is_called_off():
    one = requested("deactivation", state="approved")
    ask(one)

    one.revoke(by=reviewer_for(one), now=clock.now())

    assert (bool(one.called_off_at), one.revoked_at) == (True, None)
    assert carry_out_due(clock.now() + timedelta(days=30)) == 0


def test_what_has_ended_never_comes_back():
    one = stopped()
    cut_off(one.terminals_spoken_of()[0])

    with pytest.raises(Refused) as refused:
        ask(one)

    assert refused.value.code == "wrong_state"


def test_between_asking_and_confirming_it_may_end():
    one = stopped()
    ask(one)
    cut_off(one.terminals_spoken_of()[0])

    with pytest.raises(Refused):
        one.revoke(by=reviewer_for(one), now=clock.now())


def test_declined_it_stands_and_can_be_asked_for_again():
    one = stopped()
    ask(one)
    with pytest.raises(Refused):
        one.decline_revocation(by=reviewer_for(one), now=clock.now(), note=" ")
    one.decline_revocation(by=reviewer_for(one), now=clock.now(), note="商户没有续签")

    ask(one)
    with pytest.raises(Refused):
        ask(one)


@pytest.mark.parametrize("role", ["account_manager", "storekeeper", "auditor"])
def test_only_reviewers_of_the_branch_ask(role):
    one = stopped()

    for person in (StaffFactory(role=role, branch=one.branch), StaffFactory(role="reviewer"), one.applicant):
        with pytest.raises(Refused):
            one.ask_revocation(by=person, now=clock.now(), note="商户续签了协议")


def test_before_the_approval_nothing_is_revoked():
    one = requested("deactivation", state="submitted")

    with pytest.raises(Refused):
        ask(one)


def test_the_desk_asks_and_confirms():
    one = stopped()
    first, second = reviewer_for(one), reviewer_for(one)
    address = f"/admin/applications/application/{one.pk}/"

    page = signed_in(first).get(f"{address}review/").content.decode()
    assert "revocation/" in page
    signed_in(first).post(f"{address}revocation/", {"words": "商户续签了协议"})
    own = signed_in(first).get(f"{address}review/").content.decode()
    assert "revocation/confirmation/" not in own
    signed_in(second).post(f"{address}revocation/confirmation/")

    one.refresh_from_db()
    assert one.revoked_by == second
    assert (
        signed_in(second)
        .post(f"/admin/applications/application/{requested('relocation', state='submitted').pk}/revocation/")
        .status_code
        == 404
    )


CONSTRAINTS = {
    "deactivation_revocation_asked_whole": {"revocation_asked_at": clock.now()},
    "deactivation_revoked_by_second": {"revoked_at": clock.now()},
    "deactivation_effect_or_called_off": {"called_off_at": clock.now(), "called_off_note": "x"},
    "deactivation_called_off_whole": {"called_off_note": "不停了"},
    "deactivation_choices_known": {"initiator": "somebody"},
    "deactivation_emergency_by_order": {"is_emergency": True},
    "deactivation_closure_is_merchants": {"resume_on": clock.today() + timedelta(days=200)},
    "deactivation_resumes_after_stop": {"is_temporary": True, "resume_on": clock.today()},
}


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_what_must_never_be_false_is_a_constraint(name):
    one = stopped()
    wrong = dict(CONSTRAINTS[name])
    if "called_off_at" in wrong:
        wrong["called_off_by"] = one.assignee

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Deactivation.objects.filter(pk=one.pk).update(**wrong)


def test_one_person_cannot_be_both_in_the_table():
    one = stopped()
    by = ask(one)

    with pytest.raises(IntegrityError, match="deactivation_revoked_by_second"), transaction.atomic():
        Deactivation.objects.filter(pk=one.pk).update(revoked_at=clock.now(), revoked_by=by)
