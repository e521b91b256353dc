"""Every refusal of the device API: its HTTP status, the code on the terminal's screen, and words that say what to do.

Response codes as in UnionPay-style field 39: 97 not registered, 03 merchant not registered, 58 stopped or not permitted,
30 the message is malformed, 96 our own trouble. What a code shows, means and asks for is said by its row in the table of
response codes, as on the help page; here stands only which of its causes it was, and a step where that cause has its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from terminals.models import ResponseCode
from terminals.response_codes import read_code_for_device

CHINESE, ENGLISH = "zh-hans", "en"
BAD_MESSAGE = "30"


@dataclass(frozen=True)
class Refusal:
    status: int
    response_code: str
    # Which cause of the code it was.
    message: Promise
    # What to do about this cause; without it, what the table says to do about the code.
    next_step: Promise | None = None


_COMPARE = _(
    "Compare every digit with the slip. After several wrong tries the code locks; a new one is in the portal."
)
_NEW_CODE = _("Open the terminal in the portal, get a new code and type that one.")

REFUSALS: dict[str, Refusal] = {
    # Of an activation
    "code_unknown": Refusal(404, "97", _("Terminal not registered, or the code is not right."), _COMPARE),
    "code_mistyped": Refusal(
        400,
        "30",
        _("One digit of the code is mistyped."),
        _("Compare the code with the slip, group by group, and type it again. This does not count as a try."),
    ),
    "code_expired": Refusal(409, "97", _("The registration code has expired."), _NEW_CODE),
    "code_used": Refusal(
        409,
        "97",
        _("The registration code has been used already."),
        _("If this terminal does not work, call your branch: a code works once."),
    ),
    "code_revoked": Refusal(409, "97", _("A newer code has replaced this one."), _NEW_CODE),
    "code_locked": Refusal(
        409, "97", _("The registration code is locked after too many wrong tries."), _NEW_CODE
    ),
    "serial_mismatch": Refusal(
        409,
        "97",
        _("This code belongs to another one of your terminals."),
        _(
            "Compare the serial number on the slip with the label of the terminal, and take the slip that fits."
        ),
    ),
    "serial_not_in_estate": Refusal(
        409, "97", _("This device is not ready to be activated in the bank's estate.")
    ),
    "serial_active_elsewhere": Refusal(409, "97", _("This device cannot be activated at present.")),
    "merchant_not_active": Refusal(403, "03", _("The merchant is not active at the bank.")),
    "terminal_stopped": Refusal(
        410,
        "58",
        _("This terminal has been stopped."),
        _("It cannot be used again. Please return the device, or register it anew."),
    ),
    "too_many_tries": Refusal(
        429, "97", _("Too many tries from this address."), _("Wait a minute, then type the code again.")
    ),
    "refused": Refusal(409, "97", _("The terminal cannot be activated at present.")),
    # Of a signed request
    "signature_invalid": Refusal(
        401,
        "97",
        _("The signature is missing or not right."),
        _("Activate the terminal again with a new code."),
    ),
    "key_revoked": Refusal(
        401,
        "97",
        _("The key of this device has been replaced."),
        _("Activate the terminal again with a new code."),
    ),
    "clock_skew": Refusal(
        401, "30", _("The clock of the terminal is wrong."), _("Set the clock to the server time given here.")
    ),
    "sequence_used": Refusal(
        409,
        "30",
        _("This sequence number has been used already."),
        _("Send again with a higher sequence number."),
    ),
    # Of any request
    "malformed": Refusal(400, "30", _("The request is not well formed.")),
    "body_too_large": Refusal(413, "30", _("The request is too large.")),
    "not_json": Refusal(415, "30", _("Send JSON as application/json in UTF-8.")),
    "key_malformed": Refusal(
        400, "30", _("The Idempotency-Key is not well formed: 1 to 64 visible ASCII characters.")
    ),
    "key_reused": Refusal(
        422, "30", _("The Idempotency-Key was used for another request."), _("Send with a new key.")
    ),
    "not_found": Refusal(404, "30", _("There is no such address.")),
    "method_not_allowed": Refusal(405, "30", _("This address does not take this method.")),
    "unavailable": Refusal(
        503,
        "96",
        _("The bank's system is busy."),
    ),
    # What the bank has announced (`terminals.api_notices`): never "not registered".
    "announced": Refusal(
        503,
        "96",
        _("The bank's system is being upgraded or has a fault. See the notice."),
        _("Try again at the time given. The terminal stays registered; no new code is needed."),
    ),
    "fault": Refusal(500, "96", _("The bank's system has a fault.")),
}


def error_body(code: str, **facts: Any) -> dict[str, Any]:
    """The answer's body: words in both languages, whatever language the request asks for."""
    refusal = REFUSALS[code]
    row = read_code_for_device(refusal.response_code)
    return {
        "error": {
            "code": code,
            "response_code": refusal.response_code,
            "message": _said(refusal.message, CHINESE),
            "message_en": _said(refusal.message, ENGLISH),
            "next_step": _said(refusal.next_step, CHINESE) or row.merchant_step_zh,
            "next_step_en": _said(refusal.next_step, ENGLISH) or row.merchant_step_en,
            **_of_the_table(row),
            **facts,
        }
    }


def _said(words: Promise | None, language: str) -> str:
    with translation.override(language):
        return "" if words is None else str(words)


def _of_the_table(row: ResponseCode) -> dict[str, Any]:
    return {
        "screen_text": row.screen_text,
        "meaning": row.meaning_zh,
        "meaning_en": row.meaning_en,
        "general_step": row.merchant_step_zh,
        "general_step_en": row.merchant_step_en,
        "code_version": row.version,
        "help_page": reverse("help:article", args=[row.code_set, row.code]),
    }
