"""The one reader of what codes on screens mean: the device API, the self-check, the help pages and the desks ask here."""

from __future__ import annotations

from functools import cache

from django.db.models import Q, QuerySet

from config.privacy import plaintext
from config.privacy.identifiers import normalise
from terminals.models import ResponseCode
from terminals.models.response_code import UNIONPAY
from terminals.reference import codes_of_the_house

FOR_ANYBODY = (
    "meaning_zh",
    "meaning_en",
    "screen_text",
    "merchant_step_zh",
    "merchant_step_en",
)
FOR_STAFF = (*FOR_ANYBODY, "bank_step_zh", "bank_step_en", "sub_reasons_zh", "sub_reasons_en")
LONGEST_CODE = 4
MOST_WORDS = 5


def read_code(code: str, *, code_set: str = UNIONPAY) -> ResponseCode | None:
    """The row of a code as it stands, with its `version`, however the code was typed; None where it is not listed."""
    text = code_in(code)
    return ResponseCode.objects.filter(code_set=code_set, code=text).first() if text else None


def read_code_for_device(code: str) -> ResponseCode:
    """The row of a UnionPay code; where it cannot be read, as the house came with it."""
    try:
        found = read_code(code)
    except Exception:  # noqa: BLE001 - a device must get an answer it can show, above all when we are in trouble
        found = None
    return found or _of_the_house()[code]


def search_codes(text: str) -> QuerySet[ResponseCode]:
    """What a visitor finds: the code that was typed, in every code set; where it is none, the codes whose words hold every word."""
    typed = plaintext.search_text(text)
    found = ResponseCode.objects.filter(code=code_in(typed))
    if not found.exists():
        found = ResponseCode.objects.filter(holding(typed, FOR_ANYBODY)) if typed else found
    return found


def code_in(text: str) -> str:
    """The code that somebody typed, in the spelling of the table, or "" where it can be none."""
    normal = normalise(text[: LONGEST_CODE * 4])
    return normal if len(normal) <= LONGEST_CODE and normal.isascii() and normal.isalnum() else ""


def holding(text: str, columns: tuple[str, ...]) -> Q:
    """Rows of which, for each word of the text, one of the columns holds it."""
    condition = Q()
    for word in text.split()[:MOST_WORDS]:
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": word})
        condition &= anywhere
    return condition


@cache
def _of_the_house() -> dict[str, ResponseCode]:
    rows = (ResponseCode(**words) for words in codes_of_the_house())
    return {row.code: row for row in rows if row.code_set == UNIONPAY}
