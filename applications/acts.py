"""What is done with applications and tickets, in the words of the record; and what their papers are looked at for."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.purposes import PURPOSES

ACTS = {
    "claimed": pgettext_lazy("record", "Application claimed"),
    "assigned": pgettext_lazy("record", "Application assigned"),
    "released": pgettext_lazy("record", "Claim given up"),
    "taken_over": pgettext_lazy("record", "Application taken over"),
    "escalated": pgettext_lazy("record", "Application escalated"),
    "reminded": pgettext_lazy("record", "Merchant reminded"),
    "decision_held": _("Decision held for a second person"),
    "decision_released": _("Held decision released"),
    "decision_reversed": _("Held decision reversed"),
    "decision_taken_back": _("Held decision taken back"),
    "review_asked": _("Review of a refusal asked for"),
    "refusal_upheld": _("Refusal upheld"),
    "draft_discarded": _("Draft discarded"),
    "answers_kept": _("Answers of the form kept"),
    "answer_confirmed": _("Answer confirmed as it stands"),
    "called_off": _("Change called off"),
    "took_effect": _("Change took effect"),
    "notice_issued": _("Notice issued"),
    "revocation_asked": _("Revocation of a stop asked for"),
    "revocation_declined": _("Revocation of a stop declined"),
    "caller_checked": _("Caller checked"),
    "caller_check_refused": _("Check of a caller failed"),
    "caller": _("Record of a caller looked at"),
    "self_check_asked": _("Self-check asked for"),
    "self_check_answered": _("Self-check answered"),
    "ticket_opened": _("Ticket opened"),
    "ticket_answered": _("Ticket answered"),
    "ticket_noted": _("Note on a ticket"),
    "ticket_handed_over": _("Ticket handed over"),
    "ticket_escalated": _("Ticket escalated"),
    "ticket_rated": _("Ticket rated"),
    "ticket": _("Picture of a ticket looked at"),
    "own_ticket": _("Picture of the own ticket looked at"),
    "review": _("Paper looked at for a review"),
    "filing": _("Paper looked at while filing"),
    "own_paper": _("Own paper looked at"),
    "own_notice": _("Own notice downloaded"),
    "notice_at_desk": _("Notice looked at at the desk"),
    "demo_story_told": _("Example data made"),
    **dict(PURPOSES),
}
