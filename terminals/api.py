"""Device routes of this room: activation, and what a terminal may know of itself."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from config.accounts.lockout import client_address
from config.kernel import clock
from config.kernel.answers import Answer, KeyMalformed, KeyReused, answer_once
from config.kernel.lifecycle import Refused
from config.privacy.identifiers import normalise, registration_code, serial_number
from config.privacy.sealing import seal, unseal
from terminals.activation import Activation, ActivationRefused, activate
from terminals.api_document import (
    IDEMPOTENCY_KEY,
    SIGNATURE_HEADERS,
    ActivationIn,
    ActivationOut,
    TerminalOut,
    refusals,
)
from terminals.api_errors import ApiRefused, sent_refusal
from terminals.api_notices import with_notice
from terminals.models import Terminal
from terminals.patience import TooManyTries
from terminals.permitted import allowed
from terminals.refusals import REFUSALS, error_body
from terminals.signing import SignedRequest, signed_terminal

router = Router(tags=["devices"])

REPORT_EVERY_S = 300
SEAL_CONTEXT = "api.activations"
CODE_SHAPE = re.compile(registration_code.shape, re.ASCII)


@router.post(
    "/activations",
    response={201: ActivationOut, **refusals(403, 404, 409, 410, 415, 422)},
    operation_id="activate",
    summary="Type the registration code into the terminal",
    openapi_extra={"parameters": [IDEMPOTENCY_KEY]},
)
def create_activation(request: HttpRequest, asked: ActivationIn) -> HttpResponse:
    """Makes the terminal live and gives the device its key, once. Needs no key of its own."""
    now = clock.now()
    serial, code = _well_formed(asked)

    def produce() -> Answer:
        return _activation_answer(asked, serial, code, ip=client_address(request), now=now)

    key = request.headers.get("Idempotency-Key")
    if key is None:
        return _response(produce(), now=now)
    try:
        answer = answer_once(
            actor=f"sn:{serial}",
            route=request.path,
            key=key,
            body=request.body,
            now=now,
            produce=produce,
            seal=lambda content: seal(content, context=SEAL_CONTEXT),
            unseal=lambda record: unseal(record, context=SEAL_CONTEXT),
        )
    except KeyMalformed:
        raise ApiRefused("key_malformed") from None
    except KeyReused:
        raise ApiRefused("key_reused") from None
    return _response(answer, now=now)


@router.get(
    "/terminals/me",
    response={200: TerminalOut, **refusals(401, 409, 410)},
    operation_id="me",
    summary="What the terminal is and may still do",
    openapi_extra={"parameters": SIGNATURE_HEADERS},
)
def read_me(request: HttpRequest) -> HttpResponse:
    """Answers the device that signed the request. A stopped terminal is told so (410), never that it is unknown."""
    now = clock.now()
    terminal = signed_terminal(SignedRequest.of(request), now=now)
    facts = _facts_of(terminal) | {
        "status": terminal.status,
        "allowed": allowed(terminal),
        "limit_single_fen": terminal.limit_single_fen,
        "limit_day_fen": terminal.limit_day_fen,
        "server_time": now.isoformat(timespec="seconds"),
        "report_every_s": REPORT_EVERY_S,
    }
    return JsonResponse(with_notice(facts, terminal, now=now), json_dumps_params={"ensure_ascii": False})


def _well_formed(asked: ActivationIn) -> tuple[str, str]:
    """Serial number and code in their normal form. A code with a wrong check digit is a slip of the finger, not a try."""
    serial, code = normalise(asked.serial_number), normalise(asked.registration_code)
    if serial_number.problem(serial):
        raise ApiRefused("malformed", field="serial_number")
    if not CODE_SHAPE.fullmatch(code):
        raise ApiRefused("malformed", field="registration_code")
    if registration_code.problem(code):
        raise ApiRefused("code_mistyped", field="registration_code")
    return serial, code


def _activation_answer(
    asked: ActivationIn, serial: str, code: str, *, ip: str | None, now: datetime
) -> Answer:
    try:
        done = activate(
            serial_number=serial,
            registration_code=code,
            ip=ip,
            now=now,
            app_version=asked.app_version,
            location=asked.location.model_dump() if asked.location else None,
        )
    except TooManyTries as refused:
        return _refused("too_many_tries", retry_after=refused.retry_after)
    except ActivationRefused as refused:
        return _refused(refused.code)
    except Refused:
        # Somebody else was faster at a step that only one can take.
        return _refused("refused")
    return _done(done)


def _done(done: Activation) -> Answer:
    body = _facts_of(done.terminal) | {
        "status": "active",
        "device_key": {"id": done.key_id, "secret": done.secret},
        "report_every_s": REPORT_EVERY_S,
    }
    return Answer(201, body, lasting=body | {"device_key": {"id": done.key_id, "secret": None}})


def _refused(code: str, **facts: Any) -> Answer:
    return Answer(REFUSALS[code].status, error_body(code, **facts))


def _response(answer: Answer, *, now: datetime) -> HttpResponse:
    """The answer as it is kept, and what the bank has announced as it stands at this moment, which is not kept with it."""
    if "error" in answer.body:
        response = sent_refusal(answer.status, answer.body)
    else:
        terminal = Terminal.objects.select_related("branch").get(number=answer.body["terminal_number"])
        body = with_notice(answer.body, terminal, now=now)
        response = JsonResponse(body, status=answer.status, json_dumps_params={"ensure_ascii": False})
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _facts_of(terminal: Terminal) -> dict[str, Any]:
    outlet = terminal.outlet
    return {
        "terminal_number": terminal.number,
        "merchant_number": terminal.merchant.number,
        "merchant_name": str(terminal.merchant),
        "outlet_address": f"{outlet.division or ''}{outlet.address}",
    }
