"""Every step of the desk against every role: who may, and that the others hear why and change nothing."""

import pytest
from django.db import transaction

from applications.models import Application, Registration
from config.accounts.models import Role, User
from config.kernel import clock
from config.kernel.lifecycle import Refused
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.applications.reviewing import (
    approve,
    disputed,
    give_back,
    hand_in,
    held_approval,
    held_refusal,
    reject,
    staff,
)

pytestmark = pytest.mark.django_db

REVIEWERS = {Role.REVIEWER, Role.SUPERVISOR}
SUPERVISORS = {Role.SUPERVISOR}


def put_back() -> Registration:
    case = RegistrationFactory(state="under_review")
    case.release(by=case.assignee, now=clock.now())
    return case


def in_the_last_round() -> Registration:
    """Given back as often as one reviewer may, and handed in once more."""
    case = put_back()
    for _round in range(2):
        give_back(case, by=staff(case))
        hand_in(case)
        case.claim(by=case.assignee, now=clock.now())
        case.release(by=case.assignee, now=clock.now())
    return case


def after_the_last_round() -> Registration:
    case = in_the_last_round()
    give_back(case, by=staff(case, "supervisor"))
    hand_in(case)
    case.claim(by=case.assignee, now=clock.now())
    case.release(by=case.assignee, now=clock.now())
    return case


def assign(case, by):
    case.assign(to=staff(case), by=by, now=clock.now())


# name: the case, the step, and the roles that may take it
STEPS = {
    "claim": (
        lambda: RegistrationFactory(state="submitted"),
        lambda case, by: case.claim(by=by, now=clock.now()),
        REVIEWERS,
    ),
    "take over": (
        lambda: RegistrationFactory(state="under_review"),
        lambda case, by: case.take_over(by=by, now=clock.now(), reason="同事请假。"),
        SUPERVISORS,
    ),
    # Handing out is no verdict: who once edited may name a colleague.
    "assign": (put_back, assign, SUPERVISORS | {"the clock", "superuser who edited"}),
    "escalate": (put_back, lambda case, by: case.escalate(by=by, now=clock.now()), REVIEWERS),
    "give back": (put_back, lambda case, by: give_back(case, by=by), REVIEWERS),
    "approve": (put_back, lambda case, by: approve(case, by=by), REVIEWERS),
    "reject": (put_back, lambda case, by: reject(case, by=by), REVIEWERS),
    "give back in the last round": (in_the_last_round, lambda case, by: give_back(case, by=by), SUPERVISORS),
    "approve in the last round": (in_the_last_round, lambda case, by: approve(case, by=by), REVIEWERS),
    "approve after the last round": (
        after_the_last_round,
        lambda case, by: approve(case, by=by),
        SUPERVISORS,
    ),
    "reject after the last round": (after_the_last_round, lambda case, by: reject(case, by=by), SUPERVISORS),
    "release an approval": (
        held_approval,
        lambda case, by: case.release_decision(by=by, now=clock.now(), version=case.version),
        REVIEWERS,
    ),
    "release a refusal": (
        held_refusal,
        lambda case, by: case.release_decision(by=by, now=clock.now(), version=case.version),
        REVIEWERS,
    ),
    "reverse": (
        held_approval,
        lambda case, by: case.reverse_decision(by=by, now=clock.now(), version=case.version, note="再核实。"),
        REVIEWERS,
    ),
    "take a held case": (held_refusal, lambda case, by: case.claim(by=by, now=clock.now()), REVIEWERS),
    "take a decision back": (
        held_refusal,
        lambda case, by: case.take_back_decision(by=by, now=clock.now()),
        set(),
    ),
    "uphold": (
        disputed,
        lambda case, by: case.uphold_refusal(by=by, now=clock.now(), text="维持原决定。"),
        REVIEWERS,
    ),
    "reopen": (
        disputed,
        lambda case, by: case.reopen(by=by, now=clock.now(), text="重新审核。"),
        REVIEWERS,
    ),
}


def everybody(case) -> dict[str, User]:
    """One person of every role at the case's branch, and those who are near and yet have no part in it."""
    people = {role.value: staff(case, role) for role in Role}
    people["applicant"] = case.applicant
    people["stranger"] = MerchantUserFactory()
    people["reviewer elsewhere"] = StaffFactory(role="reviewer", branch=BranchFactory())
    people["reviewer who left"] = staff(case, is_active=False)
    people["reviewer who edited"] = staff(case)
    case.remember_maker(people["reviewer who edited"], now=clock.now())
    people["superuser who edited"] = staff(case, role="administrator", is_superuser=True)
    case.remember_maker(people["superuser who edited"], now=clock.now())
    people["the clock"] = User.objects.system("cron")
    return people


def outcome(step, case, person) -> str:
    """Whether this person may, on a copy of the world that is thrown away."""
    before = Application.objects.filter(pk=case.pk).values().get()
    mine, refusal = Registration.objects.get(pk=case.pk), None
    with transaction.atomic():
        try:
            step(mine, person)
        except Refused as refused:
            refusal = refused
        after = Application.objects.filter(pk=case.pk).values().get()
        transaction.set_rollback(True)
    if refusal is None:
        return "may"
    assert refusal.sentence
    assert after == before
    return "may not"


@pytest.mark.parametrize("name", STEPS)
def test_who_may_take_the_step(name):
    make, step, roles = STEPS[name]
    case = make()
    people = everybody(case)

    found = {role: outcome(step, case, person) for role, person in people.items()}

    assert found == {role: "may" if role in roles else "may not" for role in people}
