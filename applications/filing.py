"""Beginning an application and letting an old draft go."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application, Registration
from config.accounts.models import User
from config.accounts.roles import MemberRight
from config.files.models import StoredFile
from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused, reread_locked
from config.kernel.numbering import draw_number
from config.kernel.policy import current_policy
from merchants.particulars import AccountParticulars, Particulars, names_of
from merchants.people import objection_to


def start_registration(*, applicant, by, now: datetime, merchant=None) -> Registration:
    """A new draft in the applicant's name. For a customer the particulars are filled in from the bank's record.

    Raises `Refused` where the applicant does not fill in applications of this merchant ("not_yours"), or already has as many
    drafts as the policy allows.
    """
    if merchant is not None and (sentence := objection_to(MemberRight.FILL_IN, applicant, merchant)):
        raise Refused(sentence, code="not_yours")
    with transaction.atomic():
        # Drafts are counted one caller after the other, or many clicks at once would all find room.
        User.objects.select_for_update(no_key=True).get(pk=applicant.pk)
        drafts = Application.objects.filter(applicant=applicant, status=Application.Status.DRAFT).count()
        if drafts >= current_policy().drafts_per_person:
            raise Refused(
                _("You already have %(count)s drafts. Please finish or delete one of them first.")
                % {"count": drafts},
                code="too_many_drafts",
            )
        registration = Registration(
            kind=Application.Kind.REGISTRATION,
            applicant=applicant,
            filed_by=by,
            merchant=merchant,
            created_at=now,
            edited_at=now,
        )
        if merchant is not None:
            _fill_in(registration, merchant)
        draw_number(registration, numbers(now))
        registration.remember_maker(by, now=now)
        return registration


def discard(
    registration: Registration, *, by, now: datetime, untouched_since: datetime | None = None
) -> None:
    """The draft is gone with its papers. Only a draft can go; a filed application is withdrawn and stays on record.

    With `untouched_since` only where nobody has edited it since that moment.
    """
    with transaction.atomic():
        reread_locked(registration)
        if registration.status != Application.Status.DRAFT:
            raise Refused(
                _("Only a draft can be deleted; withdraw the application instead."), code="wrong_state"
            )
        if untouched_since and registration.edited_at >= untouched_since:
            raise Refused(_("This draft has been edited since, so it stays."), code="touched")
        files = list(registration.documents.values_list("stored_file", flat=True))
        record(
            "draft_discarded", by=by, now=now, subject=registration, detail={"number": registration.number}
        )
        registration.delete()
        StoredFile.objects.filter(pk__in=files).delete()


def _fill_in(registration: Registration, merchant) -> None:
    """What the bank already knows is not asked again."""
    for name in names_of(Particulars):
        setattr(registration, name, getattr(merchant, name))
    if account := merchant.account_in_use:
        for name in names_of(AccountParticulars):
            setattr(registration, name, getattr(account, name))
    registration.branch = merchant.branch


def numbers(now: datetime) -> Iterator[str]:
    """Application numbers of the day such as SQ-20260911-003824, without end."""
    while True:
        yield f"SQ-{local_date(now):%Y%m%d}-{secrets.randbelow(1_000_000):06d}"


def draft_expires_on(registration: Registration):
    """The day on which an untouched draft is deleted."""
    return local_date(registration.edited_at) + timedelta(days=current_policy().draft_days)
