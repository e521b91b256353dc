"""An SMS provider behind HTTP: one signed POST per letter, one limit of time for all of it.

    POST <SMS_GATEWAY_URL>
    Content-Type: application/json; charset=utf-8
    Idempotency-Key: <event>
    X-Portal-Timestamp: <seconds since 1970>
    X-Portal-Signature: v1=<hex HMAC-SHA256 under SMS_GATEWAY_KEY of "<timestamp>.<body>">

    {"event": "...", "to": "13800138000", "text": "..."}

Any 2xx whose body arrives whole (it has a length, or comes in chunks) says that the provider has the letter, and for an
event it has had before that it has done nothing more. A letter whose answer was lost is sent again under the same event.
Redirects are not followed. The certificate must be good; SSL_CERT_FILE names the bank's own authorities.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from config.kernel.gateways import GatewayDown, GatewayError, Letter

# Answers that speak of the letter; any other that is no 2xx speaks of the provider or of our key.
LETTER_REFUSED = frozenset({400, 409, 413, 422})
MOST_READ = 64 * 1024


class HttpSmsGateway:
    """Hands SMS to `SMS_GATEWAY_URL` within `SMS_GATEWAY_SECONDS`, however slowly the far side speaks."""

    def send(self, letter: Letter) -> None:
        body = json.dumps(
            {"event": letter.event, "to": letter.address, "text": letter.text}, ensure_ascii=False
        ).encode()
        status = _post(body, event=letter.event)
        if status in LETTER_REFUSED:
            raise GatewayError(f"The SMS gateway refused the message: {status}.")
        if not 200 <= status < 300:
            raise GatewayDown(f"The SMS gateway answered {status}.")


def signature(body: bytes, *, timestamp: str, key: str) -> str:
    """What the far side must find in the header, else somebody else has written or changed the request."""
    mac = hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"v1={mac.hexdigest()}"


def _post(body: bytes, *, event: str) -> int:
    """The status of an answer that arrived whole and in time."""
    address, timestamp = urlsplit(settings.SMS_GATEWAY_URL), str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": event,
        "X-Portal-Timestamp": timestamp,
        "X-Portal-Signature": signature(body, timestamp=timestamp, key=settings.SMS_GATEWAY_KEY),
        "Connection": "close",
    }
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        with _line_to(address) as connection:
            connection.request("POST", target, body, headers)
            response = connection.getresponse()
            is_framed = response.chunked or response.length is not None
            is_long = len(response.read(MOST_READ)) == MOST_READ
    except (OSError, HTTPException) as error:
        raise GatewayDown(f"The SMS gateway did not answer: {type(error).__name__}.") from error
    if not is_framed or (response.length and not is_long):
        raise GatewayDown("The SMS gateway's answer did not arrive whole.")
    return response.status


@contextmanager
def _line_to(address: SplitResult) -> Iterator[HTTPConnection]:
    """A connection that is cut off at the limit, in the middle of a handshake or of a word."""
    host, is_safe, limit = address.hostname or "", address.scheme == "https", settings.SMS_GATEWAY_SECONDS
    port = address.port or (443 if is_safe else 80)
    end = time.monotonic() + limit
    connection = (HTTPSConnection if is_safe else HTTPConnection)(host, port, timeout=limit)
    with socket.create_connection((host, port), timeout=limit) as raw, _cut_off(raw, at=end):
        context = ssl.create_default_context() if is_safe else None
        connection.sock = context.wrap_socket(raw, server_hostname=host) if context else raw
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def _cut_off(raw: socket.socket, *, at: float) -> Iterator[None]:
    """Shut the line at that reading of the monotonic clock. A socket's own limit begins anew with every byte: a slow drip never reaches it.

    The second handle shuts the same line even when TLS has taken the first one over.
    """
    with raw.dup() as handle:
        timer = Timer(max(at - time.monotonic(), 0), partial(_shut, handle))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _shut(handle: socket.socket) -> None:
    with suppress(OSError):  # the far side was faster
        handle.shutdown(socket.SHUT_RDWR)
