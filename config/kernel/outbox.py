"""The world hears after the commit: an event writes messages here, the worker delivers them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction

from config.kernel.audit import record
from config.kernel.delivery import deliver_soon
from config.kernel.history import subject_of
from config.kernel.message import Channel, OutboxMessage, State

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

__all__ = ["Channel", "OutboxMessage", "State", "enqueue", "resend"]


def enqueue(
    kind: str,
    *,
    recipient: AbstractBaseUser,
    subject: models.Model,
    context: dict[str, Any],
    now: datetime,
    event: str = "",
) -> None:
    """Leave the message in the person's portal inbox and waiting on every channel the person can be reached by.

    The text is `templates/messages/<kind>.txt` (first line: title). `context` carries no personal data and no code.
    The same `event` (by default this kind, object and moment) tells a person once per channel, however often it is called.
    """
    label, pk = subject_of(subject)
    event = event or f"{kind}:{label}:{pk}:{now.isoformat()}"
    messages = [
        OutboxMessage(
            kind=kind,
            channel=channel,
            recipient=recipient,
            subject_label=label,
            subject_id=pk,
            context=context,
            dedupe_key=f"{event}:{recipient.pk}:{channel}",
            created_at=now,
            next_attempt_at=now,
            # To be in the table is to be in the inbox.
            state=State.SENT if channel == Channel.INBOX else State.PENDING,
            sent_at=now if channel == Channel.INBOX else None,
        )
        for channel in _channels(recipient)
    ]
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)
    if len(messages) > 1:
        # robust: the event is committed; a queue that is down only delays the message until the next sweep.
        transaction.on_commit(partial(deliver_soon.enqueue), robust=True)


def resend(message: OutboxMessage, *, by: AbstractBaseUser, now: datetime) -> bool:
    """Leave a given-up message waiting again with fresh attempts; False where it was not given up."""
    with transaction.atomic():
        dead = OutboxMessage.objects.dead().filter(pk=message.pk)
        changed = dead.update(state=State.PENDING, attempts=0, next_attempt_at=now, last_error="")
        if changed:
            record("message_resent", by=by, now=now, subject=message)
    return bool(changed)


def _channels(recipient: Any) -> list[Channel]:
    # Nobody gets an SMS at a number that was only typed in.
    reached = {Channel.EMAIL: recipient.email, Channel.SMS: recipient.mobile_verified_at}
    return [
        Channel.INBOX,
        *(channel for channel, is_open in reached.items() if is_open and settings.GATEWAYS[channel]),
    ]
