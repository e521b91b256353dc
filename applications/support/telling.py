"""Whom a ticket is told to. A message names the number of the ticket and nothing of what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from config.accounts.models import Role, User
from config.accounts.roles import MEMBER_RIGHTS, MemberRight
from config.kernel.outbox import enqueue

MAY_WRITE = [role for role, rights in MEMBER_RIGHTS.items() if MemberRight.ASK_FOR_HELP in rights]


def tell_merchant(kind: str, ticket: Any, *, now: datetime) -> None:
    """Whoever opened it; where that was the bank, or somebody who has left, everybody who may write for the merchant."""
    people = User.objects.active().filter(
        is_staff=False, memberships__merchant=ticket.merchant_id, memberships__role__in=MAY_WRITE
    )
    for person in people.filter(pk=ticket.opened_by_id) or people.order_by("pk"):
        _tell(kind, ticket, person, now=now)


def tell_assignee(kind: str, ticket: Any, *, now: datetime) -> None:
    if ticket.assignee is not None:
        _tell(kind, ticket, ticket.assignee, now=now)


def tell_help_line(kind: str, ticket: Any, *, now: datetime) -> None:
    """The help line of the branch, or of the nearest above it that has one."""
    for person in User.objects.serving(ticket.branch, role=Role.SUPPORT).order_by("pk"):
        _tell(kind, ticket, person, now=now)


def tell_supervisors(kind: str, ticket: Any, *, now: datetime) -> None:
    for person in User.objects.serving(ticket.branch, role=Role.SUPERVISOR).order_by("pk"):
        _tell(kind, ticket, person, now=now)


def _tell(kind: str, ticket: Any, person: User, *, now: datetime) -> None:
    enqueue(kind, recipient=person, subject=ticket, context={"number": ticket.number}, now=now)
