"""Deleting an account (PIPL, article 47): asked for by the person, decided by an administrator, carried out without a rest."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from config.accounts.models import DeletionRequest, Role, User
from config.accounts.own_data import take_out, what_keeps
from config.accounts.personal_copy import wipe_copies
from config.accounts.sending import send
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused
from config.kernel.outbox import enqueue

Status = DeletionRequest.Status


def withdraw(asked: DeletionRequest, *, by, now: datetime) -> None:
    """The account stays, because its person says so."""
    with asked.moving_to(Status.WITHDRAWN, by=by, now=now):
        pass


def refuse(asked: DeletionRequest, *, by, now: datetime, note: str) -> None:
    """The account stays, and the person is told."""
    with asked.moving_to(Status.REFUSED, by=by, now=now, note=note):
        enqueue("account_deletion_refused", recipient=asked.person, subject=asked, context={}, now=now)


def grant(asked: DeletionRequest, *, by, now: datetime, note: str = "") -> None:
    """The account is nobody's any more: no name, no address, no way in. Its number stays, so that the record stays true."""
    with asked.moving_to(Status.GRANTED, by=by, now=now, note=note):
        person = User.objects.select_for_update(no_key=True).get(pk=asked.person_id)
        take_out(person, now=now)
        send("account_deleted", to=person.email or person.mobile, request=None, values={})
        _erase(person, now=now)


def objection_to_asking(person: User) -> list[str]:
    """Sentences why this person cannot ask for it now."""
    if not person.is_merchant_user:
        return [_("Accounts of staff are closed by an administrator.")]
    return what_keeps(person)


def ask_for_deletion(person: User, *, now: datetime) -> DeletionRequest:
    """The request waits for an administrator; the person is told on every channel, in case it was somebody else.

    Raises `Refused`: "kept" with every reason, "constraint" where one waits already.
    """
    if reasons := objection_to_asking(person):
        raise Refused("\n".join(reasons), code="kept")
    with told_as_refusals(), transaction.atomic():
        asked = DeletionRequest.objects.create(person=person, asked_at=now)
        enqueue("account_deletion_asked", recipient=person, subject=asked, context={}, now=now)
        for administrator in User.objects.active().filter(role=Role.ADMINISTRATOR):
            told = {"number": str(person.pk)}
            enqueue("deletion_asked", recipient=administrator, subject=asked, context=told, now=now)
        return asked


def _erase(person: User, *, now: datetime) -> None:
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    person.browser_sessions.all().delete()
    person.own_switches.all().delete()
    wipe_copies(person)
    person.email = None
    person.mobile = person.full_name = ""
    person.mobile_verified_at = person.last_login = None
    person.is_active = False
    person.session_generation += 1
    person.erased_at = now
    person.set_unusable_password()
    person.save()
