"""How accounts begin and what administrators may do to them. Every step is whole and on record."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from config.accounts.models import Branch, User
from config.accounts.sending import send
from config.kernel.audit import record
from config.kernel.lifecycle import Refused
from config.kernel.outbox import enqueue


@transaction.atomic
def open_staff_account(
    *,
    email: str,
    full_name: str,
    branch: Branch,
    role: str,
    by: User | None,
    now: datetime,
    mobile: str = "",
    password: str | None = None,
) -> User:
    """Leave a member of staff who can sign in; without a password they set one themselves by a code to their e-mail."""
    user = User(
        email=email,
        full_name=full_name,
        branch=branch,
        role=role,
        mobile=mobile,
        mobile_verified_at=now if mobile else None,
        is_staff=True,
    )
    user.set_password(password)
    user.save()
    confirm_address(user)
    record("staff_account_opened", by=by, now=now, subject=user, detail={"role": role, "branch": branch.code})
    return user


@transaction.atomic
def amend_staff_account(user: User, *, changed: list[str], by: User, now: datetime) -> None:
    """Save what an administrator changed. Whoever may now do less, or is someone else, has to sign in again."""
    if {"email", "branch", "role", "is_active"} & set(changed):
        user.session_generation += 1
    user.save()
    confirm_address(user)
    record("staff_account_changed", by=by, now=now, subject=user, detail={"fields": sorted(changed)})


@transaction.atomic
def open_merchant_account(
    *,
    password: str | None,
    by: User | None,
    now: datetime,
    email: str = "",
    mobile: str = "",
    full_name: str = "",
) -> User:
    """Leave a merchant's person who can sign in with a confirmed address."""
    user = User(email=email, mobile=mobile, mobile_verified_at=now if mobile else None, full_name=full_name)
    user.set_password(password)
    user.save()
    confirm_address(user)
    record("account_opened", by=by or user, now=now, subject=user)
    return user


def confirm_address(user: User) -> None:
    """Leave the person's e-mail address as the one and confirmed address that django-allauth knows."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email or "").delete()
    if user.email:
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )


def invite(user: User, *, by: User, now: datetime) -> None:
    """Tell a member of staff to set a password. No link and no code travels: they ask for the code themselves."""
    _must_be_open(user)
    record("staff_invited", by=by, now=now, subject=user)
    send("staff_invitation", to=user.email or user.mobile, request=None, values={})


@transaction.atomic
def reset_second_factor(user: User, *, by: User, now: datetime) -> None:
    """Leave the person without a factor and without a session: at the next sign-in they set up a new one."""
    if user == by:
        raise Refused(_("Another administrator has to reset your second factor."), code="four_eyes")
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user, by=by, now=now)
    record("factor_reset", by=by, now=now, subject=user)
    enqueue("account_factor_removed", recipient=user, subject=user, context={}, now=now)


@transaction.atomic
def end_sessions(user: User, *, by: User, now: datetime) -> None:
    """Sign the person out everywhere."""
    user.session_generation += 1
    user.save(update_fields=["session_generation"])
    record("sessions_ended", by=by, now=now, subject=user)


def _must_be_open(user: User) -> None:
    if not user.is_active:
        raise Refused(_("This account is closed. Open it again first."), code="closed")
