"""What the published document says of the device routes: bodies, headers and refusals."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict


class Strict(Schema):
    model_config = ConfigDict(extra="forbid", strict=True)


class Location(Strict):
    """Where the device believes it is. The system is needed: WGS-84 and GCJ-02 differ by 100 to 700 metres."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    coord_system: Literal["wgs84", "gcj02"]


class ActivationIn(Strict):
    serial_number: str = Field(min_length=1, max_length=60, examples=["P2A004172236"])
    registration_code: str = Field(min_length=1, max_length=20, examples=["4071 9352 8616"])
    app_version: str = Field(default="", max_length=20)
    location: Location | None = None


class NoticeOut(Schema):
    """What the bank has announced and touches this terminal now: a planned upgrade or a fault, in both languages.

    It is of the moment of the answer, and not part of what an Idempotency-Key gives again.
    """

    number: str = Field(examples=["GG-20260911-004172"])
    kind: Literal["upgrade", "fault"]
    title: str
    title_en: str
    text: str
    text_en: str
    starts_at: datetime
    expected_end_at: datetime | None = Field(description="null: not known yet")
    is_late: bool = Field(description="it runs still, though the expected end has passed")


NOTICE: Any = Field(default=None, description="only while a bulletin touches the terminal")


class DeviceKeyOut(Schema):
    """The signing key. Replayed under the same Idempotency-Key it comes back for ten minutes, afterwards as null."""

    id: str
    secret: str | None = Field(description="32 bytes in base64")


class ActivationOut(Schema):
    terminal_number: str
    merchant_number: str
    merchant_name: str
    outlet_address: str
    status: Literal["active"]
    device_key: DeviceKeyOut
    report_every_s: int
    notice: NoticeOut | None = NOTICE


class TerminalOut(Schema):
    terminal_number: str
    merchant_number: str
    merchant_name: str
    outlet_address: str
    status: str
    allowed: list[str] = Field(description="what the terminal may still do")
    limit_single_fen: int
    limit_day_fen: int
    server_time: datetime
    report_every_s: int
    notice: NoticeOut | None = NOTICE


class Refusal(Schema):
    code: str
    response_code: str = Field(description="what the screen shows, as in field 39")
    message: str = Field(description="which cause of the code it was")
    message_en: str
    next_step: str = Field(description="what to do about it")
    next_step_en: str
    screen_text: str = Field(description="the words that belong to the code, for the screen")
    meaning: str = Field(description="what the code means, as the help page says")
    meaning_en: str
    general_step: str = Field(description="what to do about the code, whatever its cause")
    general_step_en: str
    code_version: int = Field(description="the version of the table's row that these words are from")
    help_page: str = Field(description="path of the page that explains the code")
    field: str | None = Field(default=None, description="the field that is not well formed")
    retry_after: int | None = Field(default=None, description="seconds, as in Retry-After")
    server_time: str | None = None
    last_sequence: int | None = None


class RefusalOut(Schema):
    """While the bank has announced a fault that shows the code of a refusal, the refusal is `announced` (503, Retry-After)."""

    error: Refusal
    notice: NoticeOut | None = NOTICE


def refusals(*statuses: int) -> dict[int, type[Schema]]:
    """The refusals of a route, for its document: its own, and those every route may give."""
    return dict.fromkeys((*statuses, 400, 405, 413, 429, 500, 503), RefusalOut)


def header(name: str, description: str, *, required: bool, **schema: Any) -> dict[str, Any]:
    """A request header, for the document. The headers are read where they are judged."""
    return {
        "in": "header",
        "name": name,
        "required": required,
        "description": description,
        "schema": {"type": "string", **schema},
    }


IDEMPOTENCY_KEY = header(
    "Idempotency-Key",
    "The same key with the same body gives the first answer again for 24 hours.",
    required=False,
    pattern="^[!-~]{1,64}$",
)
SIGNATURE_HEADERS = [
    header("X-Key-Id", "The key given at activation.", required=True, pattern="^[0-9a-f]{16}$"),
    header("X-Timestamp", "Unix seconds; five minutes either way.", required=True, pattern="^[0-9]{1,11}$"),
    header("X-Sequence", "Higher than every one before.", required=True, pattern="^[1-9][0-9]{0,17}$"),
    header(
        "X-Signature",
        "HMAC-SHA256 in hexadecimal over method, path, key id, timestamp, sequence and the SHA-256 of the body, one per line.",
        required=True,
        pattern="^[0-9a-f]{64}$",
    ),
]
