"""Invented numbers with right check digits. Whoever finds one that belongs to somebody has found a coincidence."""

from __future__ import annotations

from datetime import date

from stdnum import luhn
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from config.privacy.identifiers.organisations import DIGITS_AND_LETTERS, ORGANISATION_WEIGHTS


def resident_id(place: str, born: date) -> str:
    """GB 11643: county, date of birth, order number, check digit."""
    front = f"{place}{born:%Y%m%d}000"
    return front + mod_11_2.calc_check_digit(front)


def credit_code(authority: str, place: str, body: str) -> str:
    """GB 32100: registration authority and kind (2), county (6), organisation code (8 and its check digit), check digit."""
    weighed = sum(
        DIGITS_AND_LETTERS.index(sign) * weight
        for sign, weight in zip(body, ORGANISATION_WEIGHTS, strict=True)
    )
    front = f"{authority}{place}{body}{'0123456789X0'[11 - weighed % 11]}"
    return front + uscc.calc_check_digit(front)


def card(body: str) -> str:
    """A bank card number with its Luhn digit."""
    return body + luhn.calc_check_digit(body)
