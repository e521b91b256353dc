"""Sessions in the database, sealed: while somebody signs up or resets a password theirs holds the number they typed."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from config.accounts.models import BrowserSession
from config.privacy.sealing import SealBroken, seal, unseal

CONTEXT = "django_session.session_data"
DEVICE = "device"


class SessionStore(DatabaseStore):
    """As Django's own; what is in the row cannot be read without a field key. A row that cannot be opened is an empty session.

    Beside it the row says whose session it is and on what device, in every row that is written.
    """

    @classmethod
    def get_model_class(cls) -> type[BrowserSession]:
        return BrowserSession

    def create_model_instance(self, data: dict[str, Any]) -> BrowserSession:
        row = cast("BrowserSession", super().create_model_instance(data))
        row.user_id = data.get(SESSION_KEY)
        row.device = data.get(DEVICE, "")
        return row

    def encode(self, session_dict: dict[str, Any]) -> str:
        return b64encode(seal(super().encode(session_dict).encode(), context=CONTEXT)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            opened = unseal(b64decode(session_data, validate=True), context=CONTEXT)
        except (SealBroken, ValueError):
            return {}
        return super().decode(opened.decode())
