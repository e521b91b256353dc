"""The numbers that law or the bank may change: name, first value, what it is, and the least and most it may be.

Edited in the admin; `config.kernel.policy` reads them. Each is a whole number.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Number:
    default: int
    label: str | Promise
    help_text: str | Promise
    least: int
    most: int


POLICY: dict[str, Number] = {
    "code_valid_days": Number(
        7, _("Registration code: days valid"), _("Counted from issue; afterwards the code is wiped."), 1, 30
    ),
    "code_max_tries": Number(
        5, _("Registration code: wrong tries"), _("The code locks at this many wrong entries."), 3, 10
    ),
    "code_reissues_per_day": Number(
        5,
        _("Registration code: re-issues in 24 hours"),
        _("Per terminal; each one revokes the code before."),
        1,
        20,
    ),
    "activation_tries_per_minute": Number(
        10, _("Activation: tries per minute"), _("From one network address."), 1, 600
    ),
    "terminals_per_application": Number(
        20, _("Application: terminals"), _("Most terminals that one application may ask for."), 1, 100
    ),
    "draft_days": Number(
        30,
        _("Application: days a draft is kept"),
        _("Counted from the last change, deleted after warnings."),
        7,
        365,
    ),
    "drafts_per_person": Number(
        5, _("Application: drafts per person"), _("Most drafts one applicant may keep at a time."), 1, 50
    ),
    "review_working_days": Number(
        3,
        _("Review: working days"),
        _("From submission to decision; shown to the merchant as the promise."),
        1,
        30,
    ),
    "change_cooling_hours": Number(
        24,
        _("Change: hours until it takes effect"),
        _(
            "Of account, name or responsible person, after the approval; the old contact can object meanwhile."
        ),
        0,
        240,
    ),
    "correction_working_days": Number(
        5, _("Correction: working days"), _("What a returned application waits before it lapses."), 1, 60
    ),
    "correction_rounds": Number(
        3,
        _("Correction: rounds"),
        _("The return after the last of them, and every decision after it, is a supervisor's."),
        1,
        9,
    ),
    "correction_reminder_days": Number(
        2,
        _("Correction: days before the deadline for the last reminder"),
        _("The first one is sent at half time."),
        1,
        10,
    ),
    "claim_idle_minutes": Number(
        30,
        _("Review: idle minutes until a case is free again"),
        _("Counted from the reviewer's last act."),
        5,
        480,
    ),
    "reservation_hours": Number(
        24,
        _("Review: hours a case waits for its reviewer"),
        _("After a correction, an assignment or a reversed decision."),
        1,
        96,
    ),
    "auto_assign": Number(
        0,
        _("Review: hand out cases by themselves"),
        _("1 hands waiting cases to reviewers in the bank's hours, 0 leaves them to be taken."),
        0,
        1,
    ),
    "auto_assign_cap": Number(
        10,
        _("Review: cases handed to one reviewer"),
        _("Whoever has so many gets no more by themselves."),
        1,
        200,
    ),
    "review_draft_hours": Number(
        24, _("Review: hours a draft is kept"), _("After the claim on the case was lost."), 1, 168
    ),
    "review_request_days": Number(
        30,
        _("Refusal: days to ask for a review"),
        _("Counted from the refusal; a merchant asks once."),
        1,
        180,
    ),
    "hold_high_risk": Number(
        1,
        _("Second person: high risk"),
        _("1 holds decisions on applications of high risk, 0 does not."),
        0,
        1,
    ),
    "hold_terminals_over": Number(
        10,
        _("Second person: terminals"),
        _("An approval of more terminals than this waits for a second person."),
        1,
        100,
    ),
    "hold_bank_stops": Number(
        1,
        _("Second person: stops by the bank"),
        _("1 holds approvals of stops that the bank asks for, 0 does not. An emergency is always held."),
        0,
        1,
    ),
    "hold_early_stops": Number(
        1,
        _("Second person: stops without notice"),
        _("1 holds approvals of stops that come sooner than their notice, 0 does not."),
        0,
        1,
    ),
    "stop_notice_working_days": Number(
        3,
        _("Stop: working days of notice"),
        _("A merchant asks for a stop at least so long ahead; a lost device is stopped at once."),
        0,
        30,
    ),
    "stop_settle_working_days": Number(
        3,
        _("Stop: working days to settle"),
        _("From settlement only until the last batch is to be settled; stands in the notice."),
        1,
        30,
    ),
    "closure_days": Number(
        90,
        _("Planned closure: days"),
        _("A terminal that is closed for a time at its merchant's request comes back within these days."),
        1,
        90,
    ),
    "unused_stop_months": Number(
        12,
        _("Unused terminal: months until it is stopped"),
        _("Without a transaction; spares excepted. Later than the verification."),
        2,
        36,
    ),
    "unused_again_days": Number(
        90,
        _("Unused terminal: days until its stop is asked for again"),
        _("After such a stop was refused, called off or revoked."),
        7,
        365,
    ),
    "notice_objection_working_days": Number(
        5,
        _("Notice of a stop: working days to object"),
        _(
            "Counted from the day after the notice was delivered, and from the day after its issue until then."
        ),
        3,
        30,
    ),
    "notice_answer_working_days": Number(
        5,
        _("Notice of a stop: working days to answer an objection"),
        _("Stands in the notice as the bank's promise."),
        1,
        30,
    ),
    "notice_deposit_working_days": Number(
        5,
        _("Notice of a stop: working days to pay back the deposit"),
        _("Counted from the day the devices have been inspected; stands in the notice."),
        1,
        60,
    ),
    "notice_money_working_days": Number(
        1,
        _("Notice of a stop: working days to pay out what is left"),
        _("Counted from the day the last batch is settled; stands in the notice."),
        1,
        30,
    ),
    "licence_warning_days": Number(
        90,
        _("Checks: days before a licence ends"),
        _("The reviewer is warned of a licence that ends within these days."),
        1,
        365,
    ),
    "card_warning_days": Number(
        30,
        _("Checks: days before an identity document ends"),
        _("The reviewer is warned of a document that ends within these days."),
        1,
        365,
    ),
    "place_distance_metres": Number(
        2000,
        _("Checks: metres from the business"),
        _("The reviewer is warned of a fixed terminal farther away; at one address of a quarter of it."),
        200,
        100_000,
    ),
    "return_working_days": Number(
        10,
        _("Return: working days"),
        _("From the day a device is asked back until it has to be there."),
        1,
        60,
    ),
    "return_reminder_days": Number(
        3,
        _("Return: days before the day for the reminder"),
        _("What is on its way is not reminded of."),
        1,
        30,
    ),
    "return_late_days": Number(
        7,
        _("Return: days overdue until the store room takes it up"),
        _("The merchant is told the first day, and once more then."),
        2,
        90,
    ),
    "statement_working_days": Number(
        5,
        _("Violation: working days for the statement"),
        _("What the merchant has to answer the findings."),
        1,
        30,
    ),
    "charge_days": Number(
        15, _("Charge: days until it is due"), _("Counted from the day it is raised."), 1, 90
    ),
    "waiver_limit_yuan": Number(
        200,
        _("Charge: yuan that one person may waive"),
        _("A waiver of more is granted by a second person."),
        0,
        100_000,
    ),
    "unused_review_months": Number(
        3,
        _("Unused terminal: months until its merchant is verified anew"),
        _("Without a transaction and without a confirmation; spares excepted."),
        1,
        12,
    ),
    "notice_days_first": Number(
        30,
        _("Announcements: days ahead, the first"),
        _("Of the verification or the stop of an unused terminal."),
        8,
        90,
    ),
    "notice_days_second": Number(
        7, _("Announcements: days ahead, the second"), _("Also of the end of a planned closure."), 2, 30
    ),
    "notice_days_last": Number(
        1, _("Announcements: days ahead, the last"), _("Also of the end of a planned closure."), 1, 7
    ),
    "attestation_months": Number(
        12,
        _("Particulars: months until they are confirmed again"),
        _("Counted from the last confirmation or granted change, and from the contract."),
        6,
        36,
    ),
    "expiry_days_first": Number(
        60,
        _("Particulars: days ahead, the first reminder"),
        _("Of the end of a licence or identity document, and of the confirmation."),
        31,
        180,
    ),
    "expiry_days_second": Number(
        30, _("Particulars: days ahead, the second reminder"), _("As the first."), 8, 90
    ),
    "expiry_days_last": Number(7, _("Particulars: days ahead, the last reminder"), _("As the first."), 1, 30),
    "expiry_grace_days": Number(
        30,
        _("Particulars: days of grace"),
        _("From the formal notice that they have run out until the terminals are suspended."),
        5,
        180,
    ),
    "bulletin_ahead_days": Number(
        7,
        _("Bulletins: days ahead"),
        _("So long before its beginning a planned upgrade stands on the home page."),
        1,
        30,
    ),
    "bulletin_check_people": Number(
        5,
        _("Bulletins: people whose self-checks make a draft"),
        _("So many different people with the same code in one branch within one hour."),
        2,
        1000,
    ),
    "ticket_answer_hours": Number(
        2,
        _("Ticket: working hours to answer"),
        _("From its opening and from the merchant's answer; shown to the merchant as the promise."),
        1,
        80,
    ),
    "ticket_sale_hours": Number(
        8,
        _("Ticket: working hours to find a missing sale"),
        _("As the one before, for a transaction that cannot be found."),
        1,
        80,
    ),
    "ticket_next_word_hours": Number(
        8,
        _("Ticket: working hours to the next word"),
        _("After an answer that leaves the ticket open."),
        1,
        80,
    ),
    "ticket_reopen_days": Number(
        7, _("Ticket: days to reopen"), _("Counted from its closing, for merchants and staff alike."), 1, 60
    ),
    "caller_minutes": Number(
        15,
        _("Caller: minutes"),
        _("So long a member of staff sees a caller's merchant after the check of identity."),
        5,
        60,
    ),
    "caller_tries": Number(
        3,
        _("Caller: failed checks"),
        _(
            "After so many for a merchant within 24 hours nobody is checked by telephone until they have passed."
        ),
        1,
        10,
    ),
    "bank_opens": Number(
        9, _("Bank hours: opens"), _("Hour of the day, on working days; review time runs from here."), 0, 22
    ),
    "bank_closes": Number(
        17,
        _("Bank hours: closes"),
        _("Hour of the day at which deadlines fall; later than the opening."),
        1,
        24,
    ),
    "retention_years": Number(
        10,
        _("Retention: years"),
        _("Identity records after the relationship ends (Anti-Money-Laundering Law)."),
        5,
        30,
    ),
    "abandoned_retention_days": Number(
        90,
        _("Retention: days without a contract"),
        _("Rejected, withdrawn and lapsed applications."),
        30,
        365,
    ),
    "upload_limit_mb": Number(10, _("Upload: megabytes"), _("Per file, counted while it arrives."), 1, 20),
    "upload_pixel_limit_mp": Number(
        52, _("Upload: megapixels"), _("Per image, checked before it is decoded."), 5, 100
    ),
    "uploads_per_application": Number(
        60, _("Upload: files per application"), _("All papers and their replacements together."), 10, 500
    ),
    "self_checks_per_hour": Number(
        10, _("Self-check: checks per hour"), _("Of one account; more are refused with a sentence."), 1, 100
    ),
    "self_check_report_minutes": Number(
        30,
        _("Self-check: minutes for the report to the clearing house"),
        _("After a check that found it on its way; if it is so still, a ticket opens by itself."),
        5,
        240,
    ),
    "visitor_checks_per_hour": Number(
        60,
        _("Self-check: visitors' checks per hour"),
        _("From one network address; whoever has signed in is not counted."),
        1,
        1000,
    ),
    "sign_up_codes_per_hour": Number(
        5, _("Sign-up: codes per hour"), _("To one mobile number or e-mail address."), 1, 20
    ),
    "invitation_days": Number(
        7, _("People of a merchant: days an invitation is open"), _("Afterwards its address is wiped."), 1, 30
    ),
    "invitations_per_day": Number(
        10, _("People of a merchant: invitations per day"), _("Sent by all owners of one merchant."), 1, 100
    ),
    "handover_cooling_hours": Number(
        48,
        _("Hand-over of ownership: hours before the bank confirms it"),
        _("From the successor's consent; the former owner and the contact on record are told meanwhile."),
        0,
        240,
    ),
    "handover_answer_days": Number(
        7, _("Hand-over of ownership: days for the successor"), _("To accept it."), 1, 30
    ),
    "personal_export_days": Number(
        7, _("Copy of personal data: days kept"), _("Afterwards the file is wiped."), 1, 30
    ),
    "export_rows_at_once": Number(
        1_000,
        _("Export: rows handed out at once"),
        _("A longer report is made in the background."),
        0,
        10_000,
    ),
    "export_days": Number(
        7,
        _("Export: days a file is kept"),
        _("Counted from when it is ready; afterwards it is deleted."),
        1,
        30,
    ),
    "exports_per_day": Number(
        20, _("Export: exports in 24 hours"), _("Per person, short and long ones together."), 1, 500
    ),
}

# As django-constance wants them: value, help text, type.
CONSTANCE = {name: (number.default, number.help_text, int) for name, number in POLICY.items()}
