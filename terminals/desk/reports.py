"""What can be taken away of the estate: terminals, devices, what ties them, and how far the codes got (never a code)."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from config.files.exports.columns import Choice, Count, Level, Moment, Sealed, Text
from config.files.exports.report import Report
from config.privacy.masking import mask_account, mask_id_number
from merchants.desk.reports import known_as
from terminals.desk.filters import BindingFilter, CodeFilter, DeviceFilter, TerminalFilter
from terminals.models import Binding, Device, RegistrationCode, Terminal


def _terminals(person: Any) -> QuerySet:
    bound = Binding.objects.filter(terminal=OuterRef("pk"), valid_to=None)
    return Terminal.objects.visible_to(person).annotate(
        bound_serial=Subquery(bound.values("serial_number")[:1]),
        known_as=known_as("merchant__"),
    )


def _bindings(person: Any) -> QuerySet:
    return Binding.objects.filter(terminal__branch__in=person.branch_scope())


def _holder(number: str | None, uscc: str) -> str:
    """A credit code is public, a person's number is masked."""
    return str(number) if number and number == uscc else mask_id_number(number)


REPORTS = [
    Report(
        name="terminals",
        title=_("Terminals"),
        hint=_("Each terminal with its merchant, its device and its status"),
        permission="terminals.view_terminal",
        list_page="admin:terminals_terminal_changelist",
        rows=_terminals,
        filterset=TerminalFilter,
        columns=(
            Text("number", _("terminal number"), "number"),
            Text("label", _("name of the terminal"), "label"),
            Choice("status", _("status"), "status", Level.OPEN, choices=Terminal.Status.choices),
            Text("merchant_number", _("merchant number"), "merchant__number"),
            Text("merchant", _("merchant"), "known_as"),
            Text("serial_number", _("serial number"), "bound_serial"),
            Text("outlet", _("outlet"), "outlet__name"),
            Text("division", _("division"), "outlet__division__full_name"),
            Text("address", _("address of the place"), "outlet__address"),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
            Moment("provisioned_at", _("provisioned at"), "provisioned_at", Level.OPEN),
            Moment("activated_at", _("activated at"), "activated_at", Level.OPEN),
            Moment("last_transaction_at", _("last transaction"), "last_transaction_at"),
        ),
    ),
    Report(
        name="devices",
        title=_("Devices"),
        hint=_("The estate: serial number, model, owner and where each device stands"),
        permission="terminals.view_device",
        list_page="admin:terminals_device_changelist",
        rows=Device.objects.visible_to,
        filterset=DeviceFilter,
        columns=(
            Text("serial_number", _("serial number"), "serial_number"),
            Text("vendor", _("vendor"), "model__vendor", Level.OPEN),
            Text("model", _("model"), "model__name", Level.OPEN),
            Text("network_licence", _("network licence number"), "model__network_licence", Level.OPEN),
            Text("tusn", _("terminal unique serial (TUSN)"), "tusn"),
            Text("sim_iccid", _("SIM card (ICCID)"), "sim_iccid"),
            Choice("ownership", _("ownership"), "ownership", choices=Device.Ownership.choices),
            Choice("status", _("status"), "status", Level.OPEN, choices=Device.Status.choices),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
            Moment("joined_at", _("in the estate since"), "joined_at", Level.OPEN),
        ),
    ),
    Report(
        name="bindings",
        title=_("Bindings with their five elements"),
        hint=_("Which device is whose terminal, where: the list of devices that PCI DSS 9.5.1.1 asks for"),
        permission="terminals.view_binding",
        list_page="admin:terminals_binding_changelist",
        rows=_bindings,
        filterset=BindingFilter,
        columns=(
            Text("serial_number", _("serial number"), "serial_number"),
            Text("vendor", _("vendor"), "device__model__vendor", Level.OPEN),
            Text("model", _("model"), "device__model__name", Level.OPEN),
            Text("terminal_number", _("terminal number"), "terminal_number"),
            Text("acquirer_code", _("acquirer code"), "acquirer_code", Level.OPEN),
            Text("merchant_number", _("merchant number"), "merchant_number"),
            Sealed(
                "holder",
                _("USCC or ID number of the holder"),
                "holder_identifier",
                mask=_holder,
                beside=("terminal__merchant__uscc",),
            ),
            Sealed("account", _("settlement account"), "account__account_number", mask=mask_account),
            Text("division", _("division of the place"), "division__full_name"),
            Text("address", _("address of the place"), "address"),
            Moment("valid_from", _("valid from"), "valid_from", Level.OPEN),
            Moment("valid_to", _("valid until"), "valid_to", Level.OPEN),
            Text("application", _("opened by application"), "application_number"),
        ),
    ),
    Report(
        name="registration-codes",
        title=_("Registration codes"),
        hint=_("Which codes were issued, collected, used or have expired; never their digits"),
        permission="terminals.view_registrationcode",
        list_page="admin:terminals_registrationcode_changelist",
        rows=RegistrationCode.objects.visible_to,
        filterset=CodeFilter,
        columns=(
            Text("slip_number", _("slip number"), "slip_number"),
            Choice("status", _("status"), "status", Level.OPEN, choices=RegistrationCode.Status.choices),
            Text("serial_number", _("serial number"), "serial_number"),
            Text("terminal_number", _("terminal number"), "terminal_number"),
            Text("merchant_number", _("merchant number"), "merchant_number"),
            Text("application", _("application"), "application_number"),
            Moment("issued_at", _("issued at"), "issued_at", Level.OPEN),
            Moment("expires_at", _("expires at"), "expires_at", Level.OPEN),
            Moment("collected_at", _("first collected at"), "collected_at", Level.OPEN),
            Moment("used_at", _("used at"), "used_at", Level.OPEN),
            Count("wrong_tries", _("wrong tries"), "wrong_tries"),
            Text("branch", _("branch"), "terminal__branch__name", Level.OPEN),
        ),
    ),
]
