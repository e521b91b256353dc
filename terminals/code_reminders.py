"""Codes that nobody has used: the merchant's people hear of it before they expire."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.db.models import F

from config.accounts.models import User
from config.accounts.roles import MEMBER_RIGHTS, MemberRight
from config.kernel.outbox import enqueue
from terminals.models import RegistrationCode

WARNED_BEFORE = timedelta(days=2)
DAY = timedelta(days=1)
BATCH = 200


def warn_of_expiry(now: datetime) -> int:
    """Two days before a code in force expires, everybody who may collect it has been told, once per code; how many codes.

    A code that lives no longer than that gets no warning: the message of the approval was one.
    """
    due = RegistrationCode.objects.in_force().filter(
        expires_at__gt=now,
        expires_at__lte=now + WARNED_BEFORE,
        issued_at__lt=F("expires_at") - WARNED_BEFORE,
        expiry_told_at=None,
    )
    codes = due.select_related("terminal").order_by("expires_at")[:BATCH]
    return sum(_warn(code, now=now) for code in codes)


def _warn(code: RegistrationCode, *, now: datetime) -> bool:
    """False where the code has been used, replaced or told of since the list was read."""
    with transaction.atomic():
        still = RegistrationCode.objects.in_force().filter(pk=code.pk, expiry_told_at=None)
        if not still.update(expiry_told_at=now):
            return False
        for person in _collectors_of(code):
            enqueue(
                "code_expiring",
                recipient=person,
                subject=code.terminal,
                context={
                    "terminal_number": code.terminal_number,
                    "days_left": ceil((code.expires_at - now) / DAY),
                },
                now=now,
                event=f"code_expiring:{code.pk}",
            )
    return True


def _collectors_of(code: RegistrationCode):
    roles = [role for role, rights in MEMBER_RIGHTS.items() if MemberRight.COLLECT_CODES in rights]
    people = User.objects.active().filter(
        is_staff=False, memberships__merchant=code.terminal.merchant_id, memberships__role__in=roles
    )
    return people.order_by("pk")
