"""Steps of a review as tests take them, and cases brought as far as a held decision or a refusal that is disputed."""

from __future__ import annotations

from datetime import datetime

from constance import config

from applications.models import Application, ReasonCode, Registration
from applications.verdicts import all_in_order
from config.accounts.models import User
from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from tests.accounts.factories import StaffFactory
from tests.applications.factories import RegistrationFactory, consent, fault, mend


def staff(case, role: str = "reviewer", **given) -> User:
    """Somebody of the case's branch who had no hand in it."""
    return StaffFactory(role=role, branch=case.branch, **given)


def fresh(case) -> Registration:
    """The case as another process would read it now."""
    return Registration.objects.get(pk=case.pk)


def heard(person, prefix: str = "") -> list[str]:
    """The kinds of message in this person's inbox, oldest first."""
    inbox = OutboxMessage.objects.filter(recipient=person, channel="inbox", kind__startswith=prefix)
    return list(inbox.order_by("id").values_list("kind", flat=True))


def approve(case, *, by, now: datetime | None = None, **given):
    given = {"version": case.version, "verdicts": all_in_order(case), "account_verified": True} | given
    return case.approve(by=by, now=now or clock.now(), **given)


def reject(case, *, by, now: datetime | None = None, **given):
    given = {"version": case.version, "reason": ReasonCode.objects.get(pk="not_eligible")} | given
    return case.reject(by=by, now=now or clock.now(), **given)


def give_back(case, *, by, now: datetime | None = None, items=("paper:licence",), **given):
    """Return the case for these items; papers with glare, answers that differ."""
    faults = {key: fault("glare" if key.startswith("paper:") else "number_differs") for key in items}
    given = {"version": case.version, "verdicts": all_in_order(case) | faults} | given
    return case.return_for_correction(by=by, now=now or clock.now(), **given)


def hand_in(case, *, now: datetime | None = None) -> None:
    """The applicant sees to everything that was given back and submits."""
    now = now or clock.now()
    mend(case, now=now)
    case.refresh_from_db()
    case.submit(by=case.applicant, now=now, consent=consent())


def risky(case) -> None:
    """The bank looks at the case as one of high risk: what a check would have to find for that is no matter here."""
    Application.objects.filter(pk=case.pk).update(risk=Application.Risk.HIGH)
    case.refresh_from_db()


def held_approval(**given) -> Registration:
    """Two terminals where the policy lets one person grant one."""
    config.hold_terminals_over = 1
    case = RegistrationFactory(state="under_review", terminals=2, **given)
    approve(case, by=case.assignee)
    return case


def held_refusal(**given) -> Registration:
    case = RegistrationFactory(state="under_review", **given)
    risky(case)
    reject(case, by=case.assignee)
    return case


def disputed(**given) -> Registration:
    """A refusal that its merchant has asked to be looked at again."""
    case = RegistrationFactory(state="rejected", **given)
    case.ask_for_review(by=case.applicant, now=clock.now(), text="店铺并未转让。")
    return case
