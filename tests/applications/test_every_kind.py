"""Every kind × every status × every verb: along an arrow a verb is whole, anywhere else it is refused and changes nothing.

What is expected stands in the one table of arrows, `Application.NEXT`. Each (kind, status) is made once, through the verbs, and
every verb is tried on it in a savepoint that is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.db import transaction

from applications.items import WHOLE
from applications.kinds import MODEL_OF
from applications.models import Application, Decision, ReasonCode, ReviewRequest
from applications.models.scheduled import ScheduledEffect
from applications.verdicts import all_in_order
from config.accounts.models import User
from config.kernel import clock
from config.kernel.history import StatusChange, changes_of
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from terminals.models import Binding, Device, RegistrationCode, Terminal
from tests.accounts.factories import StaffFactory
from tests.applications.factories import RegistrationFactory, consent, decider, fault, mend, reviewer_for
from tests.applications.requests import bank_stop, requested
from tests.merchants.factories import onboarded
from tests.terminals.factories import activated

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

Kind, Status = Application.Kind, Application.Status


# -- the verbs that lead somewhere ------------------------------------------------------------------------------------


def submit(one):
    mend(one)
    one.submit(by=one.applicant, now=clock.now(), **({"consent": consent()} if one.asks_consent else {}))


def claim(one):
    one.claim(by=reviewer_for(one), now=clock.now())


def return_for_correction(one):
    one.return_for_correction(
        by=decider(one),
        now=clock.now(),
        version=one.version,
        verdicts=all_in_order(one) | {WHOLE: fault("incomplete_set", "请补充说明。")},
    )


def approve(one):
    one.approve(
        by=decider(one),
        now=clock.now(),
        version=one.version,
        verdicts=all_in_order(one),
        account_verified=True,
    )


def reject(one):
    reason = ReasonCode.objects.get(pk="duplicate")
    one.reject(by=decider(one), now=clock.now(), version=one.version, reason=reason)


def withdraw(one):
    one.withdraw(by=one.applicant, now=clock.now())


def overtake(one):
    one.overtake(by=User.objects.system("cron"), now=clock.now(), note="终端正在停用。")


def lapse(one):
    one.lapse(by=User.objects.system("cron"), now=clock.now() + timedelta(days=60))


def reopen(one):
    if one.status == Status.REJECTED:
        ask_for_review(one)
    one.reopen(by=reviewer_for(one), now=clock.now(), text="重新审核。")


class Arrow(NamedTuple):
    """Where a verb leads; from which of the arrows' origins it does not, because another verb does."""

    target: str
    not_from: frozenset[str] = frozenset()

    def goes_from(self, status: str) -> bool:
        return self.target in Application.NEXT[status] and status not in self.not_from


LEADS: dict[Callable, Arrow] = {
    submit: Arrow(Status.SUBMITTED),
    claim: Arrow(Status.UNDER_REVIEW, frozenset({Status.REJECTED})),
    return_for_correction: Arrow(Status.RETURNED),
    approve: Arrow(Status.APPROVED),
    reject: Arrow(Status.REJECTED),
    withdraw: Arrow(Status.WITHDRAWN),
    overtake: Arrow(Status.WITHDRAWN),
    lapse: Arrow(Status.LAPSED),
    reopen: Arrow(Status.UNDER_REVIEW, frozenset({Status.SUBMITTED})),
}


# -- the verbs that leave the status ----------------------------------------------------------------------------------


def edit(one):
    with one.revising(by=one.applicant, now=clock.now()):
        pass


def release(one):
    one.release(by=decider(one), now=clock.now())


def take_over(one):
    one.take_over(by=StaffFactory(role="supervisor", branch=one.branch), now=clock.now(), reason="同事请假。")


def escalate(one):
    one.escalate(by=reviewer_for(one), now=clock.now())


def ask_for_review(one):
    one.ask_for_review(by=one.applicant, now=clock.now(), text="情况有变。")


def uphold_refusal(one):
    one.uphold_refusal(by=reviewer_for(one), now=clock.now(), text="维持原决定。")


def release_decision(one):
    one.release_decision(by=reviewer_for(one), now=clock.now(), version=one.version)


def take_back_decision(one):
    one.take_back_decision(by=reviewer_for(one), now=clock.now())


def carry_out(one):
    one.carry_out(by=User.objects.system("cron"), now=clock.now() + timedelta(days=60))


def call_off(one):
    one.call_off(by=User.objects.system("cron"), now=clock.now(), note="终端已停用。")


def ask_revocation(one):
    one.ask_revocation(by=reviewer_for(one), now=clock.now(), note="商户续签。")


# From which statuses; of a kind that has no such step there is nothing to try.
STAYS: dict[Callable, set[str]] = {
    edit: set(Application.EDITABLE),
    release: {Status.UNDER_REVIEW},
    take_over: {Status.UNDER_REVIEW},
    escalate: {Status.SUBMITTED, Status.UNDER_REVIEW},
    ask_for_review: {Status.REJECTED},
    # Nobody has asked, and nothing is held.
    uphold_refusal: set(),
    release_decision: set(),
    take_back_decision: set(),
    # Where it waits for its day.
    carry_out: {Status.APPROVED},
    call_off: {Status.APPROVED},
    ask_revocation: {Status.APPROVED},
}


# -- what they are tried on -------------------------------------------------------------------------------------------


def a_registration():
    return RegistrationFactory()


def a_change():
    """Another settlement account: two people decide, and it waits."""
    return requested(Kind.CHANGE, merchant=onboarded(), account_number="6212260100000000008")


def a_move():
    return requested(Kind.RELOCATION, effective_on=clock.today() + timedelta(days=9))


def a_replacement():
    return requested(Kind.REPLACEMENT)


def a_stop():
    return requested(Kind.DEACTIVATION)


def a_stop_of_the_bank():
    return bank_stop(activated()[0], state="draft", stop_on=clock.today() + timedelta(days=9))


DRAFTS: dict[str, Callable] = {
    Kind.REGISTRATION: a_registration,
    Kind.CHANGE: a_change,
    Kind.RELOCATION: a_move,
    Kind.REPLACEMENT: a_replacement,
    Kind.DEACTIVATION: a_stop,
    "deactivation by the bank": a_stop_of_the_bank,
}
# The verbs that bring a draft there.
ROADS: dict[str, list[Callable]] = {
    Status.DRAFT: [],
    Status.SUBMITTED: [submit],
    Status.UNDER_REVIEW: [submit, claim],
    Status.RETURNED: [submit, claim, return_for_correction],
    Status.APPROVED: [submit, claim, approve],
    Status.REJECTED: [submit, claim, reject],
    Status.WITHDRAWN: [withdraw],
    Status.LAPSED: [submit, claim, return_for_correction, lapse],
}


def brought_to(draft: Callable, status: str):
    one = draft()
    for step in ROADS[status]:
        step(one)
        release_what_is_held(one)
        one = one.as_kind()
    assert one.status == status
    return one


def release_what_is_held(one) -> None:
    """A decision that waits for a second person has it."""
    if one.held_since:
        one.release_decision(
            by=StaffFactory(role="supervisor", branch=one.branch), now=clock.now(), version=one.version
        )


def picture_of(one) -> tuple:
    """The application with all that a step of it could change, here and in the rooms below."""
    ours = Terminal.objects.filter(application_links__application=one.pk)
    return (
        type(one).objects.filter(pk=one.pk).values().get(),
        list(one.documents.order_by("pk").values()),
        list(one.terminal_links.order_by("pk").values()),
        list(Decision.objects.filter(application=one.pk).order_by("pk").values()),
        list(one.maker_rows.order_by("pk").values()),
        list(ReviewRequest.objects.filter(application=one.pk).values()),
        list(ours.order_by("pk").values()),
        [model.objects.count() for model in (StatusChange, OutboxMessage, Terminal, RegistrationCode)],
        list(Binding.objects.order_by("pk").values_list("pk", "valid_to")),
        list(Device.objects.order_by("pk").values_list("pk", "status")),
    )


def tried(step: Callable, one) -> str:
    """What the verb says on this application as the next request finds it: where it stands then, or a refusal.

    What it did is looked at, and thrown away.
    """
    before, fresh, refusal = picture_of(one), type(one).objects.get(pk=one.pk), None
    with transaction.atomic():
        try:
            step(fresh)
            release_what_is_held(fresh)
        except Refused as refused:
            refusal = refused
        after, newest = picture_of(one), changes_of(one).first()
        transaction.set_rollback(True)
    if refusal is not None:
        assert len(refusal.sentence) > 3
        assert after == before
        return "refused"
    assert after != before
    status = after[0]["status"]
    if status != one.status:
        assert (newest.from_status, newest.to_status) == (one.status, status)
    return status


def expected_of(one) -> dict[str, str]:
    """From the table of arrows; a verb that leaves the status leaves it."""
    found = {
        step.__name__: arrow.target if arrow.goes_from(one.status) else "refused"
        for step, arrow in LEADS.items()
    }
    for step, statuses in STAYS.items():
        if hasattr(one, "revising" if step is edit else step.__name__):
            found[step.__name__] = one.status if one.status in statuses else "refused"
    return found


def test_the_verbs_are_the_arrows():
    arrows = {
        (origin, arrow.target) for arrow in LEADS.values() for origin in Status if arrow.goes_from(origin)
    }

    assert arrows == {(origin, target) for origin, targets in Application.NEXT.items() for target in targets}


def test_every_kind_and_every_status_is_tried():
    assert set(DRAFTS) >= set(MODEL_OF) == set(Kind)
    assert set(ROADS) == set(Status)
    assert all(model.NEXT is Application.NEXT for model in MODEL_OF.values())


@pytest.mark.parametrize("status", ROADS)
@pytest.mark.parametrize("kind", DRAFTS)
def test_a_verb_goes_along_its_arrow_or_is_refused(kind, status):
    one = brought_to(DRAFTS[kind], status)
    waits = isinstance(one, ScheduledEffect) and one.waits_for_its_moment
    assert waits == (status == Status.APPROVED and isinstance(one, ScheduledEffect))
    expected = expected_of(one)

    found = {name: tried(globals()[name], one) for name in expected}

    assert found == expected
