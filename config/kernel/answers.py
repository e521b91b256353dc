"""The device API's side of idempotency: the first answer again for 24 hours, its secret part only for a while."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare

from config.kernel.idempotency import LIFE, IdempotentRequest, KeyedRequest, is_well_formed, keyed_digest

SECRET_LIFE = timedelta(minutes=10)

# Answers that speak of the moment, not of the request: asking again under the same key is a new try.
PASSING = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Answer:
    """`body` is what the device gets now. `lasting` is the same without what is secret in it, where something is."""

    status: int
    body: dict[str, Any]
    lasting: dict[str, Any] | None = None
    replayed: bool = False


class KeyMalformed(Exception):
    """Answer 400: the header is empty, too long, or not visible ASCII."""


class KeyReused(Exception):
    """Answer 422: the key was used for another body."""


def answer_once(
    *,
    actor: str,
    route: str,
    key: str,
    body: bytes,
    now: datetime,
    produce: Callable[[], Answer],
    seal: Callable[[bytes], bytes],
    unseal: Callable[[bytes], bytes],
) -> Answer:
    """Run `produce` and keep its answer in the same transaction, or give the first answer to this key again.

    `produce` turns refusals into answers: an exception undoes everything it wrote and leaves the key free, and so does a
    5xx. A concurrent twin waits for the first one to commit. The secret part comes back for 10 minutes (`SECRET_LIFE`).
    """
    if not is_well_formed(key):
        raise KeyMalformed
    asked = KeyedRequest(actor, route[:200], key, keyed_digest(body))
    asked.existing().filter(claimed_at__lt=now - LIFE).delete()
    try:
        with transaction.atomic():
            if row := _claimed(asked, now):
                return _produce_and_keep(row, now, produce, seal)
            known = asked.existing().get()
    except _Undone as undone:
        return undone.answer
    return _first_answer(known, asked, now, unseal)


class _Undone(Exception):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer


def _claimed(asked: KeyedRequest, now: datetime) -> IdempotentRequest | None:
    """Our own row, or None where the key is taken. A twin's uncommitted row makes this wait for its outcome."""
    row = asked.row(now)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    return row


def _produce_and_keep(row: IdempotentRequest, now: datetime, produce, seal) -> Answer:
    answer = produce()
    if answer.status >= 500:
        raise _Undone(answer)
    if answer.status in PASSING:
        row.delete()
        return answer
    row.answered_at, row.answer_code = now, answer.status
    row.sealed_lasting = seal(_bytes(answer.body if answer.lasting is None else answer.lasting))
    if answer.lasting is not None:
        row.sealed_secret, row.secret_until = seal(_bytes(answer.body)), now + SECRET_LIFE
    row.save()
    return answer


def _first_answer(known: IdempotentRequest, asked: KeyedRequest, now: datetime, unseal) -> Answer:
    if not constant_time_compare(known.request_digest, asked.digest):
        raise KeyReused
    # The clock decides, not the sweep: an answer past its time is not given although its bytes are still there.
    is_whole = known.secret_until is not None and known.secret_until > now
    kept = known.sealed_secret if is_whole else known.sealed_lasting
    if kept is None or known.answer_code is None:
        raise KeyReused  # the key of a form, which keeps no body
    return Answer(known.answer_code, json.loads(unseal(bytes(kept))), replayed=True)


def _bytes(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
