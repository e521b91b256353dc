"""Merchant category codes of ISO 18245, with the English names of the published lists."""

from functools import cache

import iso18245


def categories() -> list[tuple[str, str]]:
    """Every known category as (code, English name), in order of code. Chinese names are the merchants room's data."""
    return list(_names().items())


def is_category(code: str) -> bool:
    """Whether the code is in one of the published lists."""
    return code in _names()


@cache
def _names() -> dict[str, str]:
    # Private-use codes (airlines, hotels) are named by the card schemes only
    return {
        entry.mcc: next(
            name
            for name in (
                entry.iso_description,
                entry.usda_description,
                entry.visa_description,
                entry.mastercard_description,
                entry.amex_description,
                entry.stripe_description,
            )
            if name
        )
        for entry in iso18245.get_all_mccs()
    }
