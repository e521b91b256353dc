"""What a code on the screen means, from the table that the help line keeps."""

from terminals.models import ResponseCode
from terminals.response_codes import read_code


def meaning_of(code: str) -> ResponseCode | None:
    """The row of this code, or None where the table does not know it."""
    return read_code(code) if code else None


def is_about_the_card(code: str) -> bool:
    """Whether the answer comes from the bank that issued the card: the terminal is all right."""
    row = meaning_of(code)
    return row is not None and row.is_about_card
