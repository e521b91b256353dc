"""Identifiers of organisations and places. Sources: GB 32100 (USCC), GB/T 2260 (divisions), ISO 18245 (MCC)."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.cn import uscc as stdnum_uscc

from config.privacy import divisions
from config.privacy.identifiers.check import Check
from config.privacy.mcc import is_category

ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
DIGITS_AND_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _uscc_problem(value: str, on: date) -> str:
    if value[-1] == stdnum_uscc.calc_check_digit(value):
        return ""
    return _(
        "The last character does not fit the others: one is mistyped or two are swapped. Compare the code with the licence character by character."
    )


def _uscc_doubt(value: str, on: date) -> str:
    if value[0] == "0":
        return _("No registration authority has the first character 0. Compare the code with the licence.")
    if not divisions.is_known(value[2:8]) and value[2:8] != "100000":
        return _("Characters 3 to 8 are no place in China. Compare the code with the licence.")
    weighed = sum(
        DIGITS_AND_LETTERS.index(char) * weight
        for char, weight in zip(value[8:16], ORGANISATION_WEIGHTS, strict=True)
    )
    if value[16] != "0123456789X0"[(11 - weighed % 11)]:
        return _(
            "Characters 9 to 17 do not fit each other as an organisation code. Compare the code with the licence."
        )
    return ""


uscc = Check(
    name="uscc",
    label=gettext_lazy("Unified social credit code"),
    # GB 32100 leaves out I, O, S, V and Z; the first character may also be A (armed forces), N (rural) or Y (others)
    shape=r"[0-9ANY][0-9A-HJ-NP-RTUWXY][0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}",
    advice=gettext_lazy(
        "Enter the 18 characters of the unified social credit code on the current licence. It has no I, O, S, V or Z: check 1, 0, 5 and 2. "
        "A 15-digit registration number is the old one."
    ),
    max_length=18,
    rule=_uscc_problem,
    doubt=_uscc_doubt,
)


def _division_problem(value: str, on: date) -> str:
    if divisions.is_known(value):
        return ""
    return _("This code is no province, city or county. Choose the place from the list.")


def _division_doubt(value: str, on: date) -> str:
    if divisions.is_valid_in(value, year=on.year):
        return ""
    return _("This place no longer exists under this code. Choose today's place from the list.")


division = Check(
    name="division",
    label=gettext_lazy("Administrative division"),
    shape=r"[0-9]{6}",
    advice=gettext_lazy(
        "Enter the 6 digits of the administrative division, or choose the place from the list."
    ),
    max_length=6,
    rule=_division_problem,
    doubt=_division_doubt,
    inputmode="numeric",
)


def _mcc_problem(value: str, on: date) -> str:
    return (
        ""
        if is_category(value)
        else _("There is no merchant category with this code. Choose the category from the list.")
    )


mcc = Check(
    name="mcc",
    label=gettext_lazy("Merchant category code"),
    shape=r"[0-9]{4}",
    advice=gettext_lazy(
        "Enter the 4 digits of the merchant category code, or choose the category from the list."
    ),
    max_length=4,
    rule=_mcc_problem,
    inputmode="numeric",
)
