"""Who hears of a terminal: the owners of its merchant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from config.accounts.models import User
from config.kernel.outbox import enqueue
from merchants.models import Membership


def tell_owners(kind: str, terminal: Any, *, now: datetime, event: str = "", **facts: Any) -> None:
    """The message waits for every owner, in the caller's transaction: which terminal, and the `facts` that its kind names."""
    owners = User.objects.active().filter(
        is_staff=False,
        memberships__merchant=terminal.merchant_id,
        memberships__role=Membership.Role.OWNER,
    )
    for person in owners.order_by("pk"):
        enqueue(
            kind,
            recipient=person,
            subject=terminal,
            context={"terminal_number": terminal.number, **facts},
            now=now,
            event=event,
        )
