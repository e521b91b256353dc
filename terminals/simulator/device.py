"""A device as the bank's host meets it: it speaks the public API over HTTP and knows nothing else of the portal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

PATIENCE_S = 10
ACTIVATIONS = "/api/v1/activations"


@dataclass(frozen=True)
class Reply:
    """What the host answered: HTTP status and JSON body. Status 0 is no answer at all."""

    status: int
    body: dict[str, Any]

    @property
    def error(self) -> dict[str, Any]:
        return self.body.get("error", {})


def activate(origin: str, *, serial_number: str, registration_code: str, key: str) -> Reply:
    """Ask the host at `origin` to make this device live. The same key gives the first answer again."""
    body = json.dumps({"serial_number": serial_number, "registration_code": registration_code}).encode()
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    request = Request(origin + ACTIVATIONS, data=body, headers=headers, method="POST")  # noqa: S310 - our own origin
    try:
        with urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
            return Reply(answer.status, json.load(answer))
    except HTTPError as refusal:
        with refusal:
            return Reply(refusal.code, _json(refusal.read()))
    except (URLError, HTTPException, TimeoutError, ValueError):
        return Reply(0, {})


def _json(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
