"""How a code reaches the person it is for.

A code is sent by a task, so that an address with an account and one without are answered equally fast; on its way through the
queue it is sealed. It leaves no row: when it does not arrive, the person asks for another one.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django_tasks import task

from config.accounts.reach import read_reach
from config.accounts.wording import WORDINGS
from config.kernel.gateways import Letter, gateway_for
from config.privacy.sealing import seal, unseal

CONTEXT = "accounts.message"
DEMO_KEY = "demo_messages"
DEMO_KEPT = 5


def send(kind: str, *, to: str, request: HttpRequest | None, values: dict[str, Any]) -> None:
    """Hand the message of WORDINGS to the worker, in the language now active. In a demonstration the browser keeps a copy."""
    wording = WORDINGS[kind]
    reach = read_reach(to)
    if reach is None:
        return
    letter = {
        "channel": "email" if reach.kind == "email" else "sms",
        "address": reach.value,
        "title": str(wording.title),
        "text": str(wording.text) % values,
    }
    if settings.DEMO_MODE and request is not None:
        _keep_for_demonstration(request, letter)
    sealed = seal(json.dumps(letter).encode(), context=CONTEXT)
    send_sealed.enqueue(b64encode(sealed).decode())


@task()
def send_sealed(sealed: str) -> None:
    """Pass the letter to its gateway once. A code that comes late is worth nothing, so there is no second try."""
    letter = json.loads(unseal(b64decode(sealed), context=CONTEXT))
    with translation.override(settings.LANGUAGE_CODE):
        gateway_for(letter["channel"]).send(
            Letter(event=uuid4().hex, address=letter["address"], title=letter["title"], text=letter["text"])
        )


def demonstration_messages(request: HttpRequest) -> list[dict[str, str]]:
    """What would have arrived on this visitor's phone or in the mailbox, newest first; only a demonstration keeps any."""
    return request.session.get(DEMO_KEY, []) if settings.DEMO_MODE else []


def _keep_for_demonstration(request: HttpRequest, letter: dict[str, str]) -> None:
    request.session[DEMO_KEY] = [letter, *request.session.get(DEMO_KEY, [])][:DEMO_KEPT]
