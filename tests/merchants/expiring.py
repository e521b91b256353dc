"""Merchants whose particulars run out, and what they were told of it."""

from __future__ import annotations

from datetime import date, timedelta

from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from merchants.models import Merchant
from tests.accounts.factories import MerchantUserFactory
from tests.merchants.factories import onboarded
from tests.terminals.unused import at

# Customers since then: the particulars are to be confirmed by 10 January 2027.
START = at(2026, 1, 10)
LICENCE_TO = date(2026, 9, 30)


def expiring(merchant_type="sole_trader", /, **changed):
    """A customer since START with a licence that runs out in the same year."""
    asked = {"licence_is_long_term": False, "licence_to": LICENCE_TO}
    return onboarded(merchant_type, now=START, **({} if merchant_type == "micro" else asked) | changed)


def operator_of(merchant):
    person = MerchantUserFactory()
    merchant.memberships.create(user=person, role="operator", since=START)
    return person


def make_due_for_attestation(merchant) -> None:
    """A customer for a year already."""
    Merchant.objects.filter(pk=merchant.pk).update(onboarded_at=clock.now() - timedelta(days=360))


def told(kind, *, person=None):
    """The days that each message of this kind says are left, oldest first."""
    rows = OutboxMessage.objects.filter(kind=kind, channel="inbox").order_by("pk")
    return [row.context["days_left"] for row in (rows.filter(recipient=person) if person else rows)]
