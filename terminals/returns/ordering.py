"""A device is asked back: with everything that went out with it, once for each terminal and device."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import lock_in_order
from config.kernel.numbering import draw_number
from terminals import kit
from terminals.models import Device, Terminal
from terminals.returns.models import ReturnLine, ReturnOrder
from terminals.returns.telling import tell_merchant


def open_return(
    terminal: Terminal,
    device: Device,
    *,
    way: str,
    address: str,
    due_on: date,
    application_number: str,
    by,
    now: datetime,
) -> ReturnOrder:
    """The return under which this terminal's device comes back; the one that is open already stays as it is.

    The merchant's own device is asked for inspection only. Holds the device, so that two who ask at once get the same one.
    """
    with told_as_refusals(), transaction.atomic():
        lock_in_order(device)
        if present := ReturnOrder.objects.live().filter(terminal=terminal, device=device).first():
            return present
        order = ReturnOrder(
            terminal=terminal,
            device=device,
            branch=terminal.branch,
            way=way,
            address=address,
            due_on=due_on,
            is_inspection=device.ownership == Device.Ownership.MERCHANT,
            application_number=application_number,
            opened_at=now,
            opened_by=by,
        )
        draw_number(order, numbers(now))
        ReturnLine.objects.bulk_create(
            ReturnLine(
                order=order,
                piece=item.piece,
                serial_number=item.serial_number,
                is_loan=item.is_loan,
                expected=item.quantity,
                price_fen=item.price_fen,
            )
            for item in kit.given_with(terminal, device, now=now)
        )
        tell_merchant("return_opened", order, now=now)
        record("return_opened", by=by, now=now, subject=order, detail={"application": application_number})
        return order


def call_off_return(terminal: Terminal, device: Device, *, by, now: datetime, note: str) -> None:
    """Where the stop of the terminal was revoked its device stays: what was asked back is not any more."""
    for order in ReturnOrder.objects.live().filter(terminal=terminal, device=device):
        order.call_off(by=by, now=now, note=note)


def still_out(terminal: Terminal) -> list[str]:
    """What the store room waits for before this terminal can end."""
    awaited = terminal.returns.awaited().order_by("pk")
    return [
        _("Return %(number)s: the device or some of its accessories are not back yet.") % {"number": number}
        for number in awaited.values_list("number", flat=True)
    ]


def numbers(now: datetime) -> Iterator[str]:
    """Return numbers of the day such as GH-20260911-003824, without end."""
    while True:
        yield f"GH-{local_date(now):%Y%m%d}-{secrets.randbelow(1_000_000):06d}"
