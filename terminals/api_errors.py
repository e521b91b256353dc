"""Every refusal of the device API leaves as one shape of body, whatever went wrong and wherever."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from config.kernel import clock
from terminals.api_notices import in_view_of_bulletins
from terminals.models import Terminal
from terminals.refusals import REFUSALS, error_body

log = structlog.get_logger(__name__)

LARGEST_BODY = 4096
DEEPEST_BODY = 4
RETRY_AFTER_TROUBLE_S = 5
SURROGATE = re.compile("[\ud800-\udfff]")


class ApiRefused(Exception):
    """An answer of `terminals.refusals`; `facts` join its body (a field's name, the server's time).

    `terminal` only where it has proved who it is: it is told of bulletins of its branch.
    """

    def __init__(self, code: str, *, terminal: Terminal | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.terminal, self.facts = code, terminal, facts


def refusal_response(code: str, *, terminal: Terminal | None = None, **facts: Any) -> HttpResponse:
    """The answer, in view of what the bank has announced."""
    return sent_refusal(REFUSALS[code].status, error_body(code, **facts), terminal=terminal)


def sent_refusal(status: int, body: dict[str, Any], *, terminal: Terminal | None = None) -> HttpResponse:
    """A refusal on its way out, with its notice, and Retry-After where it is worth coming back."""
    if body["error"]["code"] != "unavailable":
        status, body = in_view_of_bulletins(status, body, terminal=terminal, now=clock.now())
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    if retry_after := body["error"].get("retry_after"):
        response.headers["Retry-After"] = str(retry_after)
    return response


def for_devices(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view as devices meet it: no session, no cookie, no CSRF; JSON in and out; our own trouble is 503, never 97."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.user = AnonymousUser()
        try:
            _insist_on_sound_body(request)
            response = view(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - a device must get an answer it can show
            response = response_to(error)
        if response.status_code == 405:
            allowed = response.headers.get("Allow", "")
            response = refusal_response("method_not_allowed")
            response.headers["Allow"] = allowed
        response.headers["Cache-Control"] = "no-store"
        return response

    return answered


def response_to(error: Exception) -> HttpResponse:
    """What a device is told of an exception."""
    match error:
        case ApiRefused():
            return refusal_response(error.code, terminal=error.terminal, **error.facts)
        case OperationalError() | InterfaceError():
            log.warning("device_api_unavailable", error=type(error).__name__)
            return refusal_response("unavailable", retry_after=RETRY_AFTER_TROUBLE_S)
        case RequestDataTooBig():
            return refusal_response("body_too_large")
    log.error("device_api_fault", exc_info=error)
    return refusal_response("fault")


def no_such_address(request: HttpRequest) -> HttpResponse:
    return refusal_response("not_found")


def _insist_on_sound_body(request: HttpRequest) -> None:
    """Small, JSON in UTF-8, an object without NUL, deep nests, repeated names or numbers that are none."""
    declared = request.headers.get("Content-Length") or "0"
    if not declared.isascii() or not declared.isdigit() or int(declared[:12]) > LARGEST_BODY:
        raise ApiRefused("body_too_large")
    body = request.body
    if len(body) > LARGEST_BODY:
        raise ApiRefused("body_too_large")
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type != "application/json" or charset not in ("utf-8", "utf8"):
        raise ApiRefused("not_json")
    try:
        content = json.loads(body.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ApiRefused("malformed") from None
    if not isinstance(content, dict) or not _is_sound(content, DEEPEST_BODY):
        raise ApiRefused("malformed")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a name stands twice")
    return content


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _is_sound(content: Any, levels: int) -> bool:
    if isinstance(content, str):
        return "\x00" not in content and not SURROGATE.search(content)
    if isinstance(content, dict):
        return levels > 0 and all(_is_sound(k, 1) and _is_sound(v, levels - 1) for k, v in content.items())
    if isinstance(content, list):
        return levels > 0 and all(_is_sound(item, levels - 1) for item in content)
    return True
