"""Delivery of waiting messages: at least once, in order per object, never inside a transaction of the portal.

A message is claimed by a short UPDATE that pushes its next attempt ahead; whoever still holds that attempt's number may
write the outcome. A worker that dies leaves a message that is due again; one that slept through its claim writes nothing.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.template import TemplateDoesNotExist
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from config.kernel import clock
from config.kernel.gateways import GatewayError, Letter, gateway_for
from config.kernel.message import Channel, OutboxMessage, State

log = structlog.get_logger(__name__)

BATCH = 50
# Longer than any gateway's own time limit: a claim is lost only by a worker that died.
CLAIM = timedelta(minutes=5)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
ATTEMPTS = 10


def deliver_due(now: datetime) -> int:
    """Try every message that is due; return how many left. Failures wait with growing pauses, then are given up."""
    sent = 0
    while batch := _claim(now):
        sent += sum(_attempt(message, now) for message in batch)
    return sent


@task()
def deliver_soon() -> int:
    """The same, asked for by the transaction that wrote a message instead of waiting for the minute."""
    return deliver_due(clock.now())


def _claim(now: datetime) -> list[OutboxMessage]:
    with transaction.atomic():
        due = OutboxMessage.objects.due(now)
        if connection.features.has_select_for_update_skip_locked and not settings.RACE_WITHOUT_LOCKS:
            due = due.select_for_update(skip_locked=True, of=("self",))
        batch = list(due[:BATCH])
        for message in batch:
            message.attempts += 1
            message.next_attempt_at = now + CLAIM
            message.save(update_fields=["attempts", "next_attempt_at"])
    return batch


def _attempt(message: OutboxMessage, now: datetime) -> bool:
    try:
        letter = _letter(message)
        gateway_for(message.channel).send(letter)
    except Exception as error:  # noqa: BLE001 - whatever breaks one message must not stop the others
        _put_off(message, error, now)
        return False
    _outcome(message, state=State.SENT, sent_at=now, last_error="")
    return True


def _letter(message: OutboxMessage) -> Letter:
    person = message.recipient
    address = person.email if message.channel == Channel.EMAIL else person.mobile
    if not address:
        raise GatewayError("The recipient no longer has an address for this channel.")
    with translation.override(person.language):
        title, body = message.title(), message.body()
        if message.channel == Channel.SMS:
            body = _("Sign in to the portal to read it.")
    return Letter(event=message.dedupe_key, address=address, title=title, text=body)


def _put_off(message: OutboxMessage, error: Exception, now: datetime) -> None:
    # Only our own errors are written down in words: others may quote an address.
    words = str(error) if isinstance(error, GatewayError | TemplateDoesNotExist) else ""
    outcome: dict[str, Any] = {"last_error": f"{type(error).__name__} {words}".strip()[:200]}
    if message.attempts >= ATTEMPTS:
        outcome["state"] = State.DEAD
    else:
        outcome["next_attempt_at"] = now + pause_after(message.attempts)
    _outcome(message, **outcome)
    log.warning("message_not_delivered", message=message.pk, kind=message.kind, error=type(error).__name__)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, capped, and spread so that a recovered gateway is not stormed."""
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return pause * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing


def _outcome(message: OutboxMessage, **values) -> None:
    held = OutboxMessage.objects.filter(pk=message.pk, state=State.PENDING, attempts=message.attempts)
    held.update(**values)
