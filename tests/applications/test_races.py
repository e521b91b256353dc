"""Sixteen people, one application. Only PostgreSQL can show these races: SQLite lets one writer in at a time.

Every race is run twice: as the portal runs, where one wins and the others are told why, and with the locks off (and the
constraints away that would hold alone), where it must be lost, or the first run would prove nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from applications.invariants import violations
from applications.models import Registration
from config.kernel import clock
from config.kernel.history import changes_of
from config.kernel.lifecycle import Refused
from terminals.models import Binding, RegistrationCode, Terminal
from tests.applications import reviewing
from tests.applications.factories import RegistrationFactory
from tests.applications.reviewing import disputed, held_approval, held_refusal, staff
from tests.races import all_at_once, without_unique

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

HANDS = 16
# Without the locks each race is tried so often; every one was seen at the first or second try.
TRIES = 6
GUARDS = [
    ("applications_decision", "decision_one_per_round"),
    ("applications_reviewrequest", "applications_reviewrequest_application_id_key"),
    ("terminals_binding", "binding_one_live_per_serial"),
    ("merchants_merchant", "merchant_once_per_uscc"),
]


@dataclass(frozen=True)
class Race:
    """`make` brings a case to the moment of the race, `steps` are what is done to it at once, each as (case, person)."""

    make: Callable[[], Registration]
    steps: Sequence[Callable]
    role: str = "reviewer"

    def people(self, case) -> list:
        return [staff(case, self.role) for _ in range(HANDS)]

    def run(self, case) -> list:
        """What each of the people got: the name of the step that was taken, or the exception."""
        people = self.people(case)

        def act(number):
            step = self.steps[number % len(self.steps)]
            # Everybody has the page of the same moment before them.
            step(Registration.objects.get(pk=case.pk), people[number])
            return step.__name__

        return all_at_once(HANDS, act)


def under_review() -> Registration:
    """Nobody holds the case any more, so that everybody may decide."""
    case = RegistrationFactory(state="under_review")
    case.release(by=case.assignee, now=clock.now())
    return case


def submitted() -> Registration:
    return RegistrationFactory(state="submitted")


def held_by_nobody_else() -> Registration:
    return RegistrationFactory(state="under_review")


def claim(case, person):
    case.claim(by=person, now=clock.now())


def approve(case, person):
    reviewing.approve(case, by=person)


def reject(case, person):
    reviewing.reject(case, by=person)


def give_back(case, person):
    reviewing.give_back(case, by=person)


def withdraw(case, _person):
    case.withdraw(by=case.applicant, now=clock.now())


def approve_as_holder(case, _person):
    reviewing.approve(case, by=case.assignee)


def take_over(case, person):
    case.take_over(by=person, now=clock.now(), reason="同事请假。")


def release_decision(case, person):
    case.release_decision(by=person, now=clock.now(), version=case.version)


def reverse_decision(case, person):
    case.reverse_decision(by=person, now=clock.now(), version=case.version, note="再核实一次。")


def take_back(case, _person):
    case.take_back_decision(by=case.proposed_by, now=clock.now())


def ask_for_review(case, _person):
    case.ask_for_review(by=case.applicant, now=clock.now(), text="店铺并未转让。")


def uphold(case, person):
    case.uphold_refusal(by=person, now=clock.now(), text="维持原决定。")


def reopen(case, person):
    case.reopen(by=person, now=clock.now(), text="重新审核。")


RACES = {
    "claims": Race(submitted, [claim]),
    "claims_of_a_case_that_was_put_back": Race(under_review, [claim]),
    "approvals": Race(under_review, [approve]),
    "approval_and_refusal": Race(under_review, [approve, reject]),
    "approval_and_return": Race(under_review, [approve, give_back]),
    "approval_and_withdrawal": Race(under_review, [approve, withdraw]),
    "return_and_withdrawal": Race(under_review, [give_back, withdraw]),
    "releases": Race(held_refusal, [release_decision]),
    "releases_of_an_approval": Race(held_approval, [release_decision]),
    "release_and_reversal": Race(held_refusal, [release_decision, reverse_decision]),
    "release_and_withdrawal": Race(held_approval, [release_decision, withdraw]),
    "release_and_taking_back": Race(held_refusal, [release_decision, take_back]),
    "requests_for_review": Race(lambda: RegistrationFactory(state="rejected"), [ask_for_review]),
    "upholding_and_reopening": Race(disputed, [uphold, reopen], role="supervisor"),
    "approval_and_taking_over": Race(held_by_nobody_else, [approve_as_holder, take_over], role="supervisor"),
}
# Taking over is no last word: supervisors may take a case from each other, one after the other.
MANY_MAY_WIN = {"approval_and_taking_over"}
# Two barriers hold this one: whoever releases has written the decision, and asks after that whether the device is free.
HOLDS_WITHOUT_THE_LOCK = {"releases_of_an_approval"}


@pytest.mark.parametrize("name", RACES)
def test_one_wins_and_the_others_are_told(name):
    race = RACES[name]
    case = race.make()

    answers = race.run(case)

    won = [answer for answer in answers if isinstance(answer, str)]
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(won) + len(refused) == HANDS, [answer for answer in answers if answer not in won + refused]
    assert won if name in MANY_MAY_WIN else len(won) == 1, won
    assert all(refusal.sentence for refusal in refused)
    assert list(violations()) == []


@pytest.mark.parametrize("name", sorted(RACES.keys() - MANY_MAY_WIN - HOLDS_WITHOUT_THE_LOCK))
def test_the_same_race_is_lost_without_the_lock(name, settings):
    """The negative control."""
    settings.RACE_WITHOUT_LOCKS = True
    race = RACES[name]

    with without_unique(GUARDS):
        tries = (race.run(race.make()) for _ in range(TRIES))
        winners = (sum(isinstance(answer, str) for answer in answers) for answers in tries)

        assert any(count > 1 for count in winners)


def test_everybody_else_hears_who_took_the_case():
    case = submitted()

    answers = RACES["claims"].run(case)

    case.refresh_from_db()
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert {refusal.code for refusal in refusals} == {"held"}
    assert all(str(case.assignee) in refusal.sentence for refusal in refusals)


def test_sixteen_approvals_make_one_set_of_terminals():
    case = RegistrationFactory(state="under_review", terminals=3)
    case.release(by=case.assignee, now=clock.now())

    RACES["approvals"].run(case)

    assert Terminal.objects.count() == 3
    assert Binding.objects.filter(valid_to=None).count() == 3
    assert RegistrationCode.objects.filter(status="issued").count() == 3
    assert changes_of(case).filter(to_status="approved").count() == 1


def test_who_was_taken_the_case_from_does_not_approve_it_any_more():
    """Whatever the order at the door, an approval after the taking over is the new holder's only."""
    race = RACES["approval_and_taking_over"]
    case = race.make()
    first = case.assignee

    answers = race.run(case)

    case.refresh_from_db()
    if case.status == case.Status.APPROVED:
        assert (case.decided_by, answers.count("take_over")) == (first, 0)
    else:
        assert case.assignee != first
        assert "approve_as_holder" not in answers
