"""Sessions in the database, sealed: while somebody signs up or resets a password theirs holds the number they typed."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from config.privacy.sealing import SealBroken, seal, unseal

CONTEXT = "django_session.session_data"


class SessionStore(DatabaseStore):
    """As Django's own; what is in the row cannot be read without a field key. A row that cannot be opened is an empty session."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        return b64encode(seal(super().encode(session_dict).encode(), context=CONTEXT)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            opened = unseal(b64decode(session_data, validate=True), context=CONTEXT)
        except (SealBroken, ValueError):
            return {}
        return super().decode(opened.decode())
