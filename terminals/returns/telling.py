"""Whom a return is told to, and with what words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from config.accounts.models import Role, User
from config.accounts.roles import MEMBER_RIGHTS, MemberRight
from config.kernel.outbox import enqueue


def people_with(right: MemberRight, merchant) -> Any:
    """The merchant's active people who may take this step for it."""
    roles = [role for role, rights in MEMBER_RIGHTS.items() if right in rights]
    people = User.objects.active().filter(
        is_staff=False, memberships__merchant=merchant, memberships__role__in=roles
    )
    return people.order_by("pk")


def tell_merchant(kind: str, order, *, now: datetime, event: str = "", **more: Any) -> None:
    """Everybody who may bring devices back for the merchant reads it."""
    for person in people_with(MemberRight.RETURN_DEVICES, order.terminal.merchant_id):
        enqueue(
            kind,
            recipient=person,
            subject=order,
            context={"number": order.number, **more},
            now=now,
            event=event,
        )


def tell_store_room(kind: str, order, *, now: datetime, event: str = "", **more: Any) -> None:
    """The storekeepers of the branch, or of the nearest above it that has any."""
    for person in User.objects.serving(order.branch, role=Role.STOREKEEPER).order_by("pk"):
        context = {"number": order.number, **more}
        enqueue(kind, recipient=person, subject=order, context=context, now=now, event=event)
