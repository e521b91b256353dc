"""Bindings, codes and devices in the words and masks of the desk."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from config.accounts.desk_record import Event, actor
from config.kernel.templatetags.formats import moment
from config.privacy.masking import mask_account, mask_id_number
from merchants.desk.shown import row
from terminals.models import Binding, Device, RegistrationCode, Terminal


def holder(binding: Binding) -> str:
    """The fifth element: a credit code is public, a person's number is masked."""
    number = binding.holder_identifier
    return number if number == binding.terminal.merchant.uscc else mask_id_number(number)


def place(binding: Binding) -> str:
    return f"{binding.division or ''} {binding.address}".strip()


def told_of(binding: Binding) -> str:
    """What the clearing organisation was told of the binding, and how far it got; its lines are prefetched."""
    words = []
    for line in binding.report_lines.all():
        latest = max(line.sendings.all(), key=lambda sending: sending.pk, default=None)
        if latest:
            words.append(f"{line.get_kind_display()}: {latest.get_outcome_display()}")
    return " · ".join(words) or _("not reported yet")


def elements(binding: Binding) -> list[dict]:
    """The five elements that tie the device to its terminal, and since when."""
    return [
        row(_("Acquirer"), binding.acquirer_code),
        row(_("Merchant number"), binding.merchant_number),
        row(_("Credit code or holder's ID number"), holder(binding)),
        row(
            _("Settlement account"),
            mask_account(binding.account.account_number),
            binding.account.account_bank,
        ),
        row(_("Placement"), place(binding)),
        row(_("Serial number"), binding.serial_number),
    ]


def device_facts(device: Device, *, is_on_loan: bool = False) -> list[dict]:
    lent = [row(_("On loan"), _("yes, until the old device is repaired"))] if is_on_loan else []
    return [
        row(_("Model"), device.model),
        row(_("Device type"), device.model.get_device_type_display()),
        row(_("Network licence"), device.model.network_licence),
        row(_("Owned by"), device.get_ownership_display()),
        *lent,
        row(_("TUSN"), device.tusn),
        row(_("SIM card (ICCID)"), device.sim_iccid),
    ]


def terms(terminal: Terminal) -> list[dict]:
    """What was agreed for the terminal."""
    return [
        row(_("Outlet"), terminal.outlet),
        row(_("Connection"), terminal.get_connection_display(), terminal.bound_phone),
        row(_("Area of use"), terminal.use_area if terminal.is_mobile else _("At its place only")),
        row(_("Program version"), terminal.app_version),
        row(_("Last transaction"), _last_transaction(terminal)),
        row(_("Kept as a spare"), _("Yes") if terminal.is_spare else _("No")),
    ]


def _last_transaction(terminal: Terminal) -> str:
    """What the host has not reported is not known, which is not never."""
    return moment(terminal.last_transaction_at) if terminal.last_transaction_at else _("not known")


def life_of_use(terminal: Terminal) -> list[Event]:
    """When the merchant confirmed that it is in use still."""
    confirmations = terminal.use_confirmations.select_related("by")
    return [Event(_("Use confirmed by the merchant"), one.at, actor(one.by)) for one in confirmations]


def life_of_codes(codes: Iterable[RegistrationCode]) -> list[Event]:
    """When codes were made and first collected; never by what digits."""
    events = []
    for code in codes:
        named = {"code": code.slip_number}
        events.append(Event(_("Registration code %(code)s issued") % named, code.issued_at))
        if code.collected_at:
            collected = _("Registration code %(code)s first collected by the merchant") % named
            events.append(Event(collected, code.collected_at))
    return events
