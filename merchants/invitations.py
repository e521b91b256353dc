"""Joining a merchant that is a customer already: by an invitation of an owner, to an address the newcomer has confirmed."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from config.accounts.models import User
from config.accounts.reach import Reach
from config.accounts.roles import MemberRight
from config.accounts.sending import send
from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, lock_in_order
from config.kernel.policy import current_policy
from config.kernel.sweeping import sweep_rows
from config.privacy.sealing import digest
from merchants.models import Invitation, Membership, Merchant
from merchants.people import insist_on, join
from merchants.telling import tell_owners

Status = Invitation.Status
PURPOSE = "invitation_token"
SYSTEM = "invitations"


def invite(reach: Reach, merchant: Merchant, role: str, *, by, now: datetime) -> tuple[Invitation, str]:
    """An open invitation whose link is on its way to the address, and the token of the link, which is kept nowhere.

    Whether the address has an account makes no difference anybody could see. Raises `Refused`: "not_yours", "closed",
    "already_there", "too_many", "constraint" where an invitation to this address is open or the role is none.
    """
    policy, token = current_policy(), secrets.token_urlsafe(32)
    with told_as_refusals(), transaction.atomic():
        lock_in_order(merchant)
        insist_on(MemberRight.MANAGE_PEOPLE, by, merchant)
        if merchant.status == Merchant.Status.CLOSED:
            raise Refused(_("The contract of this merchant has ended."), code="closed")
        _refuse_a_member(reach, merchant)
        _refuse_too_many(merchant, most=policy.invitations_per_day, now=now)
        invitation = Invitation.objects.create(
            merchant=merchant,
            role=role,
            address=reach.value,
            token_digest=digest(token, purpose=PURPOSE),
            invited_by=by,
            invited_at=now,
            expires_at=now + timedelta(days=policy.invitation_days),
        )
        record("member_invited", by=by, now=now, subject=merchant, detail={"role": role})
        link = settings.PORTAL_URL + reverse("people:invited", args=[token])
        said = {"link": link, "days": policy.invitation_days}
        send("member_invitation", to=reach.value, request=None, values=said)
    return invitation, token


def invited(person, token: str, *, now: datetime) -> Invitation | None:
    """The open invitation of this link where it is for this person; None for everybody else, whatever the reason."""
    found = Invitation.objects.open().filter(token_digest=digest(token, purpose=PURPOSE))
    invitation = found.select_related("merchant").first()
    return invitation if invitation and invitation.is_for(person, now=now) else None


def accept(invitation: Invitation, *, by, now: datetime) -> Membership:
    """The invited person acts for the merchant in the role of the invitation, which is used up; its owners are told.

    Raises `Refused`: "wrong_state" for everybody else and once it is over, "constraint" for somebody who is there already.
    """
    with told_as_refusals(), transaction.atomic():
        merchant = invitation.merchant
        lock_in_order(merchant)
        invitation.end_as(Status.ACCEPTED, by=by, now=now)
        member = join(by, merchant, invitation.role, by=by, now=now)
        tell_owners("member_joined", merchant, now=now, besides=by)
        return member


def decline(invitation: Invitation, *, by, now: datetime) -> None:
    """The invited person does not want to act for the merchant, and the invitation is over."""
    invitation.end_as(Status.DECLINED, by=by, now=now)


def call_off(invitation: Invitation, *, by, now: datetime) -> None:
    """The link leads nowhere any more. Raises `Refused`: "not_yours", "wrong_state"."""
    insist_on(MemberRight.MANAGE_PEOPLE, by, invitation.merchant)
    invitation.end_as(Status.CALLED_OFF, by=by, now=now)


def expire_due(now: datetime) -> int:
    """Every invitation whose time is over has ended, and its address is gone. Returns how many."""
    due = Invitation.objects.open().filter(expires_at__lte=now)
    by = User.objects.system(SYSTEM) if due.exists() else None
    return sweep_rows(due, lambda row: row.end_as(Status.EXPIRED, by=by, now=now))


def _refuse_a_member(reach: Reach, merchant: Merchant) -> None:
    """Owners see their members' addresses masked, so this tells them nothing about strangers."""
    person = reach.person()
    if person is not None and merchant.memberships.filter(user=person).exists():
        raise Refused(_("This person already acts for this merchant."), code="already_there")


def _refuse_too_many(merchant: Merchant, *, most: int, now: datetime) -> None:
    """Messages cost money and annoy whoever gets them; called under the merchant's lock."""
    lately = merchant.invitations.filter(invited_at__gt=now - timedelta(days=1))
    if lately.count() >= most:
        raise Refused(
            _("%(most)d invitations were sent within a day. Please go on tomorrow.") % {"most": most},
            code="too_many",
        )
