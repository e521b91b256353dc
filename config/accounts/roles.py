"""What each role may do: one table for staff, one for a merchant's own people. Nobody has groups or permissions of their own.

A name is `app.codename` as Django names permissions; a test proves that every one of them exists. The domain adds what no
table can say: nobody decides on what they filed, whatever their role, superusers included.
"""

from __future__ import annotations

from enum import StrEnum

from config.accounts.models import Role, User

# Every desk sees what it works on; what it may do there differs by role below.
_BUSINESS = frozenset(
    {
        "applications.view_application",
        "applications.view_deactivationnotice",
        "merchants.view_merchant",
        "merchants.view_outlet",
        "merchants.view_division",
        "merchants.view_merchantcategory",
        "terminals.view_terminal",
        "terminals.view_device",
        "terminals.view_devicemodel",
        "terminals.view_binding",
        "terminals.view_responsecode",
        "terminals.view_bulletin",
    }
)
# A photograph of an identity card shows all that a mask hides, so both go together.
_PAPERS = frozenset({"applications.view_papers", "applications.reveal_particulars"})
_REASONS = frozenset({"applications.view_reasoncode"})
# What was given back, item by item; and who decided what, how fast, and how much passes at the first look.
_CORRECTIONS = frozenset({"applications.view_itemreview"})
_DECISIONS = frozenset({"applications.view_decision"}) | _CORRECTIONS
_SUSPICIONS = frozenset({"terminals.view_riskcase", "terminals.view_activationattempt"})
_BLACKLIST = frozenset(
    {
        "merchants.view_blacklistentry",
        "merchants.add_blacklistentry",
        "merchants.remove_blacklistentry",
        "merchants.import_blacklistentry",
    }
)
_RETURNS = frozenset({"returns.view_returnorder"})
_CHARGES = frozenset({"returns.view_charge", "returns.view_tariff"})
_VIOLATIONS = _CHARGES | {"returns.view_violation", "returns.view_violationcategory", "returns.view_measure"}
_VIOLATION_DESK = _VIOLATIONS | {
    "returns.handle_violation",
    "returns.decide_violation",
    "returns.raise_charge",
    "returns.waive_charge",
}
_CATALOGUE = frozenset(
    f"returns.{verb}_{model}"
    for verb in ("add", "change")
    for model in ("violationcategory", "measure", "tariff")
)
_OFFERS = frozenset({"offers.view_offer", "offers.view_enrolment"})
_OFFER_DESK = _OFFERS | {"offers.write_offer", "offers.publish_offer", "offers.end_offer"}
_ALLOWANCES = frozenset({"terminals.grant_reenrolment"})
_STORE_ROOM = _RETURNS | _ALLOWANCES | {"returns.handle_returnorder", "returns.write_off_returnorder"}
# Why a terminal is suspended; where merchants may not know it, only who may read confidential reasons.
_SUSPENSIONS = frozenset({"terminals.view_suspension"})
_CONFIDENTIAL = frozenset({"terminals.view_confidential_suspension"})
_CATALOGUES = frozenset({"terminals.view_suspensionreason", "terminals.view_stopreason"})
_CHANGES_TO_CATALOGUES = frozenset(
    {
        "terminals.add_suspensionreason",
        "terminals.change_suspensionreason",
        "terminals.add_stopreason",
        "terminals.change_stopreason",
    }
)
_PAUSES = frozenset({"terminals.suspend_terminal", "terminals.release_terminal"})
_VERIFICATION = frozenset({"terminals.verify_terminal"})
_HOST_REPORTS = frozenset({"terminals.view_hostreport"})
_BINDING_REPORTS = frozenset({"terminals.view_bindingreport"})
# The file has plain account numbers in it, and of micro merchants ID numbers.
_CHANGES_TO_BINDING_REPORTS = frozenset({"terminals.make_bindingreport", "terminals.download_bindingreport"})
_BULLETINS = frozenset({"terminals.add_bulletin", "terminals.publish_bulletin"})
# Taking lists away; masked unless the second one is there and a purpose is said.
_EXPORTS = frozenset({"files.view_export", "files.view_reportschedule", "files.take_report"})
_PLAIN_EXPORTS = _EXPORTS | {"files.take_personal_columns"}
_CODES = frozenset({"terminals.view_registrationcode"})
_CHANGES_TO_CODES = frozenset({"terminals.reissue_registrationcode", "terminals.revoke_registrationcode"})
_CHANGES_TO_RESPONSE_CODES = frozenset({"terminals.add_responsecode", "terminals.change_responsecode"})
_NOTICES = frozenset(
    {
        "applications.deliver_deactivationnotice",
        "applications.correct_deactivationnotice",
        "applications.answer_noticeobjection",
    }
)
_RECORDS = frozenset(
    {
        "kernel.view_auditevent",
        "kernel.view_accessrecord",
        "kernel.view_messageswitch",
        "kernel.view_outboxmessage",
        "kernel.view_statuschange",
    }
)

_TICKETS = frozenset({"support.view_ticket", "support.view_closingcause"})
_HELP_LINE = _TICKETS | {
    "support.handle_ticket",
    "support.view_cannedtext",
    "support.view_callercheck",
    "support.add_callercheck",
}
_HELP_LINE_LEAD = _HELP_LINE | {
    "support.lead_ticket",
    "support.view_every_callercheck",
    *(f"support.{verb}_{model}" for verb in ("add", "change") for model in ("cannedtext", "closingcause")),
}

_SELF_CHECKS = frozenset({"support.view_selfcheck", "support.view_selfcheckweek"})
_HAND_OVERS = frozenset({"merchants.view_handover"})
_CLEARANCES = frozenset({"settlement.view_clearance"})
_EVIDENCE = _CLEARANCES | {"settlement.view_evidence"}

ROLES: dict[str, frozenset[str]] = {
    Role.ACCOUNT_MANAGER: _BUSINESS
    | _TICKETS
    | _RETURNS
    | _OFFERS
    | {"offers.write_offer"}
    | {"applications.file_for_merchant", "applications.deliver_deactivationnotice"},
    Role.REVIEWER: _BUSINESS
    | _EXPORTS
    | _CODES
    | _RETURNS
    | _CHANGES_TO_CODES
    | _PAPERS
    | _REASONS
    | _CORRECTIONS
    | _CLEARANCES
    | _SUSPENSIONS
    | _VERIFICATION
    | _NOTICES
    | {"applications.review_application", "applications.release_decision"},
    Role.SUPERVISOR: _BUSINESS
    | _BULLETINS
    | _OFFER_DESK
    | _HELP_LINE_LEAD
    | _HAND_OVERS
    | {"merchants.decide_handover", "merchants.change_division", "merchants.change_merchantcategory"}
    | _PLAIN_EXPORTS
    | _SUSPENSIONS
    | _CONFIDENTIAL
    | _CATALOGUES
    | _CHANGES_TO_CATALOGUES
    | _PAUSES
    | _VERIFICATION
    | _HOST_REPORTS
    | _BINDING_REPORTS
    | _CHANGES_TO_BINDING_REPORTS
    | {"terminals.import_hostreport"}
    | _CODES
    | _STORE_ROOM
    | _VIOLATION_DESK
    | _CATALOGUE
    | _CHANGES_TO_CODES
    | {
        *_PAPERS,
        *_NOTICES,
        *_DECISIONS,
        "applications.revoke_deactivationnotice",
        "applications.review_application",
        "applications.release_decision",
        "applications.take_over_application",
        "applications.decide_after_rounds",
        *_REASONS,
        "applications.add_reasoncode",
        "applications.change_reasoncode",
        "applications.view_absence",
        "applications.add_absence",
        "applications.change_absence",
        "applications.delete_absence",
        *_EVIDENCE,
        *_SELF_CHECKS,
        "settlement.check_clearanceitem",
        "settlement.check_host_totals",
        "kernel.view_outboxmessage",
        "accounts.view_user",
        "accounts.view_branch",
    },
    Role.RISK: _BUSINESS
    | _PLAIN_EXPORTS
    | _ALLOWANCES
    | _VIOLATION_DESK
    | _CODES
    | _RETURNS
    | _SUSPICIONS
    | _PAPERS
    | _BLACKLIST
    | _SUSPENSIONS
    | _CONFIDENTIAL
    | _CATALOGUES
    | _PAUSES
    | _VERIFICATION
    | _HOST_REPORTS
    | _BINDING_REPORTS
    | _CHANGES_TO_BINDING_REPORTS
    | {"terminals.revoke_registrationcode", "terminals.close_riskcase"},
    Role.SETTLEMENT: _BUSINESS
    | _EXPORTS
    | _EVIDENCE
    | _RETURNS
    | _CHARGES
    | _HOST_REPORTS
    | {
        "merchants.view_settlementaccount",
        "returns.settle_charge",
        "settlement.confirm_clearanceitem",
        "settlement.check_clearanceitem",
        "settlement.complete_clearance",
        "terminals.import_hostreport",
    },
    Role.STOREKEEPER: _STORE_ROOM
    | _EXPORTS
    | _CHARGES
    | {"returns.raise_charge"}
    | frozenset(
        {
            "terminals.view_device",
            "terminals.add_device",
            "terminals.change_device",
            "terminals.import_device",
            "terminals.view_devicemodel",
            "terminals.add_devicemodel",
            "terminals.change_devicemodel",
            "terminals.view_kititem",
            "terminals.add_kititem",
            "terminals.change_kititem",
            "terminals.delete_kititem",
            "terminals.view_terminal",
        }
    ),
    Role.FIELD: frozenset(
        {
            "terminals.view_terminal",
            "terminals.view_device",
            "terminals.view_responsecode",
            "terminals.view_bulletin",
            "returns.view_returnorder",
            "merchants.view_outlet",
        }
    ),
    Role.SUPPORT: _BUSINESS
    | _CODES
    | _RETURNS
    | _SUSPENSIONS
    | _BULLETINS
    | _OFFERS
    | _HELP_LINE
    | _SELF_CHECKS
    | _CHANGES_TO_RESPONSE_CODES,
    Role.AUDITOR: _BUSINESS
    | _OFFERS
    | _TICKETS
    | {"support.view_cannedtext", "support.view_callercheck", "support.view_every_callercheck"}
    | _HAND_OVERS
    | _EXPORTS
    | {"files.view_reportschedule", "files.view_every_export"}
    | _DECISIONS
    | _CODES
    | _RETURNS
    | _VIOLATIONS
    | _SUSPENSIONS
    | _CONFIDENTIAL
    | _CATALOGUES
    | _HOST_REPORTS
    | _BINDING_REPORTS
    | _RECORDS
    | _REASONS
    | _EVIDENCE
    | {
        "accounts.view_user",
        "accounts.view_branch",
        "accounts.view_deletionrequest",
        "terminals.view_activationattempt",
        "merchants.view_blacklistentry",
    },
    # Runs the portal and sees none of its business (separation of administrators, GB/T 22239 8.1.4).
    Role.ADMINISTRATOR: frozenset(
        {
            "accounts.view_user",
            "accounts.add_user",
            "accounts.change_user",
            "accounts.view_branch",
            "accounts.add_branch",
            "accounts.change_branch",
            "accounts.view_deletionrequest",
            "accounts.decide_deletionrequest",
            "constance.change_config",
            "constance.view_config",
            "kernel.view_outboxmessage",
            "kernel.resend_outboxmessage",
            "kernel.view_messageswitch",
            "kernel.change_messageswitch",
        }
    ),
}


class MemberRight(StrEnum):
    """What somebody may do for a merchant. Whoever acts for it at all sees all that is the merchant's."""

    FILL_IN = "fill_in"  # applications: begin, answer, upload, delete a draft
    SUBMIT = "submit"  # binds the merchant: the agreement and the consent are given in its name
    WITHDRAW = "withdraw"
    CALL_OFF = "call_off"  # what was granted and waits for its day
    ASK_FOR_REVIEW = "ask_for_review"
    COLLECT_CODES = "collect_codes"
    CONFIRM_USE = "confirm_use"  # that a terminal nobody paid at is in use still
    ATTEST = "attest"  # that the particulars on record are right still, which binds the merchant
    REPLACE_CODES = "replace_codes"  # and take them back
    RETURN_DEVICES = "return_devices"  # say how they come, confirm what came
    MAKE_STATEMENTS = "make_statements"  # to violations, which binds the merchant
    MANAGE_PEOPLE = "manage_people"
    CONFIRM_NOTICES = "confirm_notices"  # that a letter has arrived
    OBJECT_TO_NOTICES = "object_to_notices"
    ENROL_IN_OFFERS = "enrol_in_offers"  # and withdraw, which binds the merchant
    ASK_FOR_HELP = "ask_for_help"  # open a ticket, write in it, reopen and rate it


# By the role of the membership, as it is stored.
MEMBER_RIGHTS: dict[str, frozenset[MemberRight]] = {
    "owner": frozenset(MemberRight),
    "operator": frozenset(
        {
            MemberRight.FILL_IN,
            MemberRight.COLLECT_CODES,
            MemberRight.CONFIRM_USE,
            MemberRight.CONFIRM_NOTICES,
            MemberRight.RETURN_DEVICES,
            MemberRight.ASK_FOR_HELP,
        }
    ),
}


def permissions_of(user: User) -> frozenset[str]:
    """Everything this person's role allows; nothing for people who may not sign in or are not staff."""
    if not (user.is_active and user.is_staff):
        return frozenset()
    return ROLES.get(user.role, frozenset())
