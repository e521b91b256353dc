"""A stopped device refuses every code until it was inspected, or two people allow it one issue."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, lock_in_order
from terminals.models import Device, ReenrolmentAllowance

PERMISSION = "terminals.grant_reenrolment"
VALID = timedelta(days=7)
# At the bank: what is still out, lost or scrapped is taken back first.
AT_HAND = (Device.Status.IN_STOCK, Device.Status.RETURNED)


def objection_to_grant(device: Device, *, by, now: datetime) -> str:
    """Why this person cannot ask for an allowance for the device now, or ""."""
    if not by.has_perm(PERMISSION):
        return _("Your role does not include this step.")
    if device.barred_at is None:
        return _("This device is not stopped, so it needs no allowance.")
    if device.status not in AT_HAND:
        return _("A device that is not at the bank is taken back first.")
    open_one = device.allowances.open().filter(valid_until__gt=now, granted_at__gte=device.barred_at)
    return _("This device has an open allowance already.") if open_one.exists() else ""


def grant(device: Device, *, reason: str, by, now: datetime) -> ReenrolmentAllowance:
    """Asked for by this person; it allows nothing until a second one confirms it. What was open and is void lapses."""
    with told_as_refusals(), transaction.atomic():
        lock_in_order(device)
        if sentence := objection_to_grant(device, by=by, now=now):
            raise Refused(sentence, code="wrong_state")
        device.allowances.open().update(lapsed_at=now)
        allowance = ReenrolmentAllowance.objects.create(
            device=device, reason=reason.strip(), granted_by=by, granted_at=now, valid_until=now + VALID
        )
        record("reenrolment_granted", by=by, now=now, subject=device)
        return allowance


def objection_to_confirm(allowance: ReenrolmentAllowance, *, by, now: datetime) -> str:
    """Why this person cannot confirm it now, or ""."""
    if not by.has_perm(PERMISSION):
        return _("Your role does not include this step.")
    if allowance.granted_by_id == by.pk:
        return _("Whoever grants an allowance cannot confirm it; a colleague has to.")
    if allowance.checker_id or allowance.spent_at or allowance.lapsed_at or allowance.valid_until <= now:
        return _("This allowance is confirmed, spent or lapsed already.")
    return ""


def confirm(allowance: ReenrolmentAllowance, *, by, now: datetime) -> None:
    """In force: the device may be given out once."""
    with told_as_refusals(), transaction.atomic():
        lock_in_order(allowance.device)
        allowance.refresh_from_db()
        if sentence := objection_to_confirm(allowance, by=by, now=now):
            raise Refused(sentence, code="second_person")
        allowance.checker = by
        allowance.save(update_fields=["checker"])
        record("reenrolment_confirmed", by=by, now=now, subject=allowance.device)


def spend(device: Device, *, application_number: str, by, now: datetime) -> None:
    """The stopped device, which the caller has locked, is free for this one issue. Raises `Refused` ("terminal_stopped")."""
    mine = ReenrolmentAllowance.objects.usable(now=now).filter(device=device).values_list("pk", flat=True)
    spent = ReenrolmentAllowance.objects.open().filter(pk__in=list(mine))
    if device.status not in AT_HAND or not spent.update(spent_at=now, spent_for=application_number):
        raise Refused(
            _("Device %(serial)s was stopped. It is given out again once it was inspected.")
            % {"serial": device.serial_number},
            code="terminal_stopped",
        )
    record("reenrolment_spent", by=by, now=now, subject=device, detail={"application": application_number})
    device.readmit(by=by, now=now)
