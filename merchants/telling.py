"""Who of a merchant is told what: messages about the people that act for it."""

from __future__ import annotations

from datetime import datetime

from config.accounts.models import User
from config.kernel.outbox import enqueue
from merchants.models.membership import Membership
from merchants.models.merchant import Merchant


def tell_owners(kind: str, merchant: Merchant, *, now: datetime, besides: User | None = None) -> None:
    """Every owner of the merchant is told, but for the one whose own act it was."""
    rows = merchant.memberships.filter(role=Membership.Role.OWNER).select_related("user").order_by("id")
    for member in rows.exclude(user=besides) if besides else rows:
        tell(kind, member.user, merchant, now=now)


def tell(kind: str, person: User, merchant: Merchant, *, now: datetime) -> None:
    enqueue(kind, recipient=person, subject=merchant, context={"number": merchant.number}, now=now)
