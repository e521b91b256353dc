"""Cards, accounts and bank codes. Sources: ISO/IEC 7812 (card numbers), PBoC CNAPS (bank codes)."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum import luhn

from config.privacy.identifiers.check import Check


def _bank_card_doubt(value: str, on: date) -> str:
    # Some old debit cards fail Luhn: the test transfer decides, not we
    if luhn.is_valid(value):
        return ""
    return _(
        "The last digit does not fit the others. Compare the number with the card; some old debit cards are exceptions."
    )


bank_card = Check(
    name="bank_card",
    label=gettext_lazy("Bank card number"),
    shape=r"(?=0*[1-9])[0-9]{13,19}",
    advice=gettext_lazy("Enter the 13 to 19 digits on the front of the bank card."),
    max_length=19,
    doubt=_bank_card_doubt,
    inputmode="numeric",
)

corporate_account = Check(
    name="corporate_account",
    label=gettext_lazy("Corporate account number"),
    # NRA and free-trade accounts begin with up to three letters; corporate accounts carry no Luhn digit
    shape=r"[A-Z]{0,3}(?=0*[1-9])[0-9]{6,29}",
    advice=gettext_lazy(
        "Enter the account number on the account opening certificate: 6 to 29 digits, sometimes after 3 letters."
    ),
    max_length=32,
)

cnaps = Check(
    name="cnaps",
    label=gettext_lazy("CNAPS bank code"),
    shape=r"(?=0*[1-9])[0-9]{12}",
    advice=gettext_lazy(
        "Enter the 12 digits of the bank's CNAPS code; the bank that keeps the account can tell it."
    ),
    max_length=12,
    inputmode="numeric",
)
