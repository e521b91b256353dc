"""How a device proves who it is after its activation: HMAC-SHA256 under the key it was given, and a sequence that only rises.

Signed are, one per line: method, path with query, key id, timestamp, sequence, and the SHA-256 of the body in hexadecimal.
The headers are X-Key-Id, X-Timestamp (Unix seconds), X-Sequence and X-Signature (hexadecimal).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime

from terminals.api_errors import ApiRefused
from terminals.models import DeviceKey, Terminal

CLOCK_TOLERANCE_S = 300
# An unknown key costs the same work as a known one.
NO_SECRET = bytes(32)
KEY_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
TIMESTAMP = re.compile(r"[0-9]{1,11}", re.ASCII)
SEQUENCE = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
SIGNATURE = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class SignedRequest:
    """What was signed, as it arrived."""

    method: str
    path: str
    key_id: str
    timestamp: str
    sequence: str
    signature: str
    body: bytes

    @classmethod
    def of(cls, request) -> SignedRequest:
        return cls(
            method=request.method,
            path=request.get_full_path(),
            key_id=request.headers.get("X-Key-Id", ""),
            timestamp=request.headers.get("X-Timestamp", ""),
            sequence=request.headers.get("X-Sequence", ""),
            signature=request.headers.get("X-Signature", "").lower(),
            body=request.body,
        )

    def is_well_formed(self) -> bool:
        shapes = (
            (KEY_ID, self.key_id),
            (TIMESTAMP, self.timestamp),
            (SEQUENCE, self.sequence),
            (SIGNATURE, self.signature),
        )
        return all(shape.fullmatch(text) for shape, text in shapes)

    def signature_under(self, secret: bytes) -> str:
        return signature(
            secret,
            method=self.method,
            path=self.path,
            key_id=self.key_id,
            timestamp=self.timestamp,
            sequence=self.sequence,
            body=self.body,
        )


def signature(
    secret: bytes, *, method: str, path: str, key_id: str, timestamp: str, sequence: str, body: bytes
) -> str:
    """The signature a device puts into X-Signature."""
    lines = [method, path, key_id, timestamp, sequence, hashlib.sha256(body).hexdigest()]
    return hmac.new(secret, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def signed_terminal(signed: SignedRequest, *, now: datetime) -> Terminal:
    """The terminal that sent this, its sequence number used up.

    Raises `ApiRefused`. Only who holds the key learns more than `signature_invalid`: that the terminal is stopped (410), the
    key replaced, the clock wrong (with the server's time) or the sequence used (with the last one).
    """
    if not signed.is_well_formed():
        raise ApiRefused("signature_invalid")
    key = (
        DeviceKey.objects.filter(key_id=signed.key_id)
        .select_related("terminal__merchant", "terminal__outlet__division", "terminal__branch")
        .first()
    )
    secret = b64decode(key.secret) if key else NO_SECRET
    is_right = hmac.compare_digest(signed.signature_under(secret), signed.signature)
    if key is None or not is_right:
        raise ApiRefused("signature_invalid")
    if key.terminal.status in Terminal.ENDED:
        raise ApiRefused("terminal_stopped", terminal=key.terminal)
    if key.revoked_at is not None:
        raise ApiRefused("key_revoked", terminal=key.terminal)
    if abs(int(signed.timestamp) - int(now.timestamp())) > CLOCK_TOLERANCE_S:
        raise ApiRefused("clock_skew", server_time=now.isoformat(timespec="seconds"))
    if not _use_up(key, int(signed.sequence)):
        key.refresh_from_db(fields=["last_sequence"])
        raise ApiRefused("sequence_used", last_sequence=key.last_sequence)
    return key.terminal


def _use_up(key: DeviceKey, sequence: int) -> bool:
    """One statement decides who was first with this sequence number, whoever else is asking at this moment."""
    live = DeviceKey.objects.filter(pk=key.pk, revoked_at=None, last_sequence__lt=sequence)
    return live.update(last_sequence=sequence) == 1
