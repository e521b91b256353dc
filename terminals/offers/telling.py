"""Whom an enrolment is told to: everybody who may enrol for the merchant."""

from __future__ import annotations

from datetime import datetime

from config.accounts.models import User
from config.accounts.roles import MEMBER_RIGHTS, MemberRight
from config.kernel.outbox import enqueue
from terminals.offers.models import Enrolment


def tell_merchant(kind: str, enrolment: Enrolment, *, now: datetime) -> None:
    """The message waits for each of them, in the caller's transaction, with the number of the offer."""
    roles = [role for role, rights in MEMBER_RIGHTS.items() if MemberRight.ENROL_IN_OFFERS in rights]
    people = User.objects.active().filter(
        is_staff=False, memberships__merchant=enrolment.merchant_id, memberships__role__in=roles
    )
    for person in people.order_by("pk"):
        context = {"number": enrolment.offer.number}
        enqueue(kind, recipient=person, subject=enrolment, context=context, now=now)
