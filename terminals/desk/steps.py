"""What the storekeeper may do with a device: each step is a noun in the address and one verb of the device."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from terminals.models import Device

Status = Device.Status


class Step(NamedTuple):
    """`verb` is called with `by`, `now` and, where `takes_note`, what was said."""

    target: str
    words: Promise
    done: Promise
    icon: str
    verb: Callable[..., None]
    takes_note: bool = True
    needs_note: bool = False

    def take(self, device: Device, *, by: Any, now: datetime, note: str) -> None:
        said = {"note": note} if self.takes_note else {}
        self.verb(device, by=by, now=now, **said)


# Allocating belongs to the approval, installing to the activation, calling back to the end of a terminal: no desk does them.
STEPS: dict[str, Step] = {
    "handover": Step(
        Status.ISSUED,
        _("Hand out"),
        _("Handed out, on its way to the merchant."),
        "truck",
        Device.hand_out,
        takes_note=False,
    ),
    "return": Step(
        Status.RETURNED,
        _("Take back"),
        _("Taken back, to be inspected."),
        "inbox-arrow-down",
        Device.take_back,
    ),
    "restocking": Step(
        Status.IN_STOCK, _("Put into stock"), _("In stock again."), "archive-box", Device.restock
    ),
    "repair": Step(
        Status.REPAIR, _("Send to repair"), _("With the workshop."), "wrench", Device.send_to_repair
    ),
    "scrapping": Step(
        Status.SCRAPPED,
        _("Scrap"),
        _("Scrapped, out of the estate."),
        "trash",
        Device.scrap,
        needs_note=True,
    ),
    "loss": Step(
        Status.LOST,
        _("Report lost"),
        _("Reported lost."),
        "question-mark-circle",
        Device.report_lost,
        needs_note=True,
    ),
}


class Offer(NamedTuple):
    """A step on the page of a device, greyed with its sentence where it is not possible now."""

    noun: str
    url: str
    step: Step
    why_not: str


def offers(device: Device, *, by: Any, now: datetime) -> list[Offer]:
    """The steps that lead on from the device's state."""
    return [
        Offer(
            noun,
            reverse(f"admin:terminals_device_{noun}", args=[device.pk]),
            step,
            device.objection(step.target, by=by, now=now),
        )
        for noun, step in STEPS.items()
        if step.target in Device.NEXT[device.status]
    ]
