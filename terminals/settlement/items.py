"""What has to be clear before a terminal ends or changes its device: one table, whoever or whatever finds it out.

Today people confirm each item from the host's reports; evidence that is computed fills the same items.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Code(models.TextChoices):
    BATCH = "batch", _("Last batch settled and balanced")
    UPLOAD = "upload", _("Upload of the batch ended")
    REVERSALS = "reversals", _("No reversal pending")
    OFFLINE = "offline", _("No sale offline or unsent")
    PREAUTH = "preauth", _("No pre-authorisation open")
    PAYOUT = "payout", _("Paid out and booked")


class Reason(models.TextChoices):
    STOP = "stop", _("Stop of the terminal")
    SWAP = "swap", _("Replacement of its device")
    BY_HAND = "by_hand", _("Settled by hand after an emergency stop")


@dataclass(frozen=True)
class Asked:
    """One row: what is said while the item is open, and what its evidence names.

    `of_device`: it lies on the device, so a replacement asks for it too, and where the device is lost or broken it may be
    settled from the host's totals. `is_money`: it names an amount.
    """

    open: Promise
    evidence: Promise
    of_device: bool = False
    is_money: bool = False


ITEMS: dict[Code, Asked] = {
    Code.BATCH: Asked(
        _("The last batch is not settled and balanced."),
        _("Batch number, and the host's entry that says it is balanced."),
        of_device=True,
        is_money=True,
    ),
    Code.UPLOAD: Asked(
        _("The upload of the last batch has not ended."),
        _("The host's end of upload: 207, or 202 and how each difference was resolved."),
        of_device=True,
    ),
    Code.REVERSALS: Asked(
        _("It is not confirmed that no reversal is pending."),
        _("The host's list of reversals, with its date."),
        of_device=True,
    ),
    Code.OFFLINE: Asked(
        _("It is not confirmed that no sale is offline or unsent."),
        _("What the device or the host says of unsent sales, with its date."),
        of_device=True,
    ),
    Code.PREAUTH: Asked(
        _("It is not confirmed that no pre-authorisation is open."),
        _("The host's list of pre-authorisations: each completed or voided."),
    ),
    Code.PAYOUT: Asked(
        _("The last payout has not been booked."),
        _("Booking reference and day of the payout."),
        is_money=True,
    ),
}
OF_DEVICE = tuple(code for code, asked in ITEMS.items() if asked.of_device)
OF_MONEY = tuple(code for code, asked in ITEMS.items() if asked.is_money)


def codes_for(reason: str) -> tuple[Code, ...]:
    """What a clearance for this reason asks for, in the order of the work."""
    return OF_DEVICE if reason == Reason.SWAP else tuple(ITEMS)
