"""A terminal goes on with something of its tie changed: the binding in force is closed and the next one opened."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, lock_in_order, reread_locked
from merchants.models import Merchant
from merchants.onboarding import outlet_at
from terminals import codes, kit
from terminals.models import Binding, Device, Terminal
from terminals.provisioning import bind, device_for

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from merchants.models.outlet import Place

CAN_BE_SWAPPED = (Terminal.Status.PENDING_ACTIVATION, Terminal.Status.ACTIVE)


def rebind(
    terminal: Terminal, *, application_number: str, by, now: datetime, place: Place | None = None
) -> Binding:
    """The same device with the merchant's account and holder as they are now, at `place` where that is given.

    Raises `Refused` ("wrong_state") where the terminal has no binding in force. With a new place it belongs to the outlet there.
    """
    with told_as_refusals(), transaction.atomic():
        if place is not None:
            lock_in_order(terminal.merchant)
        binding = _locked_with_device(terminal)
        _close(binding, now=now)
        new = bind(
            terminal,
            binding.device,
            account=terminal.merchant.account_in_use or binding.account,
            place=place or binding,
            application_number=application_number,
            now=now,
        )
        if place is not None:
            terminal.outlet = outlet_at(
                terminal.merchant,
                division=place.division,
                address=place.address,
                name=terminal.merchant.trading_name,
            )
            terminal.save(update_fields=["outlet"])
        record(
            "binding_changed", by=by, now=now, subject=terminal, detail={"application": application_number}
        )
        return new


def swap(
    terminal: Terminal,
    *,
    line,
    application_number: str,
    by,
    now: datetime,
    spoken_for: QuerySet | None = None,
    is_loan: bool = False,
) -> Device:
    """The terminal keeps its number and waits for its activation on another device; answers the device that was taken away.

    `line` names the new device or a model of the stock, as a line of a registration does; `is_loan` where it only stands in for
    the old one. Raises `Refused` as `provision`,
    and where the terminal is neither in use nor waiting ("wrong_state").
    """
    with told_as_refusals(), transaction.atomic():
        merchant = Merchant.objects.get(pk=terminal.merchant_id)
        lock_in_order(merchant)
        if merchant.status != Merchant.Status.ACTIVE:
            raise Refused(
                _("This merchant is not active, so it cannot have new terminals."), code="merchant_not_active"
            )
        old = terminal.binding
        if old is None:
            raise Refused(_("This terminal is tied to no device any more."), code="wrong_state")
        # Both devices by serial number, as everybody who asks for devices by name.
        if old.serial_number <= line.serial_number or not line.serial_number:
            reread_locked(old.device)
            new = device_for(line, merchant, application_number, spoken_for, by=by, now=now)
        else:
            new = device_for(line, merchant, application_number, spoken_for, by=by, now=now)
            reread_locked(old.device)
        lock_in_order(terminal)
        if terminal.status not in CAN_BE_SWAPPED:
            raise Refused(
                _(
                    "Terminal %(number)s is “%(status)s”; only one in use, or waiting, goes on on another device."
                )
                % {"number": terminal.number, "status": terminal.get_status_display()},
                code="wrong_state",
            )
        note = _("Device replaced")
        terminal.await_device(by=by, now=now, note=note)
        old.device.let_go(by=by, now=now, note=note)
        new.allocate(by=by, now=now)
        bind(
            terminal,
            new,
            account=merchant.account_in_use or old.account,
            place=old,
            application_number=application_number,
            now=now,
        )
        kit.put_down(terminal, new, now=now, is_loan=is_loan)
        codes.issue(terminal, new, application_number=application_number, by=by, now=now)
        record("device_swapped", by=by, now=now, subject=terminal, detail={"application": application_number})
        return old.device


def _locked_with_device(terminal: Terminal) -> Binding:
    """The binding in force, with its device and the terminal locked; asked again under the lock."""
    if (binding := terminal.binding) is not None:
        lock_in_order(binding.device, terminal)
        if (current := terminal.binding) is not None and current.pk == binding.pk:
            return current
    raise Refused(_("This terminal is tied to no device any more."), code="wrong_state")


def _close(binding: Binding, *, now: datetime) -> None:
    binding.valid_to = now
    binding.save(update_fields=["valid_to"])
