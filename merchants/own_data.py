"""What a merchant's people see of themselves in the copy of their data, and when the bank cannot do without their account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from config.accounts.models import User
from merchants.models import Membership, Merchant
from merchants.people import dismiss, objection_to_leaving


def memberships_told(person: User) -> dict[str, list[dict[str, Any]]]:
    rows = person.memberships.select_related("merchant").order_by("since", "id")
    return {
        _("Merchants you act for"): [
            {
                _("Merchant number"): row.merchant.number,
                _("Merchant"): str(row.merchant),
                _("Role"): row.get_role_display(),
                _("Since"): row.since,
                _("Checked by the bank"): row.checked_at,
            }
            for row in rows
        ]
    }


def last_owner_of(person: User) -> list[str]:
    """A sentence for each merchant with a running contract that would be left without an owner whom the bank has checked."""
    rows = person.memberships.filter(role=Membership.Role.OWNER).exclude(
        merchant__status=Merchant.Status.CLOSED
    )
    return [
        _(
            "You are the only owner of %(merchant)s whom the bank has checked. Hand it over to somebody else, or end its contract with the bank, first."
        )
        % {"merchant": row.merchant}
        for row in rows.select_related("merchant").order_by("id")
        if objection_to_leaving(row)
    ]


def leave_all(person: User, now: datetime) -> None:
    """The person acts for no merchant any more whose contract runs. Raises `Refused` "last_owner" where one cannot do without them."""
    running = person.memberships.exclude(merchant__status=Merchant.Status.CLOSED)
    for row in running.select_related("merchant").order_by("merchant"):
        dismiss(person, row.merchant, by=person, now=now)
