"""A terminal that is suspended, about to be stopped, being stopped, or stopped."""

from django.utils.translation import gettext_lazy as _

from applications.support.checking.advice.advice import Acts, Advice, Door
from applications.support.checking.tree import Outcome

ADVICE = {
    Outcome.DOCUMENTS_EXPIRED: Advice(
        title=_("Suspended: papers or particulars are out of date"),
        cause=_(
            "A licence or an identity document has expired, or the particulars were not confirmed in time."
        ),
        steps=(
            _("File the change with the new document; everything else is filled in."),
            _("Once the bank has accepted it, the terminal works again."),
        ),
        who=Acts.MERCHANT,
        recheck=_("After the approval"),
        door=Door.CHANGE,
        action=_("Update the documents"),
    ),
    Outcome.UNUSED: Advice(
        title=_("Suspended: not used for a long time"),
        cause=_("The terminal took no payments for months, and the rules have the bank suspend it then."),
        steps=(
            _("Ask for it to be resumed and confirm that it stands at its registered address."),
            _("If you do not need it any more, have it stopped and give it back."),
        ),
        who=Acts.MERCHANT,
        recheck=_("After the bank's answer"),
        door=Door.TICKET,
        action=_("Ask for it to be resumed"),
    ),
    Outcome.ACCOUNT: Advice(
        title=_("Suspended: a problem with the settlement account"),
        cause=_("The bank cannot settle to the account on record."),
        steps=(
            _("File the change with another account of the merchant."),
            _("Once the bank has checked it, the terminal works again."),
        ),
        who=Acts.MERCHANT,
        recheck=_("After the approval"),
        door=Door.CHANGE,
        action=_("Change the account"),
    ),
    # Word for word what every suspension says whose reason is not specified, or may not be.
    Outcome.UNSPECIFIC: Advice(
        title=_("Suspended, please contact your branch"),
        cause=_("Service is suspended. Please contact your branch."),
        steps=(_("Call the branch and give the number of this check."),),
        who=Acts.BANK,
        recheck=_("After you have spoken with the branch"),
        door=Door.BRANCH,
        action=_("Call the branch"),
    ),
    Outcome.FEE_OVERDUE: Advice(
        title=_("Suspended: a fee is overdue"),
        cause=_("A fee of this merchant has not been paid: %(amount)s."),
        steps=(
            _("Pay it to the account named on the page of the fee, with its number."),
            _("The day after the payment has arrived, the terminal works again."),
        ),
        who=Acts.MERCHANT,
        recheck=_("The day after the payment"),
        door=Door.CHARGE,
        action=_("See the fee"),
    ),
    Outcome.END_OF_LIFE: Advice(
        title=_("Suspended: the device has to be replaced"),
        cause=_("The device has reached the end of its certified life and may not take payments any more."),
        steps=(
            _("Ask for the replacement with this result: the bank resumes the terminal for it."),
            _("Then file the replacement on the page of the terminal; its number stays yours."),
            _("After the approval type the new registration code into the new device."),
        ),
        who=Acts.BOTH,
        recheck=_("After the replacement"),
        door=Door.TICKET,
        action=_("Ask for the replacement"),
    ),
    Outcome.PLANNED: Advice(
        title="%(planned_title)s",
        cause="%(planned_cause)s",
        steps=(
            _("The page of the terminal says what is planned, and what prevents it where something does."),
            _("If you agree with it, there is nothing to do."),
        ),
        who=Acts.MERCHANT,
        recheck=_("Every day until then"),
        door=Door.TERMINAL,
        action=_("See what is planned"),
    ),
    Outcome.LEFT_TO_DO: Advice(
        title=_("Some things are left before it is stopped"),
        cause=_("The terminal is being stopped and takes no more payments. %(left)s"),
        steps=(
            _("Press Settle on the terminal while it is still connected."),
            _("Give the device and what belongs to it back to the branch."),
        ),
        who=Acts.MERCHANT,
        recheck=_("At once, when it is done"),
        door=Door.TERMINAL,
        action=_("See what is left"),
    ),
    Outcome.BEING_STOPPED: Advice(
        title=_("The terminal is being stopped"),
        cause=_("You have done your part. The bank settles the rest and then sends the notice of the stop."),
        steps=(_("There is nothing to do now. Keep your receipts until the notice is there."),),
        who=Acts.BANK,
        recheck=_("When the notice has come"),
        door=Door.TERMINAL,
        action=_("See the terminal"),
        tone="info",
    ),
    Outcome.STOPPED_ON_REQUEST: Advice(
        title=_("Stopped, as you asked"),
        cause=_("This terminal was stopped for good at your request. It cannot be switched on again."),
        steps=(
            _("For a new terminal file a registration; your particulars are filled in."),
            _("The notice of the stop is on the page of the terminal and can be printed."),
        ),
        who=Acts.MERCHANT,
        recheck=_("Not needed"),
        door=Door.REGISTRATION,
        action=_("Register a new terminal"),
        tone="mute",
    ),
    Outcome.REPLACED: Advice(
        title=_("This device was replaced by another one"),
        cause=_("Terminal %(successor)s goes on on another device. The former one takes no more payments."),
        steps=(
            _("Use the new device. If it refuses, check with its number %(successor)s."),
            _("Give the former device back if you still have it."),
        ),
        who=Acts.MERCHANT,
        recheck=_("Not needed"),
        door=Door.SUCCESSOR,
        action=_("See terminal %(successor)s"),
        tone="mute",
    ),
    Outcome.STOPPED_BY_BANK: Advice(
        title=_("This terminal has been stopped"),
        cause=_(
            "The bank has stopped this terminal for good. What was decided and on what basis stands in the notice."
        ),
        steps=(
            _("Read the notice; it says how to object and until when."),
            _("Settle with the branch what is left, and give the device back."),
        ),
        who=Acts.MERCHANT,
        recheck=_("Not needed"),
        door=Door.NOTICE,
        action=_("See the notice"),
        tone="mute",
    ),
}
