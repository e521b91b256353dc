"""From an approved line of an application to a terminal: device taken, number drawn, binding opened, code issued."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, first_locked, lock_in_order, reread_locked
from config.kernel.numbering import draw_number
from merchants import screening
from merchants.models import Merchant
from merchants.models.outlet import Place
from merchants.onboarding import outlet_at
from merchants.particulars import names_of
from terminals import codes, kit, reenrolment
from terminals.models import Binding, Device, RiskCase, Terminal
from terminals.models.terms import TerminalTerms


class DeviceLiveElsewhere(Refused):
    """The device works for somebody. The sentence does not say for whom; its trace tells the risk desk."""

    def __init__(self, device: Device, *, application_number: str) -> None:
        super().__init__(
            _("This device cannot be registered at present. Please contact your branch."),
            code="serial_active_elsewhere",
        )
        self.device, self.application_number = device, application_number

    def leave_trace(self, *, now: datetime) -> None:
        """A risk case, once per device and application."""
        RiskCase.objects.get_or_create(
            kind=RiskCase.Kind.SERIAL_ACTIVE_ELSEWHERE,
            serial_number=self.device.serial_number,
            application_number=self.application_number,
            defaults={"branch": self.device.branch, "opened_at": now},
        )


def provision(
    placements: Iterable,
    *,
    merchant: Merchant,
    application_number: str,
    by,
    now: datetime,
    spoken_for: QuerySet | None = None,
) -> list[Terminal]:
    """For each placement a terminal waiting for its activation, tied to its device, with a registration code in force.

    The terminals come in the order of the placements. All of it or nothing. What others have asked for by name, the rows
    `spoken_for` with their `serial_number`, is not given out from stock. Raises `Refused`: the merchant is not active, the device
    is unknown, taken, not in stock or on the blacklist.
    `DeviceLiveElsewhere` leaves its risk case behind, also where an approval around this call is undone.
    """
    try:
        with told_as_refusals(), transaction.atomic():
            return _provisioned(list(placements), merchant, application_number, spoken_for, by=by, now=now)
    except DeviceLiveElsewhere as refused:
        refused.leave_trace(now=now)
        raise


def lock_named(serial_numbers: Iterable[str]) -> None:
    """Hold these devices until the transaction ends, so that none is given out from stock while somebody puts its name down.

    By serial number, as everybody who asks for devices by name.
    """
    for device in Device.objects.filter(serial_number__in=list(serial_numbers)).order_by("serial_number"):
        reread_locked(device)


def _provisioned(placements, merchant, application_number, spoken_for, *, by, now) -> list[Terminal]:
    """Locks are taken in one order by everybody: named devices by serial number, then stock, which waits for nobody, and the
    branch's slip numbers only when every device is there."""
    lock_in_order(merchant)
    if merchant.status != Merchant.Status.ACTIVE:
        raise Refused(
            _("This merchant is not active, so it cannot have new terminals."), code="merchant_not_active"
        )
    account = merchant.account_in_use
    if account is None:
        raise Refused(_("This merchant has no settlement account in use."), code="no_account")
    named_first = sorted(
        placements, key=lambda placement: (not placement.serial_number, placement.serial_number)
    )
    bound = {
        id(placement): _bound(placement, merchant, account, application_number, spoken_for, by=by, now=now)
        for placement in named_first
    }
    terminals = []
    for placement in placements:
        terminal, device = bound[id(placement)]
        codes.issue(terminal, device, application_number=application_number, by=by, now=now)
        terminals.append(terminal)
    return terminals


def _bound(
    placement, merchant, account, application_number, spoken_for, *, by, now
) -> tuple[Terminal, Device]:
    device = device_for(placement, merchant, application_number, spoken_for, by=by, now=now)
    with device.in_hand():
        device.allocate(by=by, now=now)
    terminal = _terminal_of(placement, merchant, now=now)
    draw_number(terminal, numbers())
    bind(terminal, device, account=account, place=placement, application_number=application_number, now=now)
    kit.put_down(terminal, device, now=now)
    record(
        "terminal_provisioned", by=by, now=now, subject=terminal, detail={"application": application_number}
    )
    return terminal, device


def bind(
    terminal: Terminal, device: Device, *, account, place, application_number: str, now: datetime
) -> Binding:
    """The serial number tied to the five elements from now on (PBoC 2021 No. 259). Whoever calls this has closed the tie before."""
    merchant = terminal.merchant
    return Binding.objects.create(
        terminal=terminal,
        device=device,
        serial_number=device.serial_number,
        terminal_number=terminal.number,
        acquirer_code=merchant.branch.acquirer_code,
        merchant_number=merchant.number,
        holder_identifier=merchant.uscc or merchant.responsible_id_number,
        account=account,
        valid_from=now,
        application_number=application_number,
        **{name: getattr(place, name) for name in names_of(Place)},
    )


# -- the device -----------------------------------------------------------------------------------------------------


def device_for(placement, merchant, application_number, spoken_for, *, by, now) -> Device:
    """The locked device of a line that names one or a model of the stock: free, not stopped, not on the blacklist.

    The blacklist is asked with the device in hand, as late as can be: an entry made while the approval waited for the device
    or worked on others is seen. One that is committed after that finds the device given out, and its code is the branch's to
    take back; nobody who keeps the list waits for approvals.
    """
    if not placement.serial_number:
        return _from_stock(placement.device_model, merchant, spoken_for, on=local_date(now))
    device = _named(placement, merchant, application_number, by=by, now=now)
    if sentence := screening.device_block(device.serial_number, on=local_date(now)):
        raise Refused(sentence, code="device_blacklisted")
    return device


def _named(placement, merchant, application_number, *, by, now) -> Device:
    device = first_locked(Device.objects.filter(serial_number=placement.serial_number))
    if device is None:
        return _joining(placement, merchant, now=now)
    if device.bindings.filter(valid_to=None).exists():
        raise DeviceLiveElsewhere(device, application_number=application_number)
    if device.barred_at is not None:
        reenrolment.spend(device, application_number=application_number, by=by, now=now)
    if device.status != Device.Status.IN_STOCK:
        raise Refused(
            _("Device %(serial)s is “%(status)s” and cannot be given out.")
            % {"serial": device.serial_number, "status": device.get_status_display()},
            code="device_not_in_stock",
        )
    if device.branch_id != merchant.branch_id and not (
        merchant.branch.contains(device.branch) or device.branch.contains(merchant.branch)
    ):
        raise Refused(
            _("Device %(serial)s belongs to another branch. Have it transferred first.")
            % {"serial": device.serial_number},
            code="device_of_other_branch",
        )
    return device


def _joining(placement, merchant, *, now) -> Device:
    """A merchant's own device of a certified model joins the estate; an unknown serial number never does as the bank's."""
    if placement.ownership != Device.Ownership.MERCHANT:
        raise Refused(
            _(
                "Serial number %(serial)s is not in the bank's estate. Compare it with the label on the device."
            )
            % {"serial": placement.serial_number},
            code="serial_not_in_estate",
        )
    if placement.device_model is None:
        raise Refused(
            _("Choose the model of device %(serial)s: only certified models may be registered.")
            % {"serial": placement.serial_number},
            code="model_unknown",
        )
    return Device.objects.create(
        serial_number=placement.serial_number,
        model=placement.device_model,
        branch=merchant.branch,
        ownership=Device.Ownership.MERCHANT,
        joined_at=now,
    )


def _from_stock(model, merchant, spoken_for, *, on: date) -> Device:
    """The longest waiting device of the model in the branch or below, passing over those another approval is taking, those
    that others have asked for by name, and those on the blacklist."""
    stock = Device.objects.in_stock().filter(
        model=model, ownership=Device.Ownership.BANK, branch__path__startswith=merchant.branch.path
    )
    if connection.features.has_select_for_update_skip_locked and not settings.RACE_WITHOUT_LOCKS:
        stock = stock.select_for_update(skip_locked=True, of=("self",), no_key=True)
    if spoken_for is not None:
        stock = stock.exclude(Exists(spoken_for.filter(serial_number=OuterRef("serial_number"))))
    # Asked again with the device in hand: a name put down since the list was read passes it over, a later one waits (`lock_named`).
    passed_over: list[int] = []
    while device := stock.exclude(pk__in=passed_over).order_by("id").first():
        is_named = spoken_for is not None and spoken_for.filter(serial_number=device.serial_number).exists()
        if not is_named and not screening.device_block(device.serial_number, on=on):
            return device
        passed_over.append(device.pk)
    raise Refused(
        _(
            "No %(model)s in stock at %(branch)s is free to be given out. Have one delivered, or agree on another model."
        )
        % {"model": model, "branch": merchant.branch},
        code="out_of_stock",
    )


# -- the terminal ---------------------------------------------------------------------------------------------------


def _terminal_of(placement, merchant, *, now) -> Terminal:
    return Terminal(
        merchant=merchant,
        outlet=outlet_at(
            merchant, division=placement.division, address=placement.address, name=merchant.trading_name
        ),
        branch=merchant.branch,
        provisioned_at=now,
        **{name: getattr(placement, name) for name in names_of(TerminalTerms)},
    )


def numbers() -> Iterator[str]:
    """Terminal numbers, without end. Rows stay for ever, so a number that was once given is never free again."""
    while True:
        yield f"{secrets.randbelow(10**8):08d}"
