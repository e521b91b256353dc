"""What a code on the screen means, from the table that the help line keeps."""

from terminals.models import ResponseCode

CODE_SET = "unionpay"
# Answers of the bank that issued the card: about its account, its validity, its PIN, or to retain it. The terminal is all right.
CARD_CODES = frozenset({"04", "05", "07", "34", "35", "37", "41", "43", "51", "54", "55", "57", "75"})


def meaning_of(code: str) -> ResponseCode | None:
    """The row of this code, or None where the table does not know it."""
    return ResponseCode.objects.filter(code_set=CODE_SET, code=code).first() if code else None


def is_about_the_card(code: str) -> bool:
    return code in CARD_CODES
