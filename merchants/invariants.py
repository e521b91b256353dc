"""What must be true of the people of merchants at any moment, asked of the rows as they are, not of the verbs."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from config.kernel.invariants import Table
from merchants.models import Membership, Merchant


def _without_an_owner(**which: Any) -> QuerySet:
    owners = Membership.objects.filter(
        merchant=OuterRef("pk"),
        role=Membership.Role.OWNER,
        user__is_active=True,
        user__is_staff=False,
        **which,
    )
    customers = Merchant.objects.exclude(status=Merchant.Status.CLOSED)
    return customers.exclude(Exists(owners)).order_by("pk").values_list("number", flat=True)


OF_PEOPLE: Table = {
    "merchants_have_an_owner": (
        "Every merchant whose contract runs has an owner who can sign in",
        _without_an_owner,
    ),
    "merchants_have_a_checked_owner": (
        "Every merchant whose contract runs has an owner whom the bank has checked",
        lambda: _without_an_owner(checked_at__isnull=False),
    ),
}
