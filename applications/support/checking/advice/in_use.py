"""A terminal in use that refuses all the same."""

from django.utils.translation import gettext_lazy as _

from applications.support.checking.advice.advice import Acts, Advice, Door
from applications.support.checking.tree import Outcome

ADVICE = {
    Outcome.SERIAL_DIFFERS: Advice(
        title=_("The device is not the registered one"),
        cause=_(
            "The serial number that reports is not the one on record. By PBoC 2021 No. 259 a terminal number belongs to one device, so another one is refused."
        ),
        steps=(
            _("If you have the registered device, use that one."),
            _("Otherwise file a replacement; the terminal number stays yours."),
            _("After the approval type the new registration code into the new device."),
        ),
        who=Acts.MERCHANT,
        recheck=_("After the replacement"),
        door=Door.REPLACEMENT,
        action=_("Replace the device"),
    ),
    Outcome.MOVED: Advice(
        title=_("The terminal is not where it is registered"),
        cause=_(
            "The place it reports is far from its registered address. By PBoC 2021 No. 259 a terminal is used at its registered address only."
        ),
        steps=(
            _("Take it back to its registered address and press Sign in; or"),
            _("file the move, and use it there after the approval."),
        ),
        who=Acts.MERCHANT,
        recheck=_("At once, when it is back"),
        door=Door.RELOCATION,
        action=_("Move it to another place"),
    ),
    Outcome.CHANGE_IN_HAND: Advice(
        title=_("A change of this terminal is in hand"),
        cause=_(
            "Application %(application)s is with the bank. Until it takes effect the terminal works as it is registered now."
        ),
        steps=(
            _("Use the registered device at the registered address until then."),
            _("There is nothing else to do. The answer is expected by %(due)s."),
        ),
        who=Acts.BANK,
        recheck="%(due)s",
        door=Door.APPLICATION,
        action=_("See how far it is"),
        tone="info",
    ),
    Outcome.PARAMETERS_OLD: Advice(
        title=_("The terminal has to load its parameters"),
        cause=_("The parameters in the terminal are older than those at the bank."),
        steps=(
            _("On the terminal press Functions › Other › Download parameters and wait until it is done."),
            _("Press Sign in and try one payment."),
        ),
        who=Acts.MERCHANT,
        recheck=_("At once, after the download"),
        door=Door.AGAIN,
        action=_("I have done that, check again"),
    ),
    Outcome.FOR_A_PERSON: Advice(
        title=_("All is in order at the bank; a person has to look"),
        cause=_(
            "The bank's records say that this terminal works. What its screen says does not fit them, so somebody looks at both."
        ),
        steps=(
            _("Switch the terminal off and on, press Sign in and try once more."),
            "%(handed_over)s",
        ),
        who=Acts.BANK,
        recheck="%(answer_due)s",
        door=Door.TICKET,
        action=_("Hand it to a person"),
    ),
}
