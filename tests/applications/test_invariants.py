"""The rows of a review asked by themselves: silent about what the verbs made, by name about what a raw UPDATE breaks."""

from datetime import timedelta

import pytest
from django.db.models import F

from applications.invariants import INVARIANTS, violations
from applications.invariants.claims import OF_CLAIMS
from applications.invariants.codes import OF_CODES
from applications.invariants.decisions import OF_DECISIONS
from applications.invariants.effects import OF_EFFECTS
from applications.invariants.history import OF_HISTORY
from applications.invariants.stops import OF_STOPS
from applications.invariants.suspensions import OF_SUSPENSIONS
from applications.models import Application, Decision, ItemReview, Registration
from applications.support.invariants import OF_TICKETS
from config.kernel import clock
from config.kernel.audit import record
from config.kernel.history import StatusChange
from config.kernel.outbox import enqueue
from merchants.invariants import OF_PEOPLE
from terminals.activation import activate
from terminals.invariants import OF_BINDINGS, OF_BULLETINS, OF_RESPONSE_CODES
from terminals.models import RegistrationCode
from terminals.offers.invariants import OF_OFFERS
from terminals.returns.invariants import OF_RETURNS
from terminals.settlement.invariants import OF_CLEARANCES
from tests.applications.factories import RegistrationFactory
from tests.applications.requests import requested
from tests.applications.reviewing import approve, disputed, held_approval, held_refusal, staff
from tests.terminals.factories import digits_of

pytestmark = pytest.mark.django_db


def update(case, **values) -> None:
    Application.objects.filter(pk=case.pk).update(**values)


def step(case, origin: str, target: str) -> None:
    """A step nobody took: the table takes new rows only."""
    StatusChange.objects.create(
        subject_label="applications.application",
        subject_id=case.pk,
        from_status=origin,
        to_status=target,
        at=clock.now() + timedelta(minutes=1),
        by=case.applicant,
    )


def make_a_maker(case, person) -> None:
    case.maker_rows.create(user=person, since=case.created_at)


def tell(case, kind: str) -> None:
    enqueue(kind, recipient=case.applicant, subject=case, context={"number": case.number}, now=clock.now())


def under_review():
    return RegistrationFactory(state="under_review")


def approved():
    return RegistrationFactory(state="approved")


def returned():
    return RegistrationFactory(state="returned")


def reopened():
    """Refused, taken up again, and approved by somebody else than the two."""
    case = disputed()
    case.reopen(by=staff(case), now=clock.now(), text="重新审核。")
    case.claim(by=staff(case), now=clock.now())
    approve(case, by=case.assignee)
    return case


def released():
    case = held_refusal()
    case.release_decision(by=staff(case), now=clock.now(), version=case.version)
    return case


def overturn(case):
    return case.decisions.update(state="overturned")


def judge_again(case):
    decision = case.decisions.get()
    decision.pk = None
    decision.save(force_insert=True)


# What the row is, what is done to it behind the verbs' back, and the constraint that has to step aside for that.
BREACHES = {
    "steps_follow_the_arrows": (under_review, lambda c: step(c, "draft", "approved")),
    "steps_join": (under_review, lambda c: step(c, "submitted", "under_review")),
    "status_by_a_step": (under_review, lambda c: update(c, status="submitted")),
    "steps_in_the_audit": (under_review, lambda c: step(c, "under_review", "withdrawn")),
    "audited_steps_happened": (
        under_review,
        lambda c: record("status_changed", by=c.applicant, now=clock.now(), subject=c),
    ),
    "versions_rise": (under_review, lambda c: update(c, version=1)),
    "rounds_handed_in": (under_review, lambda c: c.submissions.update(round=2)),
    "filed_with_consent": (
        under_review,
        lambda c: Registration.objects.filter(pk=c.pk).update(
            consent_text=None, consented_at=None, consented_by=None
        ),
    ),
    "no_claim_on_ones_own": (under_review, lambda c: make_a_maker(c, c.assignee)),
    "no_claim_of_a_refuser": (
        reopened,
        lambda c: update(c, assignee=c.review_request.refused_by, lease_until=clock.now()),
    ),
    "claims_belong_to_reviews": (returned, lambda c: update(c, lease_until=clock.now())),
    "first_person_lets_go": (
        held_refusal,
        lambda c: update(c, assignee=F("proposed_by"), assigned_at=clock.now(), lease_until=clock.now()),
    ),
    "one_clock": (returned, lambda c: update(c, due_at=clock.now())),
    "closed_has_an_end": (approved, lambda c: update(c, keep_until=None)),
    "closed_frees_terminals": (approved, lambda c: c.terminal_links.update(is_open=True)),
    "checker_is_not_maker": (approved, lambda c: make_a_maker(c, c.decided_by)),
    "round_checker_is_not_maker": (approved, lambda c: c.decisions.update(by=c.applicant)),
    "second_is_not_maker": (released, lambda c: make_a_maker(c, c.decided_by)),
    "second_is_not_first": (
        released,
        lambda c: c.decisions.update(checker=F("by")),
        "decision_checker_is_not_maker",
    ),
    "refuser_does_not_decide_again": (
        reopened,
        lambda c: c.decisions.filter(outcome="approved").update(by=c.review_request.refused_by),
    ),
    "refuser_does_not_answer": (
        reopened,
        lambda c: c.decisions.filter(outcome="rejected").update(by=c.review_request.answered_by),
    ),
    "decided_on_record": (approved, lambda c: c.decisions.update(by=staff(c))),
    "steps_by_a_decision": (returned, lambda c: c.decisions.update(state="taken_back")),
    "one_decision_per_round": (returned, judge_again, "decision_one_per_round"),
    "rounds_follow_returns": (under_review, lambda c: update(c, round=2)),
    "decisions_name_versions": (returned, lambda c: c.decisions.update(version=c.version)),
    "outcomes_follow_verdicts": (
        returned,
        lambda c: ItemReview.objects.filter(decision__application=c).update(is_ok=True, reason=None, text=""),
    ),
    "held_is_marked": (held_refusal, lambda c: update(c, held_since=None)),
    "held_has_no_effect": (held_approval, lambda c: tell(c, "application_approved")),
    "held_is_not_sent": (
        held_refusal,
        lambda c: c.decisions.update(state="sent"),
        "decision_held_is_not_sent",
    ),
    "requests_in_place": (disputed, overturn),
    "reopened_is_marked": (reopened, lambda c: update(c, reopened_at=None)),
    "overturned_by_request": (disputed, overturn),
}


def broken() -> dict[str, tuple[str, ...]]:
    return {found.name: found.found for found in violations()}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_named(name, unconstrained):
    make, breach, *constraints = BREACHES[name]
    case = make()
    assert broken() == {}
    for constraint in constraints:
        unconstrained(Decision, constraint)

    breach(case)

    assert broken().get(name) == (case.number,)


def test_a_terminal_that_goes_on_on_another_device_breaks_nothing():
    of_codes = {"one_code_per_terminal", "activated_once", "used_means_in_use"}
    one = requested("replacement", state="approved")
    assert not of_codes & set(broken())

    digits = digits_of(one.terminal)
    activate(serial_number=one.serial_number, registration_code=digits, ip="192.0.2.1", now=clock.now())

    assert RegistrationCode.objects.filter(terminal=one.terminal, status="used").count() == 2
    assert not of_codes & set(broken())


def test_every_invariant_has_a_breach():
    of_reviews = OF_HISTORY | OF_CLAIMS | OF_DECISIONS

    assert list(BREACHES) == list(of_reviews)
    # The others are broken in tests of their own: those of stops and suspensions, and those of the rooms.
    of_register = OF_BINDINGS | OF_BULLETINS | OF_RESPONSE_CODES | OF_PEOPLE
    of_rooms = OF_CLEARANCES | OF_RETURNS | OF_OFFERS | OF_TICKETS | of_register
    assert OF_CODES | of_reviews | OF_EFFECTS | OF_STOPS | OF_SUSPENSIONS | of_rooms == INVARIANTS
