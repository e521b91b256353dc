"""A device as the API meets it: it activates, and signs what it sends afterwards."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.test import Client

from config.kernel import clock
from terminals.signing import signature

ACTIVATIONS = "/api/v1/activations"
ME = "/api/v1/terminals/me"


def post(body: Any, *, client: Client | None = None, **headers: str):
    """POST to /activations; `body` is JSON data or raw bytes."""
    client = client or Client(raise_request_exception=False)
    return client.post(ACTIVATIONS, body, content_type="application/json", headers=headers)


@dataclass
class Device:
    key_id: str
    secret: str
    sequence: int = 0

    def headers(
        self, *, path: str = ME, at: datetime | None = None, sequence: int | None = None
    ) -> dict[str, str]:
        """Signed headers for a GET; the sequence goes on by itself."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        said = {
            "key_id": self.key_id,
            "timestamp": str(int((at or clock.now()).timestamp())),
            "sequence": str(sequence),
        }
        signed = signature(b64decode(self.secret), method="GET", path=path, body=b"", **said)
        return {
            "X-Key-Id": said["key_id"],
            "X-Timestamp": said["timestamp"],
            "X-Sequence": said["sequence"],
            "X-Signature": signed,
        }

    def me(self, **given: Any):
        return Client(raise_request_exception=False).get(ME, headers=self.headers(**given))
