"""What comes before the state of a terminal: the bank itself, the card, the network, a number that is not the merchant's."""

from django.utils.translation import gettext_lazy as _

from applications.support.checking.advice.advice import Acts, Advice, Door
from applications.support.checking.tree import Outcome

# The same words whichever it is: whoever types numbers learns nothing of other people's devices.
_NOT_YOURS = Advice(
    title=_("No terminal of yours has this number"),
    cause=_(
        "The number that was given belongs to no terminal registered for you. Terminals work only where they are registered."
    ),
    steps=(
        _("Compare the number with the label on the back of the device, character by character."),
        _("If the device is new to you, register it; the number is filled in already."),
        _("If you were given the device by somebody else, do not use it and call the branch."),
    ),
    who=Acts.MERCHANT,
    recheck=_("Once it is registered and activated"),
    door=Door.REGISTRATION,
    action=_("Register this terminal"),
)

ADVICE = {
    Outcome.INCIDENT: Advice(
        title="%(bulletin_title)s",
        cause="%(bulletin_text)s",
        steps=(
            _("There is nothing wrong with your terminal, and nothing for you to do."),
            _("Please do not register it again and do not change its settings."),
        ),
        who=Acts.BANK,
        recheck="%(bulletin_end)s",
        door=Door.AGAIN,
        action=_("Check again"),
        tone="info",
    ),
    Outcome.CARD: Advice(
        title=_("It is the card; the terminal works"),
        cause=_(
            "The bank that issued the card has refused the payment. Your terminal and its registration are in order."
        ),
        steps=(
            _("Ask the customer to pay with another card or another way."),
            _("The customer asks the bank that issued the card for the reason."),
            _("Do not try the same card again and again; it may be locked."),
        ),
        who=Acts.MERCHANT,
        recheck=_("Not needed"),
        door=Door.AGAIN,
        action=_("Check again"),
        tone="ok",
    ),
    Outcome.NETWORK: Advice(
        title=_("The terminal does not reach the bank"),
        cause=_(
            "Communication between the terminal and the bank is interrupted. That has nothing to do with its registration."
        ),
        steps=(
            _(
                "Look at the signal of the mobile network or the Wi-Fi on the screen; move to where it is better."
            ),
            _("Switch the terminal off, wait ten seconds and switch it on again."),
            _("Press Sign in and try one payment."),
            _("Do not put another SIM card into the terminal: it is bound to its own."),
        ),
        who=Acts.MERCHANT,
        recheck=_("At once, after the restart"),
        door=Door.AGAIN,
        action=_("I have restarted it, check again"),
    ),
    Outcome.NEAR_MISS: Advice(
        title=_("Please compare the number"),
        cause=_("Did you mean %(near)s? The number that was typed differs from it by one character."),
        steps=(
            _("Compare the number with the label on the back of the device or with a receipt."),
            _("If it is this terminal, check again with the right number."),
        ),
        who=Acts.MERCHANT,
        recheck=_("Now, with the right number"),
        door=Door.SUGGESTION,
        action=_("Check %(near)s"),
    ),
    Outcome.ELSEWHERE: _NOT_YOURS,
    Outcome.NOT_IN_REGISTRY: _NOT_YOURS,
    Outcome.NO_APPLICATION: _NOT_YOURS,
    Outcome.MISSING_SALE: Advice(
        title=_("Look for this one transaction"),
        cause=_(
            "Do not charge the customer again before it is found. This is not about the registration of the terminal."
        ),
        steps=(
            _("On the terminal open Query › Print details and look for the amount and the time."),
            _("If it is there, the money has been taken; it comes with the settlement of its batch."),
            _("If the batch has not been sent, press Settle on the terminal."),
            _(
                "If it is not there, ask the bank with the amount, the time, and batch and slip number. Never send the card number."
            ),
        ),
        who=Acts.BOTH,
        recheck=_("After one working day"),
        door=Door.TICKET,
        action=_("Ask the bank to look for it"),
    ),
}
