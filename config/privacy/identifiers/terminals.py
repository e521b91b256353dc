"""Identifiers of terminals and what they send. Sources: ISO 8583 fields 11, 37, 41, 42 as used by UnionPay."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum import luhn

from config.privacy.identifiers.check import Check
from config.privacy.mcc import is_category


def _merchant_number_doubt(value: str, on: date) -> str:
    # The area in the middle is a CNAPS region, not GB/T 2260: it is not checked
    if is_category(value[7:11]):
        return ""
    return _("Digits 8 to 11 of the merchant number are no known merchant category.")


merchant_number = Check(
    name="merchant_number",
    label=gettext_lazy("Merchant number"),
    shape=r"[0-9]{11}[0-9A-Z]{4}",
    advice=gettext_lazy(
        "Enter the 15 characters of the merchant number on a receipt: 11 digits, then 4 digits or letters."
    ),
    max_length=15,
    doubt=_merchant_number_doubt,
)

terminal_number = Check(
    name="terminal_number",
    label=gettext_lazy("Terminal number"),
    shape=r"[0-9A-Z]{8}",
    advice=gettext_lazy("Enter the 8 digits or letters of the terminal number on a receipt."),
    max_length=8,
)

serial_number = Check(
    name="serial_number",
    label=gettext_lazy("Serial number"),
    shape=r"[0-9A-Z]{6,50}",
    advice=gettext_lazy("Enter the serial number on the label of the terminal: 6 to 50 digits and letters."),
    max_length=50,
)


def _registration_code_problem(value: str, on: date) -> str:
    return (
        ""
        if luhn.is_valid(value)
        else _("One digit is mistyped. Compare the code with the slip, group by group.")
    )


registration_code = Check(
    name="registration_code",
    label=gettext_lazy("Registration code"),
    shape=r"[0-9]{12}",
    advice=gettext_lazy("Enter the 12 digits of the registration code on the slip, three groups of four."),
    max_length=12,
    rule=_registration_code_problem,
    inputmode="numeric",
    autocomplete="one-time-code",
)

stan = Check(
    name="stan",
    label=gettext_lazy("Trace number"),
    shape=r"(?=0*[1-9])[0-9]{6}",
    advice=gettext_lazy("Enter the 6 digits of the trace number on the receipt, 000001 to 999999."),
    max_length=6,
    inputmode="numeric",
)

batch_number = Check(
    name="batch_number",
    label=gettext_lazy("Batch number"),
    shape=r"(?=0*[1-9])[0-9]{6}",
    advice=gettext_lazy("Enter the 6 digits of the batch number on the slip of the settlement."),
    max_length=6,
    inputmode="numeric",
)

rrn = Check(
    name="rrn",
    label=gettext_lazy("Reference number"),
    shape=r"[0-9A-Z]{12}",
    advice=gettext_lazy("Enter the 12 digits or letters of the reference number on the receipt."),
    max_length=12,
)
