"""What a self-check asks besides the terminal: what the screen says, and since when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Screen(models.TextChoices):
    """What the terminal's screen says, in its own words."""

    NOT_REGISTERED = "not_registered", _("Terminal not registered (97)")
    STOPPED = "stopped", _("Terminal stopped")
    MERCHANT_UNKNOWN = (
        "merchant_unknown",
        pgettext_lazy("words on a screen", "Merchant not registered or invalid (03)"),
    )
    TERMINAL_INVALID = "terminal_invalid", pgettext_lazy("words on a screen", "Terminal invalid (58)")
    SIGN_IN = "sign_in", _("Please sign in")
    NO_CONNECTION = "no_connection", _("Communication failed or timed out")
    MISSING_SALE = "missing_sale", _("A transaction cannot be found")
    OTHER = "other", _("Another code")


class Since(models.TextChoices):
    FIRST_USE = "first_use", _("Since its first use")
    SWAP = "swap", _("Since the device was swapped")
    MOVE = "move", _("Since the shop moved")
    CHANGE = "change", _("Since particulars changed")
    SUDDENLY = "suddenly", _("All of a sudden")


# The code that stands beside the words of the screen.
CODE_OF: dict[str, str] = {
    Screen.NOT_REGISTERED: "97",
    Screen.MERCHANT_UNKNOWN: "03",
    Screen.TERMINAL_INVALID: "58",
}
# Codes under which terminals ask to be signed in again.
SIGN_IN_CODES = frozenset({"77", "A0", "99"})


def screen_of(code: str) -> str:
    """Which line of the list a code belongs to."""
    of_code = {number: screen for screen, number in CODE_OF.items()}
    return Screen.SIGN_IN if code in SIGN_IN_CODES else of_code.get(code, Screen.OTHER)
