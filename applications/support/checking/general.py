"""What anybody may be told who does not say who it is: advice by the words of the screen, nothing of any terminal."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.support.checking.advice import ADVICE
from applications.support.checking.codes import is_about_the_card
from applications.support.checking.questions import Screen
from applications.support.checking.tree import Outcome


class General(NamedTuple):
    title: str | Promise
    steps: tuple[str | Promise, ...]


_LOOK_UP = _("Sign in and check again: then the bank looks at your terminal and names the one step to take.")
_GENERAL: dict[str, General] = {
    Screen.NOT_REGISTERED: General(
        _("The bank's host does not know this terminal, or not yet"),
        (
            _(
                "If it is new: has the registration been approved, and was the registration code typed into it?"
            ),
            _("If the device was swapped: a replacement has to be filed and the new code typed in."),
            _("If the bank has a fault or an upgrade, it is announced above; then wait."),
            _LOOK_UP,
        ),
    ),
    Screen.STOPPED: General(
        _("The bank does not serve this terminal"),
        (
            _("It may be suspended for a time, for example because a document has expired."),
            _("It may have been stopped for good, with a notice; then it cannot be switched on again."),
            _LOOK_UP,
        ),
    ),
    Screen.MERCHANT_UNKNOWN: General(
        _("The bank's host does not know the merchant number"),
        (
            _("Compare the merchant number in the terminal with the one on the slip of the registration."),
            _LOOK_UP,
        ),
    ),
    Screen.TERMINAL_INVALID: General(
        _("The terminal may not do this"),
        (
            _("It may be stopped, or the kind of payment may not be agreed for it."),
            _("It may be connected to another telephone line or SIM card than the registered one."),
            _LOOK_UP,
        ),
    ),
    Screen.SIGN_IN: General(
        _("The terminal has to sign in again"),
        (
            _("Press Sign in on the terminal and repeat the payment."),
            _("If it comes back three times in a day, call your branch."),
            _LOOK_UP,
        ),
    ),
    Screen.OTHER: General(
        _("The code says what happened"),
        (_("Look at the line below, if the bank knows the code."), _LOOK_UP),
    ),
}
_BY_OUTCOME: dict[str, Outcome] = {
    Screen.NO_CONNECTION: Outcome.NETWORK,
    Screen.MISSING_SALE: Outcome.MISSING_SALE,
}


def general_advice(screen: str, code: str) -> General:
    """The advice for these words of the screen; a code of the card's speaks of the card."""
    outcome = Outcome.CARD if is_about_the_card(code) else _BY_OUTCOME.get(screen)
    if outcome is None:
        return _GENERAL[screen]
    return General(ADVICE[outcome].title, ADVICE[outcome].steps)
