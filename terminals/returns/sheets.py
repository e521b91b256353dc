"""What the receipt of a return says on its sheet, from the facts that it keeps."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.kernel.clock import local_date
from config.kernel.templatetags.formats import dash, day, moment
from terminals.returns.models import ReturnReceipt
from terminals.returns.receipts import KIND, facts_of
from terminals.sheets import Line, Pieces, Sheet


def receipt_sheet(receipt: ReturnReceipt, *, url: str) -> Sheet:
    """The receipt in the language in force; `url` is where the paper is found genuine."""
    facts = facts_of(receipt)
    return Sheet(
        title=str(KIND),
        on=local_date(receipt.issued_at),
        number=(_("Receipt number"), facts["number"]),
        lines=(
            Line(_("Merchant name"), facts["merchant_name"]),
            Line(_("Merchant number"), figures=facts["merchant_number"]),
            Line(_("Terminal number"), figures=facts["terminal_number"]),
            Line(_("Model and serial number"), facts["model"], facts["serial_number"]),
            Line(_("Return number"), figures=facts["return_number"]),
            Line(_("Received on"), figures=facts["received_on"]),
            Line(_("Data on the device"), _data_on_the_device(facts)),
            Line(_("Branch"), facts["branch"]),
        ),
        pieces=Pieces(
            _("What came back"),
            (
                _("Piece"),
                pgettext("pieces", "Handed out"),
                pgettext("pieces", "Received"),
                pgettext("pieces", "Missing"),
                _("Condition"),
            ),
            tuple(_row(line) for line in facts["lines"]),
        ),
        sentences=(_what_the_bank_says(facts), _whether_confirmed(facts)),
        url=url,
        caption=_("Scan to check this receipt"),
        alt=_("QR code to check that this receipt is genuine"),
        signed=(
            _("For the bank: %(name)s, %(when)s") % {"name": facts["clerk"], "when": day(receipt.issued_at)},
            _("Merchant's signature: ____________________"),
        ),
    )


def _row(line: dict[str, Any]) -> tuple[str, ...]:
    piece = f"{line['piece']} {line['serial_number']}".strip()
    counts = (str(line[name]) for name in ("expected", "received", "missing"))
    condition = dash(line["condition"])
    return (piece, *counts, f"{condition}{_(', ')}{line['remark']}" if line["remark"] else condition)


def _data_on_the_device(facts: dict[str, Any]) -> str:
    if facts["keys_destroyed"] and facts["log_cleared"]:
        return _("keys destroyed, transaction log cleared")
    return _("to be wiped by the bank at the inspection")


def _what_the_bank_says(facts: dict[str, Any]) -> str:
    if facts["is_inspection"]:
        return _("The device is the merchant's own. It was inspected and is handed back.")
    return _("The bank has received what is listed above.")


def _whether_confirmed(facts: dict[str, Any]) -> str:
    if facts["confirmed_at"]:
        when = moment(facts["confirmed_at"])
        return _("Confirmed by the merchant in the portal on %(when)s.") % {"when": when}
    return _("Not confirmed by the merchant yet.")
