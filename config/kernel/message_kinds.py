"""Every kind of message in one table: what staff call it, whom it is for, what its text may name, which ways it goes.

The text is `templates/messages/<kind>.txt`. A kind without a text, or a text that names anything but the keys of its row,
fails a test; the keys are numbers of applications, terminals and notices and counts of days and people, never a person and never a code.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    INBOX = "inbox", _("Portal")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")


class Reader(models.TextChoices):
    MERCHANTS = "merchants", _("To merchants")
    STAFF = "staff", _("To staff")
    EVERYBODY = "everybody", _("To everybody, about the own account")


@dataclass(frozen=True)
class About:
    """What a message speaks of: the SMS that says only that something happened, and the page where it can be read.

    `page` and `desk_page` are route names with the key of the context that fills them; "" stands for the object itself. The
    front page and the account are everybody's own and take none.
    """

    sms: str | Promise
    page: tuple[str, str]
    desk_page: tuple[str, str]


APPLICATION = About(
    _("There is news about application %(number)s. Sign in to the portal to read it."),
    ("applications:status", "number"),
    ("admin:applications_case", ""),
)
TERMINAL = About(
    _("There is news about terminal %(terminal_number)s. Sign in to the portal to read it."),
    ("terminals:terminal", "terminal_number"),
    ("admin:terminals_terminal_change", ""),
)
CLEARANCE = About(
    _("There is news about terminal %(terminal_number)s. Sign in to the portal to read it."),
    ("terminals:terminal", "terminal_number"),
    ("admin:settlement_clearance_change", ""),
)
PARTICULARS = About(
    _("There is news about the particulars of your business. Sign in to the portal to read it."),
    ("home", ""),
    ("admin:merchants_merchant_change", ""),
)
PEOPLE = About(
    _("There is news about the people of merchant %(number)s. Sign in to the portal to read it."),
    ("people:people", "number"),
    ("admin:merchants_merchant_change", ""),
)
HAND_OVER = About(PEOPLE.sms, PEOPLE.page, ("admin:merchants_handover_change", ""))
# Whoever no longer acts for the merchant finds nothing on its pages.
MEMBERSHIP = About(PEOPLE.sms, ("people:list", ""), PEOPLE.desk_page)
RETURN = About(
    _("There is news about return %(number)s. Sign in to the portal to read it."),
    ("returns:order", "number"),
    ("admin:returns_returnorder_change", ""),
)
VIOLATION = About(
    _("There is news about violation %(number)s. Sign in to the portal to read it."),
    ("returns:violation", "number"),
    ("admin:returns_violation_change", ""),
)
CHARGE = About(
    _("There is news about charge %(number)s. Sign in to the portal to read it."),
    ("returns:charge", "number"),
    ("admin:returns_charge_change", ""),
)
BULLETIN = About(
    _("There is news about bulletin %(number)s. Sign in to the portal to read it."),
    ("bulletins:bulletin", "number"),
    ("admin:terminals_bulletin_change", ""),
)
OFFER = About(
    _("There is news about offer %(number)s. Sign in to the portal to read it."),
    ("offers:offer", "number"),
    ("admin:offers_enrolment_change", ""),
)
TICKET = About(
    _("There is news about ticket %(number)s. Sign in to the portal to read it."),
    ("support:ticket", "number"),
    ("admin:support_ticket_change", ""),
)
NOTICE = About(
    _("There is news about notice %(reference)s. Sign in to the portal to read it."),
    ("notices:notice", "reference"),
    ("admin:applications_deactivationnotice_change", ""),
)
EXPORT = About(
    _("There is news about export %(number)s. Sign in to the portal to read it."),
    ("home", ""),
    ("admin:files_export_change", ""),
)
IMPORT = About(
    _("There is news about import %(number)s. Sign in to the portal to read it."),
    ("home", ""),
    ("admin:files_importjob_change", ""),
)
SCHEDULE = About(
    _("There is news about scheduled report %(number)s. Sign in to the portal to read it."),
    ("home", ""),
    ("admin:files_reportschedule_change", ""),
)
ACCOUNT = About(_("There is news about your account. Sign in to the portal to read it."), ("account", ""), ("account", ""))  # fmt: skip
DELETION = About(ACCOUNT.sms, ACCOUNT.page, ("admin:accounts_deletionrequest_change", ""))

EVERY_WAY = (Channel.INBOX, Channel.EMAIL, Channel.SMS)
# Staff sit at the desk all day: what is urgent also comes as an e-mail, nothing wakes a telephone.
AT_THE_DESK = (Channel.INBOX, Channel.EMAIL)


@dataclass(frozen=True)
class Kind:
    """One row. `is_record`: the portal's copy is the record that the person was told, so it cannot be switched off."""

    title: str | Promise
    about: About
    reader: Reader = Reader.MERCHANTS
    keys: frozenset[str] = frozenset()
    channels: tuple[Channel, ...] = EVERY_WAY
    is_record: bool = False


def _application(title: str | Promise, *more: str, is_record: bool = False) -> Kind:
    return Kind(title, APPLICATION, keys=frozenset({"number", *more}), is_record=is_record)


def _for_staff(title: str | Promise) -> Kind:
    return Kind(title, APPLICATION, Reader.STAFF, frozenset({"number"}), AT_THE_DESK)


def _terminal(title: str | Promise, *more: str, is_record: bool = False) -> Kind:
    return Kind(title, TERMINAL, keys=frozenset({"terminal_number", *more}), is_record=is_record)


def _particulars(title: str | Promise, *, is_record: bool = False) -> Kind:
    return Kind(title, PARTICULARS, keys=frozenset({"days_left"}), is_record=is_record)


def _people(title: str | Promise, about: About = PEOPLE) -> Kind:
    return Kind(title, about, keys=frozenset({"number"}), is_record=True)


def _return(title: str | Promise, *more: str, is_record: bool = False) -> Kind:
    return Kind(title, RETURN, keys=frozenset({"number", *more}), is_record=is_record)


def _offer(title: str | Promise) -> Kind:
    return Kind(title, OFFER, keys=frozenset({"number"}), is_record=True)


def _notice(title: str | Promise, reader: Reader = Reader.MERCHANTS) -> Kind:
    channels = EVERY_WAY if reader == Reader.MERCHANTS else AT_THE_DESK
    is_record = reader == Reader.MERCHANTS
    return Kind(title, NOTICE, reader, frozenset({"reference"}), channels, is_record)


def _ticket(title: str | Promise, reader: Reader = Reader.MERCHANTS) -> Kind:
    channels = EVERY_WAY if reader == Reader.MERCHANTS else AT_THE_DESK
    return Kind(title, TICKET, reader, frozenset({"number"}), channels)


def _account(title: str | Promise) -> Kind:
    return Kind(title, ACCOUNT, Reader.EVERYBODY, is_record=True)


KINDS: dict[str, Kind] = {
    "application_submitted": _application(_("Application received")),
    "application_accepted": _application(_("Review has begun")),
    "application_returned": _application(_("Given back for correction"), is_record=True),
    "application_resubmitted": _application(_("Correction received")),
    "application_lapsing": _application(_("Time for correction is running out"), "days_left"),
    "particulars_changing": _application(
        _("To the contact on record: account, name or responsible person are about to change"), is_record=True
    ),
    "application_called_off": _application(_("Called off before it took effect"), is_record=True),
    "application_lapsed": _application(_("Closed when the time for correction had passed"), is_record=True),
    "application_approved": _application(_("Approved, with a code to collect"), is_record=True),
    "application_granted": _application(_("Approved"), is_record=True),
    "application_revoked": _application(_("Stop revoked"), is_record=True),
    "application_overtaken": _application(_("Closed by another application"), is_record=True),
    "application_rejected": _application(_("Refused"), is_record=True),
    "application_review_answered": _application(_("Review of a refusal answered"), is_record=True),
    "application_draft_expiring": _application(_("Draft about to be deleted"), "days_left"),
    "code_expiring": _terminal(_("Registration code about to expire"), "days_left"),
    "terminal_activated": _terminal(_("Terminal activated")),
    "terminal_stopped": _terminal(_("Terminal settled and stopped"), is_record=True),
    "return_opened": _return(_("Device asked back"), is_record=True),
    "return_due": _return(_("Device to be returned soon"), "days_left"),
    "return_overdue": _return(_("Return overdue"), "days_over", is_record=True),
    "return_received": _return(_("Device received")),
    "violation_opened": Kind(
        _("Violation found, statement asked for"), VIOLATION, keys=frozenset({"number"}), is_record=True
    ),
    "violation_decided": Kind(
        _("Decision on a violation"), VIOLATION, keys=frozenset({"number"}), is_record=True
    ),
    "offer_enrolled": _offer(_("Enrolled in an offer")),
    "offer_enrolment_ended": _offer(_("An enrolment has ended with a stop")),
    "offer_over": _offer(_("The time of an offer is over")),
    "offer_called_off": _offer(_("The bank has ended an offer early")),
    "charge_due": Kind(_("Charge under the agreement"), CHARGE, keys=frozenset({"number"}), is_record=True),
    "return_late": Kind(
        _("A return is late"),
        RETURN,
        Reader.STAFF,
        frozenset({"number", "days_over"}),
        AT_THE_DESK,
    ),
    "terminal_suspended": _terminal(_("Terminal suspended"), is_record=True),
    "terminal_resumed": _terminal(_("Terminal in use again"), is_record=True),
    "terminal_unused_soon": _terminal(_("Unused terminal about to be verified"), "days_left"),
    "terminal_unused": _terminal(_("Unused terminal is verified"), is_record=True),
    "terminal_stopping_soon": _terminal(_("Unused terminal about to be stopped"), "days_left"),
    "terminal_resuming_soon": _terminal(_("Closure of a terminal about to end"), "days_left"),
    "licence_expiring": _particulars(_("Business licence about to expire")),
    "identity_expiring": _particulars(_("Identity document about to expire")),
    "attestation_expiring": _particulars(_("Particulars to be confirmed soon")),
    "licence_expired": _particulars(_("Notice: business licence expired, suspension ahead"), is_record=True),
    "identity_expired": _particulars(
        _("Notice: identity document expired, suspension ahead"), is_record=True
    ),
    "attestation_expired": _particulars(
        _("Notice: particulars not confirmed, suspension ahead"), is_record=True
    ),
    "member_joined": _people(_("Somebody new acts for the merchant")),
    "people_changed": _people(_("The people of the merchant changed")),
    "membership_changed": _people(_("What one may do for a merchant changed"), MEMBERSHIP),
    "handover_asked": _people(_("Asked to take a merchant over")),
    "handover_waits": _people(
        _("To the owner and the contact on record: ownership is about to be handed over")
    ),
    "handover_done": _people(_("Ownership handed over")),
    "handover_stopped": _people(_("Ownership not handed over")),
    "handover_check": Kind(
        _("A hand-over of ownership waits for the bank"),
        HAND_OVER,
        Reader.STAFF,
        frozenset({"number"}),
        AT_THE_DESK,
    ),
    "application_held": _for_staff(_("A decision waits for a second person")),
    "application_overdue": _for_staff(_("Application overdue")),
    "application_revocation_asked": _for_staff(_("A revocation waits for a second person")),
    "application_change_disowned": _for_staff(
        _("A merchant called off a change of account, name or responsible person")
    ),
    "application_escalated": _for_staff(_("Passed to the supervisors")),
    "application_review_asked": _for_staff(_("Review of a refusal asked for")),
    "bulletin_over": Kind(_("A fault or an upgrade is over"), BULLETIN, keys=frozenset({"number"})),
    "bulletin_changed": Kind(
        _("A fault or an upgrade lasts longer, or touches something else"),
        BULLETIN,
        keys=frozenset({"number"}),
    ),
    "bulletin_drafted": Kind(
        _("Many equal self-checks: a draft of a bulletin"),
        BULLETIN,
        Reader.STAFF,
        frozenset({"number", "people_count"}),
        AT_THE_DESK,
    ),
    "clearance_opened": Kind(
        _("A terminal is to be settled"), CLEARANCE, Reader.STAFF, frozenset({"terminal_number"}), AT_THE_DESK
    ),
    "notice_issued": _notice(_("Notice of a stop issued")),
    "notice_corrected": _notice(_("Notice of a stop corrected")),
    "notice_revoked": _notice(_("Notice of a stop revoked")),
    "notice_objection_answered": _notice(_("Objection to a notice answered")),
    "notice_objected": _notice(_("Objection to a notice raised"), Reader.STAFF),
    "ticket_received": _ticket(_("Ticket received")),
    "ticket_sale_received": _ticket(_("Ticket on a missing transaction received")),
    "ticket_answered": _ticket(_("Ticket answered")),
    "ticket_question": _ticket(_("Ticket waits for the merchant's answer")),
    "ticket_merged": _ticket(_("Ticket merged into another one")),
    "ticket_closed": _ticket(_("Ticket closed")),
    "ticket_written": _ticket(_("The merchant has written in a ticket"), Reader.STAFF),
    "ticket_handed": _ticket(_("A ticket was handed over"), Reader.STAFF),
    "ticket_reopened": _ticket(_("A ticket was reopened"), Reader.STAFF),
    "ticket_overdue": _ticket(_("Ticket overdue"), Reader.STAFF),
    "export_ready": Kind(_("Export ready"), EXPORT, Reader.STAFF, frozenset({"number"}), AT_THE_DESK),
    "export_failed": Kind(_("Export failed"), EXPORT, Reader.STAFF, frozenset({"number"}), AT_THE_DESK),
    "import_done": Kind(_("Import finished"), IMPORT, Reader.STAFF, frozenset({"number"}), AT_THE_DESK),
    "import_failed": Kind(_("Import not made"), IMPORT, Reader.STAFF, frozenset({"number"}), AT_THE_DESK),
    "schedule_stopped": Kind(
        _("Scheduled report stopped"), SCHEDULE, Reader.STAFF, frozenset({"number"}), AT_THE_DESK
    ),
    "account_email_changed": _account(_("E-mail address changed")),
    "account_password_changed": _account(_("Password changed")),
    "account_password_reset": _account(_("Password reset")),
    "account_factor_added": _account(_("Second factor set up")),
    "account_factor_removed": _account(_("Second factor removed")),
    "account_passkey_added": _account(_("Passkey added")),
    "account_passkey_removed": _account(_("Passkey removed")),
    "account_recovery_codes_made": _account(_("Recovery codes made")),
    "account_deletion_asked": _account(_("Deletion of the account asked for")),
    "account_deletion_refused": _account(_("Deletion of the account refused")),
    "deletion_asked": Kind(
        _("Somebody wants their account deleted"),
        DELETION,
        Reader.STAFF,
        frozenset({"number"}),
        AT_THE_DESK,
    ),
}


def kind_of(name: str) -> Kind | None:
    """The row of a kind; None for one that only a newer release knows."""
    return KINDS.get(name)
