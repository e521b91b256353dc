"""Handing a merchant over: asked by an owner, accepted by the successor, told to everybody concerned, checked by the bank."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from config.accounts.models import Role, User
from config.accounts.roles import MemberRight
from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, lock_in_order
from config.kernel.outbox import Channel, enqueue, enqueue_elsewhere
from config.kernel.policy import current_policy
from config.kernel.sweeping import sweep_rows
from merchants.models import HandOver, Membership, Merchant
from merchants.people import insist_on, member_of, objection_to_handing_over
from merchants.telling import tell

Status = HandOver.Status
SYSTEM = "handovers"


def hand_over(merchant: Merchant, successor: User, *, by, now: datetime) -> HandOver:
    """The successor is asked. Nothing else changes until the successor and the bank have agreed.

    Raises `Refused`: "not_yours", "not_checked" for an owner whom the bank has not checked, "not_a_member", "same_role" where
    the bank has checked the successor already, "constraint" where a hand-over is under way.
    """
    with told_as_refusals(), transaction.atomic():
        lock_in_order(merchant)
        insist_on(MemberRight.MANAGE_PEOPLE, by, merchant)
        if sentence := objection_to_handing_over(member_of(by, merchant)):
            raise Refused(sentence, code="not_checked")
        if member_of(successor, merchant).is_checked:
            raise Refused(_("This person is an owner whom the bank has checked already."), code="same_role")
        handover = HandOver.objects.create(
            merchant=merchant,
            owner=by,
            successor=successor,
            asked_at=now,
            answer_by=now + timedelta(days=current_policy().handover_answer_days),
        )
        record("handover_asked", by=by, now=now, subject=merchant, detail={"successor": successor.pk})
        tell("handover_asked", successor, merchant, now=now)
        return handover


def accept(handover: HandOver, *, by, now: datetime) -> None:
    """The bank is asked to check; the former owner and the contact on record are told while there is time to object."""
    with handover.moving_to(Status.ACCEPTED, by=by, now=now):
        handover.confirmable_from = now + timedelta(hours=current_policy().handover_cooling_hours)
        merchant = handover.merchant
        said: dict[str, Any] = {
            "subject": handover,
            "context": {"number": merchant.number},
            "now": now,
        }
        tell("handover_waits", handover.owner, merchant, now=now)
        enqueue_elsewhere("handover_waits", book="merchant_contact", recipient=handover.owner, **said)
        for supervisor in User.objects.serving(merchant.branch, role=Role.SUPERVISOR):
            enqueue("handover_check", recipient=supervisor, **said)


def decline(handover: HandOver, *, by, now: datetime) -> None:
    _stop(handover, Status.DECLINED, by=by, now=now)


def call_off(handover: HandOver, *, by, now: datetime) -> None:
    """Nothing changes hands. Any owner may say so, until the bank has confirmed it."""
    _stop(handover, Status.CALLED_OFF, by=by, now=now)


def refuse(handover: HandOver, *, by, now: datetime, note: str) -> None:
    """The bank does not agree, and says why in its own record."""
    _stop(handover, Status.REFUSED, by=by, now=now, note=note)


def confirm(handover: HandOver, *, by, now: datetime, note: str = "") -> None:
    """The successor is an owner whom the bank has checked, the former owner an operator; both are told."""
    with transaction.atomic():
        merchant = handover.merchant
        lock_in_order(merchant)
        with handover.moving_to(Status.DONE, by=by, now=now, note=note):
            becomes = [
                (handover.successor, Membership.Role.OWNER, now),
                (handover.owner, Membership.Role.OPERATOR, None),
            ]
            for person, role, checked_at in becomes:
                merchant.memberships.filter(user=person).update(role=role, checked_at=checked_at)
                record(
                    "member_role_changed",
                    by=by,
                    now=now,
                    subject=merchant,
                    detail={"person": person.pk, "role": role, "handover": handover.pk},
                )
                tell("handover_done", person, merchant, now=now)


def expire_due(now: datetime) -> int:
    """Every hand-over that the successor has not answered in time has ended. Returns how many."""
    due = HandOver.objects.filter(status=Status.ASKED, answer_by__lte=now)
    by = User.objects.system(SYSTEM) if due.exists() else None
    return sweep_rows(due, lambda row: _stop(row, Status.EXPIRED, by=by, now=now))


def contact_on_record(key: int, channel: str) -> str:
    """Where the merchant of this hand-over is reached by its record, or "" where it has no such address."""
    handover = HandOver.objects.select_related("merchant").filter(pk=key).first()
    if handover is None:
        return ""
    return handover.merchant.contact_email if channel == Channel.EMAIL else handover.merchant.contact_mobile


def _stop(handover: HandOver, target: str, *, by, now: datetime, note: str = "") -> None:
    with handover.moving_to(target, by=by, now=now, note=note):
        for person in (handover.owner, handover.successor):
            if person.pk != by.pk:
                tell("handover_stopped", person, handover.merchant, now=now)
