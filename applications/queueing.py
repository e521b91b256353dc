"""What the rows of the queue say: which cases are open, whose they are, and which of them a person may have in hand.

The same questions as the objections of `applications.models.steps` ask of one case, asked of many by one query.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Application, ApplicationMaker, Decision
from applications.models.application import OPEN_TO_REVIEW
from applications.models.steps.objections import DECIDE_LATE, RELEASE
from config.kernel.policy import current_policy

OPEN = OPEN_TO_REVIEW
UNHELD = Q(held_since=None)


def in_hands_of(person: Any, now: datetime) -> Q:
    """Cases this person holds: a claim that has not passed."""
    return Q(assignee=person, lease_until__gt=now)


def in_nobodys_hands(now: datetime) -> Q:
    return Q(assignee=None) | Q(lease_until=None) | Q(lease_until__lte=now)


def is_in_nobodys_hands(case: Application, now: datetime) -> bool:
    """The same of one case, for its row: a claim that has passed holds nothing; on a closed case the name tells who had it."""
    if case.assignee_id is None:
        return True
    is_open = case.status in (case.Status.SUBMITTED, case.Status.UNDER_REVIEW)
    return is_open and (case.lease_until is None or case.lease_until <= now)


def within_rounds() -> Q:
    """Cases that a supervisor need not decide: fewer rounds of correction than the policy allows lie behind them."""
    return Q(round__lte=current_policy().correction_rounds)


def workable_by(cases: QuerySet, person: Any, now: datetime) -> QuerySet:
    """The open ones of these cases of the person's branches that the person may take, or holds already.

    Left out are what others hold, what the person filed, edited, decided first or once refused, and what waits for
    others by its rounds or its held decision: each asked of the row in its order, so that the first is found at once.
    """
    made = ApplicationMaker.objects.filter(application=OuterRef("pk"), user=person)
    overturned = Decision.objects.filter(application=OuterRef("pk"), state=Decision.State.OVERTURNED)
    refused = overturned.filter(Q(by=person) | Q(checker=person))
    found = (
        cases.filter(OPEN)
        .filter(in_nobodys_hands(now) | in_hands_of(person, now))
        .exclude(Q(applicant=person) | Q(filed_by=person))
        .filter(Q(reopened_at=None) | ~Exists(refused))
        .exclude(Exists(made))
    )
    if person.has_perm(RELEASE):
        found = found.exclude(held_since__isnull=False, proposed_by=person)
    else:
        found = found.filter(UNHELD)
    return found if person.has_perm(DECIDE_LATE) else found.filter(within_rounds() | ~UNHELD)
