"""What a person has filed, for the copy of their data; what is under way keeps their account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Application, Registration
from config.accounts.models import User
from merchants.particulars import Particulars, names_of

MOST_ROWS = 500
Status = Application.Status
UNDER_WAY = (Status.DRAFT, Status.SUBMITTED, Status.UNDER_REVIEW, Status.RETURNED)


def filed_by(person: User) -> dict[str, list[dict[str, Any]]]:
    """Every application of the person, and what they entered about the business in each registration."""
    rows = Application.objects.filter(applicant=person).order_by("-id")[:MOST_ROWS]
    registrations = Registration.objects.filter(applicant=person).order_by("-id")[:MOST_ROWS]
    return {
        _("Applications"): [
            {
                _("Number"): row.number,
                _("Kind"): row.get_kind_display(),
                _("Status"): row.get_status_display(),
                _("Submitted"): row.submitted_at,
            }
            for row in rows
        ],
        _("What you entered in registrations"): [_entered(row) for row in registrations],
    }


def under_way(person: User) -> list[str]:
    count = Application.objects.filter(applicant=person, status__in=UNDER_WAY).count()
    if not count:
        return []
    sentence = ngettext(
        "%(count)d application of yours is under way. Wait for its end, withdraw it or delete the draft first.",
        "%(count)d applications of yours are under way. Wait for their end, withdraw them or delete the drafts first.",
        count,
    )
    return [sentence % {"count": count}]


def nothing_to_leave(person: User, now: datetime) -> None:
    """What was filed belongs to the record of the merchant and names the account by its number."""


def _entered(registration: Registration) -> dict[str, Any]:
    told: dict[str, Any] = {_("Number"): registration.number}
    for name in names_of(Particulars):
        if name.endswith("_index"):
            continue
        value = getattr(registration, name)
        if value not in (None, "", []):
            field: Any = Registration._meta.get_field(name)
            told[str(field.verbose_name)] = value if isinstance(value, str | bool | list) else str(value)
    return told
