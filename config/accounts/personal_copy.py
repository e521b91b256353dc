"""A copy of what the portal knows of a person, for that person alone (PIPL, article 45): made at once, kept for some days."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from config.accounts.models import PersonalCopy, User
from config.accounts.own_data import Parts, data_of
from config.kernel.audit import AuditEvent, record, record_access
from config.kernel.message import OutboxMessage
from config.kernel.policy import current_policy

# Of each kind of thing the newest; nobody has more, and nobody can make the portal gather without end.
MOST_ROWS = 2000


def make_copy(person: User, *, now: datetime) -> PersonalCopy:
    """A fresh copy; the one before is wiped."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        wipe_copies(person)
        copy = PersonalCopy.objects.create(
            person=person,
            made_at=now,
            expires_at=now + timedelta(days=current_policy().personal_export_days),
            content=b64encode(_packed(_everything(person), now)).decode(),
        )
        record("personal_copy_made", by=person, now=now, subject=copy)
        return copy


def kept_copy(person: User, *, now: datetime) -> PersonalCopy | None:
    return PersonalCopy.objects.filter(person=person, content__isnull=False, expires_at__gt=now).first()


def handed_out(copy: PersonalCopy, *, by: User, now: datetime) -> bytes:
    """The ZIP, after the look at it is on record."""
    record_access("personal_copy", by=by, now=now, subject=copy)
    return b64decode(copy.content or "")


def wipe_copies(person: User) -> None:
    PersonalCopy.objects.filter(person=person, content__isnull=False).update(content=None)


def expire_due(now: datetime) -> int:
    """No copy is kept past its days. Returns how many were wiped."""
    return PersonalCopy.objects.filter(content__isnull=False, expires_at__lte=now).update(content=None)


def _everything(person: User) -> Parts:
    profile: dict[str, Any] = {
        _("Name"): person.full_name,
        _("E-mail address"): person.email or "",
        _("Mobile number"): person.mobile,
        _("Language"): person.get_language_display(),
        _("Joined"): person.joined_at,
        _("Last sign-in"): person.last_login,
    }
    own = AuditEvent.objects.of(person).values(_at=models.F("at"), _action=models.F("action"))
    told = OutboxMessage.objects.inbox_of(person)[:MOST_ROWS]
    return {
        _("Profile"): [profile],
        **data_of(person),
        _("Messages"): [
            {_("Written"): each.created_at, _("Read"): each.read_at, _("Message"): each.title()}
            for each in told
        ],
        _("Sign-ins and changes of the account"): [
            {_("At"): each["_at"], _("What"): each["_action"]} for each in own[:MOST_ROWS]
        ],
    }


def _packed(parts: Parts, now: datetime) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        text = json.dumps(parts, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder)
        file.writestr("data.json", text)
        file.writestr(
            "data.html", render_to_string("account/personal_copy.html", {"parts": parts, "made_at": now})
        )
    return packed.getvalue()
