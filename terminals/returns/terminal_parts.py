"""What the store room puts on a merchant's page of a terminal: the devices to give back, and the receipts of those that are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.kernel.clock import local_date
from config.kernel.templatetags.formats import day
from terminals.models import Terminal
from terminals.page_parts import Link
from terminals.returns.models import ReturnReceipt


def to_give_back(terminal: Terminal, reader: Any, now: datetime) -> list[Link]:
    """Each device that is awaited, with the day by which it has to be there."""
    awaited = terminal.returns.awaited().select_related("device").order_by("due_on", "pk")
    return [
        Link(
            _("Give back device %(serial)s") % {"serial": order.device.serial_number},
            reverse("returns:order", args=[order.number]),
            hint=_when(order, now),
            icon="arrow-uturn-left",
        )
        for order in awaited
    ]


def papers_of(terminal: Terminal, reader: Any, now: datetime) -> list[Link]:
    receipts = ReturnReceipt.objects.filter(order__terminal=terminal).select_related("order").order_by("-pk")
    return [
        Link(
            _("Receipt of a return"),
            reverse("returns:receipt", args=[receipt.order.number]),
            hint=receipt.number,
            icon="printer",
        )
        for receipt in receipts
    ]


def _when(order: Any, now: datetime) -> str:
    words = {"when": day(order.due_on)}
    if order.is_overdue(on=local_date(now)):
        return _("The day for it was %(when)s. Please return it now.") % words
    return _("by %(when)s") % words
