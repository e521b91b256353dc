"""Rules about the business itself: its names, licence, trade and addresses."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from config.privacy.identifiers import uscc
from merchants.particulars import MerchantType

Finding = tuple[str, str]

SHORTEST_ADDRESS, LONGEST_ADDRESS = 5, 120
SHORTEST_TRADING_NAME, LONGEST_TRADING_NAME = 2, 20
# Printed on every receipt: what a receipt printer has no glyph for stays out.
TRADING_NAME_SIGNS = frozenset(" ()（）·-&'.")
# GB 32100: the first two characters say who registered the organisation and as what.
USCC_PREFIXES = {
    MerchantType.ENTERPRISE: ("91",),
    MerchantType.SOLE_TRADER: ("92",),
    MerchantType.RURAL_COOPERATIVE: ("93", "N"),
    MerchantType.INSTITUTION: ("1", "2", "3", "4", "6", "7", "A"),
    MerchantType.SOCIAL_ORGANISATION: ("5", "8"),
}


def problems(particulars, *, on: date, licence_margin: timedelta) -> Iterator[Finding]:
    if not particulars.merchant_type:
        yield "merchant_type", _("Choose the type of merchant.")
    if not particulars.is_micro and not particulars.registered_name:
        yield "registered_name", _("Enter the name exactly as on the licence.")
    if sentence := trading_name_problem(particulars.trading_name):
        yield "trading_name", sentence
    yield from _uscc_problems(particulars, on=on)
    if not particulars.is_micro:
        yield from _licence_problems(particulars, on=on, margin=licence_margin)
        if not particulars.business_scope:
            yield "business_scope", _("Enter the business scope as on the licence.")
    yield from _category_problems(particulars)
    yield from _place_problems(particulars, "registered")
    yield from _place_problems(particulars, "business")


def doubts(particulars, *, on: date) -> Iterator[Finding]:
    if particulars.uscc:
        yield "uscc", uscc.warning(particulars.uscc, on=on)
        expected = USCC_PREFIXES.get(particulars.merchant_type, ())
        if expected and not particulars.uscc.startswith(expected):
            yield "uscc", _("The beginning of the credit code does not fit this type of merchant.")
    usual = f"商户_{particulars.responsible_name}"
    if particulars.is_micro and particulars.registered_name not in ("", usual):
        yield "registered_name", _("A micro merchant is usually booked as 商户_ and the person's name.")
    ends = particulars.licence_to
    if ends and not particulars.licence_is_long_term and on <= ends < on + timedelta(days=90):
        yield "licence_to", _("The licence expires within 90 days.")


def trading_name_problem(name: str) -> str:
    """2 to 20 characters that a receipt printer can print."""
    if not name:
        return _("Enter the trading name; it is printed on receipts.")
    if not SHORTEST_TRADING_NAME <= len(name) <= LONGEST_TRADING_NAME:
        return _("The trading name has 2 to 20 characters. Shorten or complete it.")
    odd = sorted(
        {
            sign
            for sign in name
            if unicodedata.category(sign)[0] not in "LN" and sign not in TRADING_NAME_SIGNS
        }
    )
    if odd:
        return _("The trading name is printed on receipts. Leave out %(signs)s.") % {"signs": " ".join(odd)}
    return ""


def _uscc_problems(particulars, *, on: date) -> Iterator[Finding]:
    if particulars.is_micro:
        if particulars.uscc:
            yield (
                "uscc",
                _("A micro merchant has no licence. Leave the credit code empty, or choose another type."),
            )
    elif not particulars.uscc:
        yield "uscc", _("Enter the 18 characters of the unified social credit code on the licence.")
    elif sentence := uscc.problem(particulars.uscc, on=on):
        yield "uscc", sentence


def _licence_problems(particulars, *, on: date, margin: timedelta) -> Iterator[Finding]:
    begins, ends = particulars.licence_from, particulars.licence_to
    if begins is None:
        yield "licence_from", _("Enter the first day of the licence.")
    elif begins > on:
        yield "licence_from", _("The licence is not in force yet. Compare the date with the licence.")
    if particulars.licence_is_long_term:
        return
    if ends is None:
        yield "licence_to", _("Enter the last day of the licence, or mark it as without end date.")
    elif begins and ends <= begins:
        yield "licence_to", _("The licence ends before it begins. Compare both dates with the licence.")
    elif ends < on:
        yield "licence_to", _("The licence has expired. Renew it first, then enter the new dates.")
    elif ends < on + margin:
        yield (
            "licence_to",
            _("The licence expires in less than 30 days. Renew it first, then enter the new dates."),
        )


def _category_problems(particulars) -> Iterator[Finding]:
    if particulars.category_id is None:
        yield "category", _("Choose the merchant category.")
    elif not particulars.category.is_served:
        yield (
            "category",
            _("The bank does not serve this category. Choose the one that fits your trade, or ask us."),
        )


def _place_problems(particulars, which: str) -> Iterator[Finding]:
    division, address = getattr(particulars, f"{which}_division"), getattr(particulars, f"{which}_address")
    if division is None:
        yield f"{which}_division", _("Choose province, city and county.")
    elif division.is_divided:
        yield f"{which}_division", _("Choose the county or district too.")
    if not address:
        yield f"{which}_address", _("Enter street, number and room.")
    elif not SHORTEST_ADDRESS <= len(address) <= LONGEST_ADDRESS:
        yield f"{which}_address", _("The address has 5 to 120 characters. Enter street, number and room.")
