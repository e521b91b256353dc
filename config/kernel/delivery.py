"""Delivery of waiting messages: at least once, in order per object, never inside a transaction of the portal.

A message is claimed by a short UPDATE that gives it a new claim number and pushes its next attempt ahead. Only whoever
holds the number may begin an attempt and write its outcome: a worker that dies leaves a message that is due again, one
that slept through its claim neither sends nor writes.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.template import TemplateDoesNotExist
from django.utils import translation
from django.utils.module_loading import import_string
from django_tasks import task

from config.kernel import clock
from config.kernel.gateways import GatewayDown, GatewayError, Letter, gateway_for
from config.kernel.message import Channel, Failure, OutboxMessage, State

log = structlog.get_logger(__name__)

BATCH = 50
# Longer than any gateway's own time limit: a claim is lost only by a worker that died or stood still.
CLAIM = timedelta(minutes=5)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
ATTEMPTS = 10
# A gateway that was not reached so often in a row is left alone until the next run: the other channels need not wait.
PATIENCE = 3


class NoAddress(Exception):
    """The person cannot be reached this way any more."""


@dataclass
class _Run:
    """One pass over what was due when it began; the clock goes on while slow gateways are waited for."""

    began_at: datetime
    started: float = field(default_factory=time.monotonic)
    not_reached: Counter[str] = field(default_factory=Counter)

    @property
    def now(self) -> datetime:
        return self.began_at + timedelta(seconds=time.monotonic() - self.started)

    def is_resting(self, channel: str) -> bool:
        return self.not_reached[channel] >= PATIENCE


def deliver_due(now: datetime) -> int:
    """Try every message that is due; return how many left. Failures wait with growing pauses, then are given up."""
    run = _Run(now)
    # One try tells whether a gateway that was not reached a moment ago is back.
    run.not_reached.update(dict.fromkeys(_not_reached_lately(now), PATIENCE - 1))
    return _deliver(run)


@task()
def deliver_soon() -> int:
    """The same, asked for by the transaction that wrote a message instead of waiting for the minute.

    A gateway that was not reached a moment ago is left to the minute: events in a row would keep every worker waiting.
    """
    run = _Run(clock.now())
    run.not_reached.update(dict.fromkeys(_not_reached_lately(run.began_at), PATIENCE))
    return _deliver(run)


def _deliver(run: _Run) -> int:
    sent = 0
    while batch := _claim(run.began_at, without=[way for way in Channel.values if run.is_resting(way)]):
        sent += sum(_attempt(message, run) for message in batch)
    return sent


def _not_reached_lately(now: datetime) -> set[str]:
    """The channels with a message that pauses because its gateway was not reached."""
    pausing = OutboxMessage.objects.filter(
        state=State.PENDING, failure=Failure.UNREACHABLE, next_attempt_at__gt=now
    )
    return set(pausing.order_by().values_list("channel", flat=True).distinct())


def _claim(now: datetime, *, without: list[str] | None = None) -> list[OutboxMessage]:
    with transaction.atomic():
        due = OutboxMessage.objects.due(now).exclude(channel__in=without or [])
        if connection.features.has_select_for_update_skip_locked and not settings.RACE_WITHOUT_LOCKS:
            due = due.select_for_update(skip_locked=True, of=("self",))
        batch = list(due[:BATCH])
        for message in batch:
            message.claim += 1
            message.next_attempt_at = now + CLAIM
            message.save(update_fields=["claim", "next_attempt_at"])
    return batch


def _attempt(message: OutboxMessage, run: _Run) -> bool:
    """Whether the message left now."""
    if run.is_resting(message.channel):
        _write(message, next_attempt_at=run.now + pause_after(1))
        return False
    if not _write(message, attempts=F("attempts") + 1, next_attempt_at=run.now + CLAIM):
        return False  # the claim was slept through: somebody else has it
    message.attempts += 1
    try:
        letter = _letter(message)
        gateway_for(message.channel).send(letter)
    except Exception as error:  # noqa: BLE001 - whatever breaks one message must not stop the others
        failure = _failure(error)
        run.not_reached[message.channel] += failure == Failure.UNREACHABLE
        _put_off(message, error, failure, run.now)
        return False
    run.not_reached[message.channel] = 0
    return _write(message, state=State.SENT, sent_at=run.now, failure="", last_error="")


def _letter(message: OutboxMessage) -> Letter:
    person = message.recipient
    address = _address(message)
    with translation.override(person.language):
        title = message.title()
        body = message.sms() if message.channel == Channel.SMS else message.body()
    return Letter(event=message.dedupe_key, address=address, title=title, text=body)


def _address(message: OutboxMessage) -> str:
    """Where the person is reached now, which need not be where the person was when the message was written."""
    if message.elsewhere:
        look_up = import_string(settings.ADDRESS_BOOKS[message.elsewhere])
        if address := look_up(message.subject_id, message.channel):
            return address
        raise NoAddress("The contact on record has no address for this channel.")
    person = message.recipient
    if not person.is_active:
        raise NoAddress("The account is closed.")
    mobile = person.mobile if person.mobile_verified_at else ""
    if address := person.email if message.channel == Channel.EMAIL else mobile:
        return address
    raise NoAddress("The recipient no longer has an address for this channel.")


def _failure(error: Exception) -> Failure:
    if isinstance(error, GatewayDown | OSError):
        return Failure.UNREACHABLE
    if isinstance(error, GatewayError):
        return Failure.REFUSED
    return Failure.NO_ADDRESS if isinstance(error, NoAddress) else Failure.BROKEN


def _put_off(message: OutboxMessage, error: Exception, failure: Failure, now: datetime) -> None:
    # Only our own errors are written down in words: others may quote an address.
    words = str(error) if isinstance(error, GatewayError | NoAddress | TemplateDoesNotExist) else ""
    outcome: dict[str, Any] = {
        "failure": failure,
        "last_error": f"{type(error).__name__} {words}".strip()[:200],
    }
    if message.attempts >= ATTEMPTS:
        outcome["state"] = State.DEAD
    else:
        outcome["next_attempt_at"] = now + pause_after(message.attempts)
    _write(message, **outcome)
    log.warning("message_not_delivered", message=message.pk, kind=message.kind, error=type(error).__name__)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, capped, and spread so that a recovered gateway is not stormed."""
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return pause * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing


def _write(message: OutboxMessage, **values: Any) -> bool:
    """Write for whoever still holds the claim; False where the claim has passed on."""
    held = OutboxMessage.objects.filter(pk=message.pk, state=State.PENDING, claim=message.claim)
    return bool(held.update(**values))
