"""The world hears after the commit: an event writes messages here, the worker delivers them."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from config.kernel.audit import record
from config.kernel.delivery import deliver_soon
from config.kernel.history import subject_of
from config.kernel.lifecycle import Refused
from config.kernel.message import Channel, OutboxMessage, State
from config.kernel.message_kinds import KINDS
from config.kernel.own_switches import unwanted
from config.kernel.switches import channels_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

__all__ = ["Channel", "OutboxMessage", "State", "enqueue", "enqueue_elsewhere", "resend"]


def enqueue(
    kind: str,
    *,
    recipient: AbstractBaseUser,
    subject: models.Model,
    context: dict[str, Any],
    now: datetime,
    event: str = "",
) -> None:
    """Leave the message in the person's portal inbox and waiting on every channel that is on, wanted and reaches the person.

    `kind` is a row of `message_kinds.KINDS` (KeyError for any other) and `context` has exactly the keys of that row
    (ValueError), so that no personal data and no code can slip in. The same `event` (by default this kind, object and
    moment) tells a person once per channel, however often it is called.
    """
    if context.keys() != KINDS[kind].keys:
        raise ValueError(f"{kind} is told with {sorted(KINDS[kind].keys)}, not with {sorted(context)}.")
    label, pk = subject_of(subject)
    ways = _ways_to(recipient)
    if len(ways) > 1:
        ways -= unwanted(recipient, kind)
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
        for channel in channels_of(kind)
        if channel in ways
    ]
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)
    if any(message.state == State.PENDING for message in messages):
        # robust: the event is committed; a queue that is down only delays the message until the next sweep.
        transaction.on_commit(partial(deliver_soon.enqueue), robust=True)


def enqueue_elsewhere(
    kind: str,
    *,
    book: str,
    recipient: AbstractBaseUser,
    subject: models.Model,
    context: dict[str, Any],
    now: datetime,
) -> None:
    """Leave the message waiting for addresses that need not be anybody's account, in `recipient`'s language.

    `book` names an entry of `settings.ADDRESS_BOOKS`, which is asked for the address when the message leaves, so that none is
    written down here. Nothing stands in an inbox; once for each object and channel.
    """
    if context.keys() != KINDS[kind].keys or book not in settings.ADDRESS_BOOKS:
        raise ValueError(
            f"{kind} is told with {sorted(KINDS[kind].keys)} and by a known book, not like this."
        )
    label, pk = subject_of(subject)
    outside = [way for way in channels_of(kind) if way != Channel.INBOX and settings.GATEWAYS[way]]
    OutboxMessage.objects.bulk_create(
        (
            OutboxMessage(
                kind=kind,
                channel=channel,
                recipient=recipient,
                elsewhere=book,
                subject_label=label,
                subject_id=pk,
                context=context,
                dedupe_key=f"{kind}:{label}:{pk}:{book}:{channel}",
                created_at=now,
                next_attempt_at=now,
            )
            for channel in outside
        ),
        ignore_conflicts=True,
    )
    if outside:
        transaction.on_commit(partial(deliver_soon.enqueue), robust=True)


def resend(message: OutboxMessage, *, by: Any, now: datetime) -> None:
    """Leave a given-up message waiting for the next minute with fresh attempts, under the same event: nobody is told twice.

    Raises `Refused`: "forbidden", or "wrong_state" where it was not given up.
    """
    if not by.has_perm("kernel.resend_outboxmessage"):
        raise Refused(_("Only administrators send messages again."), code="forbidden")
    with transaction.atomic():
        dead = OutboxMessage.objects.dead().filter(pk=message.pk)
        if not dead.update(state=State.PENDING, attempts=0, next_attempt_at=now, failure="", last_error=""):
            message.refresh_from_db(fields=["state"])
            raise Refused(
                _("It is “%(state)s”; only a message that was given up can be sent again.")
                % {"state": message.get_state_display()},
                code="wrong_state",
            )
        record("message_resent", by=by, now=now, subject=message)


def _ways_to(recipient: Any) -> set[str]:
    """Everybody has an inbox. A closed account hears nothing outside, nor does a number that was only typed in."""
    reached = {Channel.EMAIL: recipient.email, Channel.SMS: recipient.mobile_verified_at}
    outside: set[str] = {way for way, is_open in reached.items() if is_open and settings.GATEWAYS[way]}
    return {Channel.INBOX} | (outside if recipient.is_active else set())
