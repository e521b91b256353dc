"""Random days at the desk hold every invariant and agree with the model; with a mistake planted in a verb they do not."""

from collections import Counter

import pytest
from hypothesis.stateful import run_state_machine_as_test

from applications.models import Registration
from tests.applications.stateful import DAYS, Desk

pytestmark = pytest.mark.django_db

STEPS = [
    *("edit", "upload", "submit", "withdraw", "ask", "redeem"),
    *("claim", "put back", "take over", "assign", "escalate", "returned", "approved", "rejected"),
    *("release", "reverse", "take back", "reopen", "uphold"),
]


def test_random_days_at_the_desk():
    class Day(Desk):
        taken, refused = Counter(), Counter()

    run_state_machine_as_test(Day, settings=DAYS)

    missing = set(STEPS) - Day.taken.keys()
    assert len(missing) <= 3, f"These steps were never taken: {missing}"
    assert sum(Day.taken.values()) > 120
    assert sum(Day.refused.values()) > 50


def nobody_is_in_the_way(case, *, by, now):
    return ""


def any_version_will_do(case, version):
    return None


def tells_at_once(case, outcome, held_for, *, by, now, **said):
    decision = case._decide(outcome, by=by, now=now, state="held", held_for=held_for, **said)
    case.tell(outcome, now=now)
    return decision


def leaves_it_held(case, state):
    """A withdrawal that forgets the decision that waits."""


def asks_only_who_filed_it(case, by):
    """The hands of anybody who may review something, whether they may decide on this or not."""
    return case._second_person_objection(by) if case.held_since else case._reviewer_objection(by)


def keeps_the_clock_running(case, *, by, now, **given):
    due = case.due_at
    decision = RETURN(case, by=by, now=now, **given)
    Registration.objects.filter(pk=case.pk).update(due_at=due)
    return decision


RETURN = Registration.return_for_correction
MISTAKES = {
    "claims without a look at the holder": ("objection_to_holder", nobody_is_in_the_way),
    "hands cases to people who may not decide on them": ("_worker_objection", asks_only_who_filed_it),
    "decides on any version": ("_insist_on", any_version_will_do),
    "tells the merchant of a held decision": ("_hold", tells_at_once),
    "withdraws and leaves the decision held": ("_drop_held_decision", leaves_it_held),
    "returns and lets the bank's clock run": ("return_for_correction", keeps_the_clock_running),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_found(mistake, monkeypatch):
    name, wrong = MISTAKES[mistake]
    monkeypatch.setattr(Registration, name, wrong)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Desk, settings=DAYS)
