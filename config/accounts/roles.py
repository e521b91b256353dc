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
        "merchants.view_merchant",
        "merchants.view_outlet",
        "merchants.view_division",
        "merchants.view_merchantcategory",
        "terminals.view_terminal",
        "terminals.view_device",
        "terminals.view_devicemodel",
        "terminals.view_binding",
        "terminals.view_responsecode",
    }
)
# A photograph of an identity card shows all that a mask hides, so both go together.
_PAPERS = frozenset({"applications.view_papers", "applications.reveal_particulars"})
_REASONS = frozenset({"applications.view_reasoncode"})
_SUSPICIONS = frozenset({"terminals.view_riskcase", "terminals.view_activationattempt"})
_BLACKLIST = frozenset(
    {
        "merchants.view_blacklistentry",
        "merchants.add_blacklistentry",
        "merchants.remove_blacklistentry",
        "merchants.import_blacklistentry",
    }
)
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
_CODES = frozenset({"terminals.view_registrationcode"})
_CHANGES_TO_CODES = frozenset({"terminals.reissue_registrationcode", "terminals.revoke_registrationcode"})
_RECORDS = frozenset(
    {
        "kernel.view_auditevent",
        "kernel.view_accessrecord",
        "kernel.view_messageswitch",
        "kernel.view_outboxmessage",
        "kernel.view_statuschange",
    }
)

ROLES: dict[str, frozenset[str]] = {
    Role.ACCOUNT_MANAGER: _BUSINESS | {"applications.file_for_merchant"},
    Role.REVIEWER: _BUSINESS
    | _CODES
    | _CHANGES_TO_CODES
    | _PAPERS
    | _REASONS
    | _SUSPENSIONS
    | _VERIFICATION
    | {"applications.review_application", "applications.release_decision"},
    Role.SUPERVISOR: _BUSINESS
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
    | _CHANGES_TO_CODES
    | {
        *_PAPERS,
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
        "kernel.view_outboxmessage",
        "accounts.view_user",
        "accounts.view_branch",
    },
    Role.RISK: _BUSINESS
    | _CODES
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
    | {"terminals.revoke_registrationcode"},
    Role.SETTLEMENT: _BUSINESS
    | _HOST_REPORTS
    | {"merchants.view_settlementaccount", "terminals.import_hostreport"},
    Role.STOREKEEPER: frozenset(
        {
            "terminals.view_device",
            "terminals.add_device",
            "terminals.change_device",
            "terminals.import_device",
            "terminals.view_devicemodel",
            "terminals.add_devicemodel",
            "terminals.change_devicemodel",
            "terminals.view_terminal",
        }
    ),
    Role.FIELD: frozenset(
        {
            "terminals.view_terminal",
            "terminals.view_device",
            "terminals.view_responsecode",
            "merchants.view_outlet",
        }
    ),
    Role.SUPPORT: _BUSINESS | _CODES | _SUSPENSIONS | {"terminals.change_responsecode"},
    Role.AUDITOR: _BUSINESS
    | _CODES
    | _SUSPENSIONS
    | _CONFIDENTIAL
    | _CATALOGUES
    | _HOST_REPORTS
    | _BINDING_REPORTS
    | _RECORDS
    | _REASONS
    | {
        "accounts.view_user",
        "accounts.view_branch",
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
    ASK_FOR_REVIEW = "ask_for_review"
    COLLECT_CODES = "collect_codes"
    CONFIRM_USE = "confirm_use"  # that a terminal nobody paid at is in use still
    REPLACE_CODES = "replace_codes"  # and take them back
    MANAGE_PEOPLE = "manage_people"


# By the role of the membership, as it is stored.
MEMBER_RIGHTS: dict[str, frozenset[MemberRight]] = {
    "owner": frozenset(MemberRight),
    "operator": frozenset({MemberRight.FILL_IN, MemberRight.COLLECT_CODES, MemberRight.CONFIRM_USE}),
}


def permissions_of(user: User) -> frozenset[str]:
    """Everything this person's role allows; nothing for people who may not sign in or are not staff."""
    if not (user.is_active and user.is_staff):
        return frozenset()
    return ROLES.get(user.role, frozenset())
