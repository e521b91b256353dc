"""Beginning an application and letting an old draft go."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applications.kinds import REQUESTS
from applications.models import Application, Registration
from applications.models.terminal_request import CustomerRequest
from config.accounts.models import User
from config.accounts.roles import MemberRight
from config.files.models import StoredFile
from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused, reread_locked
from config.kernel.numbering import draw_number
from config.kernel.policy import current_policy
from merchants.models import Merchant
from merchants.particulars import AccountParticulars, Particulars, names_of
from merchants.people import objection_to
from terminals.models import Terminal

# What can be filed anew with the same answers.
CAME_TO_NOTHING = (Application.Status.LAPSED, Application.Status.WITHDRAWN, Application.Status.REJECTED)


def start_registration(
    *, applicant, by, now: datetime, merchant=None, like=None, serial_number: str = ""
) -> Registration:
    """A new draft in the applicant's name. For a customer the particulars are filled in from the bank's record.

    With `like`, an application that came to nothing, its answers and terminals are filled in; papers are uploaded anew.
    `serial_number` is the device it is begun for, where one is known: the first line of the terminals begins with it.
    Raises `Refused` where the applicant does not fill in applications of this merchant ("not_yours"), or already has as many
    drafts as the policy allows.
    """
    if merchant is not None and (sentence := objection_to(MemberRight.FILL_IN, applicant, merchant)):
        raise Refused(sentence, code="not_yours")
    with transaction.atomic():
        _insist_on_room(applicant)
        registration = Registration(
            kind=Application.Kind.REGISTRATION,
            applicant=applicant,
            filed_by=by,
            merchant=merchant,
            begun_for_serial=serial_number,
            created_at=now,
            edited_at=now,
        )
        if like is not None:
            _fill_in_like(registration, like)
        if merchant is not None:
            _fill_in(registration, merchant)
        draw_number(registration, numbers(now))
        if like is not None:
            _copy_terminals(like, registration)
        registration.remember_maker(by, now=now)
        return registration


def start_request(
    kind: str, *, merchant: Merchant, terminal: Terminal | None = None, applicant, by, now: datetime, **given
) -> CustomerRequest:
    """A draft in which a customer asks for something of what it has; the one it has begun already, where there is one.

    Raises `Refused`: "not_yours" where the applicant does not fill in applications of this merchant, "not_now" where it cannot
    be asked for, "already_open" where one of this kind is with the bank, and "too_many_drafts". `given` is what the kind asks
    as it begins.
    """
    model = REQUESTS[kind]
    is_bank = by.is_staff or by.system_name
    if not is_bank and (sentence := objection_to(MemberRight.FILL_IN, applicant, merchant)):
        raise Refused(sentence, code="not_yours")
    if sentence := model.objection_to_begin(merchant=merchant, terminal=terminal):
        raise Refused(sentence, code="not_now")
    with transaction.atomic():
        begun = model.begun_with(terminal=terminal, by=by, **given)
        same = model.same_again(merchant=merchant, terminal=terminal, **given)
        _insist_on_room(applicant, but_for=same)
        if same is not None and same.status == Application.Status.DRAFT:
            return same
        if same is not None:
            raise Refused(
                _("This has been asked for already: application %(number)s.") % {"number": same.number},
                code="already_open",
                number=same.number,
            )
        request = model(
            kind=kind,
            applicant=applicant,
            filed_by=by,
            merchant=merchant,
            branch=terminal.branch if terminal else merchant.branch,
            created_at=now,
            edited_at=now,
            **begun,
        )
        request.fill_in(now=now)
        draw_number(request, numbers(now, model.PREFIX))
        request.remember_maker(by, now=now)
        return request


def _insist_on_room(applicant, *, but_for: Any = None) -> None:
    """Drafts are counted one caller after the other, or many clicks at once would all find room."""
    User.objects.select_for_update(no_key=True).get(pk=applicant.pk)
    drafts = Application.objects.filter(applicant=applicant, status=Application.Status.DRAFT).count()
    if but_for is None and drafts >= current_policy().drafts_per_person:
        raise Refused(
            _("You already have %(count)s drafts. Please finish or delete one of them first.")
            % {"count": drafts},
            code="too_many_drafts",
        )


def begin_again(old: Registration, *, by, now: datetime) -> Registration:
    """A new draft with the answers of an application that lapsed, was withdrawn or was refused.

    Raises `Refused`: "wrong_state" for any other, "not_yours" for people who did not file it, and as `start_registration`.
    """
    if sentence := objection_to_begin_again(old, by=by):
        raise Refused(sentence, code="wrong_state" if old.status not in CAME_TO_NOTHING else "not_yours")
    applicant = old.applicant if by.is_staff else by
    return start_registration(applicant=applicant, by=by, now=now, merchant=old.merchant, like=old)


def objection_to_begin_again(old: Registration, *, by) -> str:
    """Why this person cannot file this application anew, or ""."""
    if old.status not in CAME_TO_NOTHING or old.kind != Application.Kind.REGISTRATION:
        return _("Only an application that came to nothing can be filed anew.")
    asked = old.review_request_or_none()
    if asked is not None and not asked.outcome:
        # Taken up again, this one needs its devices: they must not be in another application meanwhile.
        return _("The refusal is being looked at again; please wait for the answer before you file anew.")
    if old.merchant is not None and not by.is_staff:
        return objection_to(MemberRight.FILL_IN, by, old.merchant)
    return "" if old.is_maker(by) else _("Only the people who filed this application can file it anew.")


def discard(registration: Application, *, by, now: datetime, untouched_since: datetime | None = None) -> None:
    """The draft is gone with its papers. Only a draft can go; a filed application is withdrawn and stays on record.

    Its people let it go, or the clock does. With `untouched_since` only where nobody has edited it since that moment.
    """
    with transaction.atomic():
        reread_locked(registration)
        if registration.status != Application.Status.DRAFT:
            raise Refused(
                _("Only a draft can be deleted; withdraw the application instead."), code="wrong_state"
            )
        if sentence := _objection_to_discard(registration, by):
            raise Refused(sentence, code="not_yours")
        if untouched_since and registration.edited_at >= untouched_since:
            raise Refused(_("This draft has been edited since, so it stays."), code="touched")
        files = list(registration.documents.values_list("stored_file", flat=True))
        record(
            "draft_discarded", by=by, now=now, subject=registration, detail={"number": registration.number}
        )
        registration.delete()
        StoredFile.objects.filter(pk__in=files).delete()


def _objection_to_discard(registration: Application, by) -> str:
    if by.system_name:
        return ""
    if registration.merchant is not None and not by.is_staff:
        return objection_to(MemberRight.FILL_IN, by, registration.merchant)
    return "" if registration.is_maker(by) else _("Only the people who fill in this draft can delete it.")


def _fill_in_like(registration: Registration, old: Registration) -> None:
    for name in (*names_of(Particulars), *names_of(AccountParticulars)):
        setattr(registration, name, getattr(old, name))
    registration.branch = old.branch


def _copy_terminals(old: Registration, registration: Registration) -> None:
    for line in old.placements.order_by("position"):
        line.pk, line.registration, line.terminal = None, registration, None
        # A day that has passed meanwhile would only have to be corrected.
        line.expected_install_on = None
        line.save()


def _fill_in(registration: Registration, merchant) -> None:
    """What the bank already knows is not asked again."""
    for name in names_of(Particulars):
        setattr(registration, name, getattr(merchant, name))
    if account := merchant.account_in_use:
        for name in names_of(AccountParticulars):
            setattr(registration, name, getattr(account, name))
    registration.branch = merchant.branch


def numbers(now: datetime, prefix: str = Registration.PREFIX) -> Iterator[str]:
    """Application numbers of the day such as SQ-20260911-003824, without end."""
    while True:
        yield f"{prefix}-{local_date(now):%Y%m%d}-{secrets.randbelow(1_000_000):06d}"


def draft_expires_on(registration: Application):
    """The day on which an untouched draft is deleted."""
    return local_date(registration.edited_at) + timedelta(days=current_policy().draft_days)
