"""A refusal looked at again: asked for once, in time, answered by somebody who had no part in it."""

from datetime import timedelta

import pytest

from applications.models import Decision
from config.kernel import clock
from config.kernel.lifecycle import Refused
from merchants.people import admit
from tests.accounts.factories import MerchantUserFactory
from tests.applications.factories import RegistrationFactory, consent
from tests.applications.reviewing import (
    approve,
    disputed,
    fresh,
    give_back,
    heard,
    held_refusal,
    reject,
    staff,
)

pytestmark = pytest.mark.django_db

WORDS = "店铺并未转让。"


def ask(case, *, by=None, now=None, text=WORDS):
    return case.ask_for_review(by=by or case.applicant, now=now or clock.now(), text=text)


def reopen(case, *, by, text="重新审核。"):
    case.reopen(by=by, now=clock.now(), text=text)


def uphold(case, *, by, text="维持原决定。"):
    case.uphold_refusal(by=by, now=clock.now(), text=text)


answers = pytest.mark.parametrize("answer", [reopen, uphold])


class TestAsking:
    def test_the_refuser_is_on_record_and_the_supervisors_hear(self):
        case = RegistrationFactory(state="rejected")
        supervisor = staff(case, "supervisor")

        asked = ask(case, text=f"  {WORDS} ")

        assert (asked.refused_by, asked.text, asked.asked_by) == (case.decided_by, WORDS, case.applicant)
        assert heard(supervisor) == ["application_review_asked"]
        assert fresh(case).status == case.Status.REJECTED

    def test_once(self):
        case = disputed()

        with pytest.raises(Refused):
            ask(case)

    def test_not_without_a_word_why(self):
        with pytest.raises(Refused) as refusal:
            ask(RegistrationFactory(state="rejected"), text=" ")

        assert refusal.value.code == "no_reason"

    def test_within_thirty_days_of_the_refusal(self):
        case = RegistrationFactory(state="rejected")
        last = case.decided_at + timedelta(days=30)

        with pytest.raises(Refused):
            ask(case, now=last + timedelta(seconds=1))
        ask(case, now=last)

    def test_only_by_the_people_who_file_it(self):
        case = RegistrationFactory(state="rejected")

        for person in (MerchantUserFactory(), staff(case), staff(case, "supervisor")):
            with pytest.raises(Refused):
                ask(case, by=person)

    def test_for_a_customer_by_an_owner_not_by_an_operator(self):
        first = RegistrationFactory(state="approved")
        case = RegistrationFactory(
            applicant=first.applicant, branch=first.branch, merchant=first.merchant, state="rejected"
        )
        operator = MerchantUserFactory()
        admit(operator, first.merchant, "operator", by=first.applicant, now=clock.now())

        with pytest.raises(Refused):
            ask(case, by=operator)
        ask(case, by=first.applicant)

    @pytest.mark.parametrize(
        "state", ["draft", "submitted", "under_review", "returned", "approved", "withdrawn", "lapsed"]
    )
    def test_only_of_a_refusal(self, state):
        with pytest.raises(Refused):
            ask(RegistrationFactory(state=state))


class TestAnswering:
    @answers
    def test_the_merchant_hears(self, answer):
        case = disputed()

        answer(case, by=staff(case))

        assert heard(case.applicant)[-1] == "application_review_answered"

    @answers
    def test_not_by_the_refuser_whatever_the_role(self, answer):
        case = disputed()
        refuser = case.decided_by
        for changed in ({"role": "supervisor"}, {"is_superuser": True}):
            for name, value in changed.items():
                setattr(refuser, name, value)
            refuser.save()

            with pytest.raises(Refused):
                answer(fresh(case), by=refuser)

        assert fresh(case).review_request.outcome == ""

    @answers
    def test_not_by_either_of_the_two_who_refused(self, answer):
        case = held_refusal()
        first, second = case.proposed_by, staff(case)
        case.release_decision(by=second, now=clock.now(), version=case.version)
        ask(case)

        for person in (first, second):
            with pytest.raises(Refused):
                answer(fresh(case), by=person)
        answer(fresh(case), by=staff(case))

    @answers
    def test_not_twice_and_not_unasked(self, answer):
        case = RegistrationFactory(state="rejected")
        with pytest.raises(Refused):
            answer(case, by=staff(case))
        ask(case)
        uphold(case, by=staff(case))

        with pytest.raises(Refused):
            answer(fresh(case), by=staff(case))

    @answers
    def test_not_without_words(self, answer):
        case = disputed()

        with pytest.raises(Refused) as refusal:
            answer(case, by=staff(case), text="")

        assert refusal.value.code == "no_reason"

    def test_upheld_it_stays_refused(self):
        case = disputed()

        uphold(case, by=staff(case))

        case.refresh_from_db()
        assert (case.status, case.review_request.outcome) == (case.Status.REJECTED, "upheld")
        assert case.decisions.get().state == Decision.State.SENT


class TestReopened:
    @pytest.fixture
    def reopened(self, db):
        case = disputed()
        reopen(case, by=staff(case))
        return case

    def test_it_is_under_review_with_a_new_promise_and_in_nobodys_hands(self, reopened):
        assert (reopened.status, reopened.decided_by, reopened.keep_until) == ("under_review", None, None)
        assert reopened.due_at > clock.now()
        assert reopened.holder(clock.now()) is None
        assert reopened.decisions.get().state == Decision.State.OVERTURNED
        assert {document.keep_until for document in reopened.documents.all()} == {None}

    def test_its_terminals_are_spoken_for_again(self, reopened):
        assert reopened.terminal_links.filter(is_open=True).count() == 1

    def test_it_is_not_reopened_where_the_terminal_was_asked_for_meanwhile(self):
        case = disputed()
        other = RegistrationFactory(branch=case.branch)
        other.placements.update(serial_number=case.placements.get().serial_number)
        other.submit(by=other.applicant, now=clock.now(), consent=consent())

        with pytest.raises(Refused):
            reopen(case, by=staff(case))

        case = fresh(case)
        assert (case.status, case.review_request.outcome) == ("rejected", "")

    @pytest.mark.parametrize("decide", [approve, reject, give_back])
    def test_whoever_refused_it_does_not_decide_again(self, reopened, decide):
        with pytest.raises(Refused):
            decide(reopened, by=reopened.review_request.refused_by)

    @pytest.mark.parametrize("decide", [approve, reject, give_back])
    def test_somebody_else_decides_the_same_round(self, reopened, decide):
        decision = decide(reopened, by=staff(reopened))

        assert (decision.round, decision.state) == (1, "sent")

    def test_the_first_of_two_who_refused_does_not_decide_again_either(self):
        case = held_refusal()
        first = case.proposed_by
        case.release_decision(by=staff(case), now=clock.now(), version=case.version)
        ask(case)
        reopen(case, by=staff(case))

        with pytest.raises(Refused):
            approve(fresh(case), by=first)

    def test_refused_again_it_is_not_asked_for_again(self, reopened):
        reject(reopened, by=staff(reopened))

        with pytest.raises(Refused):
            ask(reopened)
