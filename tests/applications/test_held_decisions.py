"""Decisions that need two people: until the second one agrees nothing is sent, made or started."""

from datetime import timedelta

import pytest
from constance import config
from django.db import IntegrityError, transaction
from django.urls import reverse as address

from applications.models import Application, Decision
from applications.models.steps.holding import HOLDS
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.history import StatusChange, changes_of
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from terminals.models import Binding, RegistrationCode, Terminal
from tests.applications.factories import RegistrationFactory, fault
from tests.applications.reviewing import (
    approve,
    fresh,
    give_back,
    heard,
    held_approval,
    held_refusal,
    reject,
    risky,
    staff,
)

pytestmark = pytest.mark.django_db

HELD = {"an approval": held_approval, "a refusal": held_refusal}
held_ones = pytest.mark.parametrize("make", HELD.values(), ids=HELD.keys())


def release(case, *, by, now=None, **given):
    given = {"version": case.version} | given
    return case.release_decision(by=by, now=now or clock.now(), **given)


def reverse(case, *, by, **given):
    given = {"version": case.version, "note": "请再核实一次地址。"} | given
    return case.reverse_decision(by=by, now=clock.now(), **given)


class TestTheAccountThatWasChecked:
    """Whoever approves says that it was; that stays with the decision."""

    def test_stays_with_an_approval_in_force(self):
        case = RegistrationFactory(state="under_review")

        assert approve(case, by=case.assignee).account_verified

    def test_stays_with_a_held_approval_after_its_release(self):
        case = held_approval()
        assert case.held_decision().account_verified

        release(case, by=staff(case))

        assert case.decisions.get().account_verified

    @pytest.mark.parametrize("decide", [reject, give_back])
    def test_is_asked_of_approvals_only(self, decide):
        case = RegistrationFactory(state="under_review")

        assert not decide(case, by=case.assignee).account_verified

    @pytest.mark.parametrize("state", ["sent", "held", "released"])
    def test_no_approval_in_force_or_held_is_without_it(self, state):
        case = held_approval()
        checked = {"checker": staff(case), "checked_at": clock.now()} if state == "released" else {}
        held_for = [] if state == "sent" else ["many_terminals"]

        with pytest.raises(IntegrityError), transaction.atomic():
            case.decisions.update(account_verified=False, state=state, held_for=held_for, **checked)

    def test_one_that_came_to_nothing_may_be(self):
        case = held_approval()
        case.take_back_decision(by=case.proposed_by, now=clock.now())

        case.decisions.update(account_verified=False)

        assert case.decisions.get().state == Decision.State.TAKEN_BACK

    def test_the_second_person_reads_who_said_so_and_the_record_keeps_it(self, client):
        case = held_approval()
        first, second = case.proposed_by, staff(case)
        client.force_login(second)
        page = address("admin:applications_case", args=[case.pk])
        words = f"{first} 已确认在核心系统核对过结算账户。"

        while_held = client.get(page).content.decode()
        release(case, by=second)
        afterwards = client.get(page).content.decode()

        # In the notice and in the record, then in the record.
        assert (while_held.count(words), afterwards.count(words)) == (2, 1)


class TestWhatIsHeld:
    @pytest.mark.parametrize(("terminals", "state"), [(2, "sent"), (3, "held")])
    def test_approvals_of_more_terminals_than_one_person_may_grant(self, terminals, state):
        config.hold_terminals_over = 2
        case = RegistrationFactory(state="under_review", terminals=terminals)

        decision = approve(case, by=case.assignee)

        assert decision.state == state
        assert decision.held_for == (["many_terminals"] if state == "held" else [])

    @pytest.mark.parametrize("decide", [approve, reject])
    @pytest.mark.parametrize(("policy", "state"), [(1, "held"), (0, "sent")])
    def test_both_decisions_on_a_high_risk_where_the_policy_says_so(self, decide, policy, state):
        config.hold_high_risk = policy
        case = RegistrationFactory(state="under_review")
        risky(case)

        assert decide(case, by=case.assignee).state == state

    def test_a_supervisors_decision_as_well(self):
        case = RegistrationFactory(state="submitted")
        risky(case)
        case.claim(by=staff(case, "supervisor"), now=clock.now())

        assert approve(case, by=case.assignee).state == "held"

    def test_a_refusal_of_many_terminals_is_not(self):
        config.hold_terminals_over = 1
        case = RegistrationFactory(state="under_review", terminals=2)

        assert reject(case, by=case.assignee).state == "sent"

    def test_a_return_never_is(self):
        case = RegistrationFactory(state="under_review")
        risky(case)

        assert give_back(case, by=case.assignee).state == "sent"

    def test_every_reason_has_its_words(self):
        assert all(str(words) for words in HOLDS.values())
        assert {"high_risk", "many_terminals"} <= HOLDS.keys()


class TestWhileItIsHeld:
    @held_ones
    def test_nothing_is_sent_made_or_started(self, make):
        case = make()

        case.refresh_from_db()
        assert (case.status, case.decided_by, case.decided_at) == (case.Status.UNDER_REVIEW, None, None)
        assert heard(case.applicant) == ["application_submitted", "application_accepted"]
        assert not Terminal.objects.exists()
        assert not Binding.objects.exists()
        assert not RegistrationCode.objects.exists()
        assert (case.merchant, case.keep_until) == (None, None)
        assert changes_of(case)[0].to_status == "under_review"

    @held_ones
    def test_the_promise_to_the_merchant_goes_on_and_nobody_holds_the_case(self, make):
        case = make()

        assert fresh(case).due_at is not None
        assert fresh(case).holder(clock.now()) is None

    def test_the_supervisors_hear_but_not_who_decided(self):
        case = RegistrationFactory(state="submitted")
        risky(case)
        one, other = staff(case, "supervisor"), staff(case, "supervisor")
        case.claim(by=one, now=clock.now())

        approve(case, by=one)

        assert (heard(one), heard(other)) == ([], ["application_held"])

    @held_ones
    def test_no_other_decision_is_made_beside_it(self, make):
        case = make()

        for decide in (approve, reject, give_back):
            with pytest.raises(Refused) as refusal:
                decide(fresh(case), by=staff(case))
            assert refusal.value.code == "wrong_state"
        assert case.decisions.count() == 1

    def test_what_could_not_take_effect_is_refused_to_the_first_person(self):
        config.hold_terminals_over = 1
        case = RegistrationFactory(state="under_review", terminals=2)
        case.placements.filter(position=2).update(serial_number="UNKNOWN00001")

        with pytest.raises(Refused):
            approve(case, by=case.assignee)

        assert (fresh(case).held_since, case.decisions.count()) == (None, 0)

    def test_the_first_person_reads_the_version_they_decide_on(self):
        case = RegistrationFactory(state="under_review")
        risky(case)

        with pytest.raises(Refused) as refusal:
            approve(case, by=case.assignee, version=case.version - 1)

        assert refusal.value.code == "stale"

    def test_a_withdrawal_overtakes_it(self):
        case = held_approval()

        case.withdraw(by=case.applicant, now=clock.now())

        assert (case.status, case.held_since) == (case.Status.WITHDRAWN, None)
        assert case.decisions.get().state == Decision.State.OVERTAKEN
        with pytest.raises(Refused):
            release(case, by=staff(case))


class TestRelease:
    def test_the_approval_takes_effect_now(self):
        case, later = held_approval(), clock.now() + timedelta(days=3)
        second = staff(case)

        decision = release(case, by=second, now=later, note="已电话核实。")

        assert (case.status, case.decided_by, case.decided_at) == (case.Status.APPROVED, second, later)
        assert (decision.state, decision.checker, decision.checked_at) == ("released", second, later)
        assert Terminal.objects.count() == 2
        assert heard(case.applicant)[-1] == "application_approved"

    def test_deadlines_start_at_the_release(self):
        case, later = held_approval(), clock.now() + timedelta(days=3)

        release(case, by=staff(case), now=later)

        for code in RegistrationCode.objects.all():
            assert code.issued_at == later
            assert code.expires_at >= later + timedelta(days=config.code_valid_days) - timedelta(days=1)

    def test_so_does_the_time_to_ask_for_a_review(self):
        case, later = held_refusal(), clock.now() + timedelta(days=25)
        release(case, by=staff(case), now=later)

        case.ask_for_review(by=case.applicant, now=later + timedelta(days=29), text="请再看一次。")

        assert case.review_request.refused_by == case.decided_by

    @held_ones
    @pytest.mark.parametrize("is_superuser", [False, True])
    def test_never_by_the_first_person(self, make, is_superuser):
        case = make()
        first = case.proposed_by
        first.is_superuser = is_superuser
        first.save()

        for answer in (release, reverse):
            with pytest.raises(Refused) as refusal:
                answer(fresh(case), by=first)
            assert "同事" in refusal.value.sentence
        assert case.decisions.get().state == "held"

    @held_ones
    def test_not_against_a_colleague_who_holds_the_case(self, make):
        case = make()
        holder = staff(case)
        case.claim(by=holder, now=clock.now())

        with pytest.raises(Refused, match=str(holder)):
            release(fresh(case), by=staff(case))
        release(fresh(case), by=holder)

    @held_ones
    def test_not_on_a_version_that_has_changed(self, make):
        case = make()

        for answer in (release, reverse):
            with pytest.raises(Refused) as refusal:
                answer(case, by=staff(case), version=case.version - 1)
            assert refusal.value.code == "stale"

    def test_nothing_to_release_is_said(self):
        case = RegistrationFactory(state="under_review")

        for step in (release, reverse):
            with pytest.raises(Refused):
                step(case, by=staff(case))

    def test_it_fails_closed_where_the_first_person_is_not_known(self):
        case = held_approval()
        with pytest.raises(IntegrityError), transaction.atomic():
            Application.objects.filter(pk=case.pk).update(proposed_by=None)
        # Nor does a name help that is not the one on the decision.
        Application.objects.filter(pk=case.pk).update(proposed_by=staff(case))

        with pytest.raises(Refused):
            release(fresh(case), by=staff(case))

        assert not Terminal.objects.exists()


class TestReverse:
    @held_ones
    def test_the_first_person_has_the_case_again_with_the_note(self, make):
        case = make()
        first, second = case.proposed_by, staff(case)

        decision = reverse(case, by=second)

        case.refresh_from_db()
        assert (case.status, case.held_since, case.proposed_by) == (case.Status.UNDER_REVIEW, None, None)
        assert case.holder(clock.now() + timedelta(hours=23)) == first
        assert (decision.state, decision.checker, decision.checker_note) == (
            "reversed",
            second,
            "请再核实一次地址。",
        )
        assert heard(case.applicant) == ["application_submitted", "application_accepted"]

    def test_nobody_has_it_where_the_first_person_may_not_review_any_more(self):
        case = held_approval()
        first = case.proposed_by
        first.is_active = False
        first.save()

        reverse(case, by=staff(case))

        case.refresh_from_db()
        assert (case.assignee, case.lease_until) == (None, None)
        case.claim(by=staff(case), now=clock.now())

    def test_it_is_decided_anew(self):
        case = held_refusal()
        first = case.proposed_by
        reverse(case, by=staff(case))

        give_back(case, by=first)

        assert case.status == case.Status.RETURNED

    def test_without_a_word_why_it_stays_held(self):
        case = held_approval()

        with pytest.raises(Refused) as refusal:
            reverse(case, by=staff(case), note=" ")

        assert refusal.value.code == "no_reason"
        assert fresh(case).held_since


class TestTakeBack:
    @held_ones
    def test_the_first_person_has_the_case_again(self, make):
        case = make()
        first = case.proposed_by

        case.take_back_decision(by=first, now=clock.now())

        assert fresh(case).holder(clock.now()) == first
        assert case.decisions.get().state == Decision.State.TAKEN_BACK
        give_back(case, by=first, verdicts={"application": fault("incomplete_set")})

    def test_only_by_the_first_person_and_only_while_it_is_held(self):
        case = held_approval()
        with pytest.raises(Refused):
            case.take_back_decision(by=staff(case, "supervisor"), now=clock.now())
        first = case.proposed_by
        case.take_back_decision(by=first, now=clock.now())

        with pytest.raises(Refused):
            case.take_back_decision(by=first, now=clock.now())

        assert OutboxMessage.objects.filter(kind="application_approved").count() == 0


def test_what_was_only_tried_before_it_was_held_is_not_on_record():
    case = held_approval()

    tried = {"merchant_onboarded", "terminal_provisioned", "code_issued"}
    assert not AuditEvent.objects.filter(action__in=tried).exists()
    assert set(StatusChange.objects.values_list("subject_label", flat=True)) == {"applications.application"}
    assert case.held_since is not None
