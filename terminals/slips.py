"""What the slip of a registration code says, for whoever has just collected the code."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.kernel.clock import local_date
from config.kernel.templatetags.formats import day, deadline, groups_of_four
from terminals.codes import SLIP, tries_left
from terminals.models import RegistrationCode
from terminals.sheets import Line, SecretDigits, Sheet, Steps


def slip_of(code: RegistrationCode, digits: str, *, url: str) -> Sheet:
    """The slip with the digits that `terminals.codes.collect` gave; `url` is where the paper is found genuine. Kept nowhere."""
    terminal, binding = (
        code.terminal,
        code.terminal.bindings.select_related("division").order_by("-id").first(),
    )
    place = f"{binding.division}{binding.address}" if binding else ""
    tries = tries_left(code)
    valid = ngettext(
        "Valid until %(when)s, for this terminal, once. %(n)s try left.",
        "Valid until %(when)s, for this terminal, once. %(n)s tries left.",
        tries,
    ) % {"when": deadline(code.expires_at), "n": tries}
    return Sheet(
        title=str(SLIP),
        on=local_date(code.issued_at),
        number=(_("Slip number"), code.slip_number),
        lines=(
            Line(_("Merchant name"), terminal.merchant.registered_name or str(terminal.merchant)),
            Line(_("Merchant number"), figures=code.merchant_number),
            Line(_("Terminal number"), figures=code.terminal_number),
            Line(_("Model and serial number"), str(code.device.model), code.serial_number),
            Line(_("Placement"), place),
            Line(_("Registered on"), day(code.issued_at)),
            Line(_("Branch"), str(terminal.branch)),
        ),
        secret=SecretDigits(_("Registration code"), groups_of_four(digits)),
        sentences=(valid,),
        url=url,
        caption=_("Scan to check this slip"),
        alt=_("QR code to check that this slip is genuine"),
        steps=(_on_the_terminal(), _please_note()),
        signed=(_("Merchant's signature: ____________________"), _("Bank's stamp: ____________________")),
    )


def _on_the_terminal() -> Steps:
    return Steps(
        _("On the terminal"),
        (
            _("Press Functions › Other › Activate terminal."),
            _("Type the 12 digits; the hyphens are not typed."),
            _("Press OK and wait until the screen says that the activation succeeded."),
        ),
    )


def _please_note() -> Steps:
    return Steps(
        _("Please note"),
        (
            _(
                "The terminal may be used at its registered address only; before it moves, please tell your branch."
            ),
            _("Before the device, the settlement account or the business changes, please tell your branch."),
            _("Keep the code to yourself. The bank never asks for it."),
        ),
    )
