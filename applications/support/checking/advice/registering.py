"""From the draft of a registration to the code that makes the terminal live."""

from django.utils.translation import gettext_lazy as _

from applications.support.checking.advice.advice import Acts, Advice, Door
from applications.support.checking.tree import Outcome

ADVICE = {
    Outcome.DRAFT: Advice(
        title=_("The registration is not filled in yet"),
        cause=_("This device stands in application %(application)s, which has not been submitted."),
        steps=(
            _("Open the draft and fill in what is missing; the page lists it."),
            _("Submit it. The bank decides only on what was submitted."),
            _("The draft is kept until %(draft_until)s."),
        ),
        who=Acts.MERCHANT,
        recheck=_("After the approval and the activation"),
        door=Door.DRAFT,
        action=_("Go on with the draft"),
    ),
    Outcome.IN_REVIEW: Advice(
        title=_("The bank is reviewing the registration"),
        cause=_(
            "Application %(application)s is with the bank. The terminal works after the approval and the activation."
        ),
        steps=(
            _("There is nothing to do now. The answer is expected by %(due)s."),
            _("After the approval collect the registration code and type it into the terminal."),
        ),
        who=Acts.BANK,
        recheck="%(due)s",
        door=Door.APPLICATION,
        action=_("See how far it is"),
        tone="info",
    ),
    Outcome.RETURNED: Advice(
        title=_("The bank waits for your correction"),
        cause=_("Application %(application)s was given back to you with %(corrections)s to correct."),
        steps=(
            _("Open the application and correct what is marked."),
            _("Submit it again before %(correction_due)s; afterwards it lapses."),
        ),
        who=Acts.MERCHANT,
        recheck=_("After the approval"),
        door=Door.APPLICATION,
        action=_("Correct it now"),
    ),
    Outcome.REFUSED: Advice(
        title=_("The application was not granted"),
        cause=_("The bank has refused application %(application)s, so this device is not registered."),
        steps=(
            _("Read the reasons on the page of the application."),
            _("File it anew with the answers kept, or ask the bank to look at the refusal once more."),
        ),
        who=Acts.MERCHANT,
        recheck=_("After a new approval"),
        door=Door.APPLICATION,
        action=_("See the reasons"),
        tone="bad",
    ),
    Outcome.CODE_VALID: Advice(
        title=_("This terminal is not activated yet"),
        cause=_(
            "The bank has registered it, but the registration code has not been typed into the terminal. It is valid until %(code_until)s."
        ),
        steps=(
            _("Collect the registration code on the page of the terminal; it is shown to you alone."),
            _(
                "On the terminal press Functions › Other › Activate terminal, type the 12 digits and press OK."
            ),
            _("When the screen says that the activation succeeded, press Sign in and try one payment."),
        ),
        who=Acts.MERCHANT,
        recheck=_("At once, after the activation"),
        door=Door.TERMINAL,
        action=_("Collect the registration code"),
    ),
    Outcome.CODE_EXPIRED: Advice(
        title=_("The registration code is no longer valid"),
        cause=_(
            "The terminal is registered but was not activated in time. A new code is for the same device at the same address."
        ),
        steps=(
            _("Get a new code on the page of the terminal; the former one stays void."),
            _(
                "On the terminal press Functions › Other › Activate terminal, type the 12 digits and press OK."
            ),
        ),
        who=Acts.MERCHANT,
        recheck=_("At once, after the activation"),
        door=Door.NEW_CODE,
        action=_("Get a new code"),
    ),
    Outcome.CODE_LOCKED: Advice(
        title=_("The registration code is locked"),
        cause=_("A wrong code was typed too often, so the bank has locked it."),
        steps=(
            _("Make sure that nobody else tries to activate your terminal."),
            _("An owner of the merchant gets a new code on the page of the terminal."),
            _("Compare every digit with the slip while typing."),
        ),
        who=Acts.BOTH,
        recheck=_("At once, after the activation"),
        door=Door.NEW_CODE,
        action=_("Get a new code"),
    ),
    Outcome.BEING_REPORTED: Advice(
        title=_("The registration is on its way, please wait"),
        cause=_(
            "The code was accepted. The terminal is being reported to the clearing house, which takes up to %(report_minutes)s minutes."
        ),
        steps=(
            _("Leave the terminal switched on and connected."),
            _("After %(report_minutes)s minutes press Sign in."),
            "%(report_late)s",
        ),
        who=Acts.SYSTEM,
        recheck=_("In 5 minutes"),
        door=Door.AGAIN,
        action=_("Check again"),
        tone="info",
    ),
}
