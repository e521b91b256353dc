"""What each role may do: one table. There are no groups and no permissions given to single people.

A name is `app.codename` as Django names permissions; a test proves that every one of them exists. The domain adds what no
table can say: nobody decides on what they filed, whatever their role, superusers included.
"""

from __future__ import annotations

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
_SUSPICIONS = frozenset({"terminals.view_riskcase", "terminals.view_activationattempt"})
_CODES = frozenset({"terminals.view_registrationcode"})
_CHANGES_TO_CODES = frozenset({"terminals.reissue_registrationcode", "terminals.revoke_registrationcode"})
_RECORDS = frozenset(
    {
        "kernel.view_auditevent",
        "kernel.view_accessrecord",
        "kernel.view_outboxmessage",
        "kernel.view_statuschange",
    }
)

ROLES: dict[str, frozenset[str]] = {
    Role.ACCOUNT_MANAGER: _BUSINESS | {"applications.file_for_merchant"},
    Role.REVIEWER: _BUSINESS | _CODES | _CHANGES_TO_CODES | _PAPERS | {"applications.review_application"},
    Role.SUPERVISOR: _BUSINESS
    | _CODES
    | _CHANGES_TO_CODES
    | {
        *_PAPERS,
        "applications.review_application",
        "kernel.view_outboxmessage",
        "accounts.view_user",
        "accounts.view_branch",
    },
    Role.RISK: _BUSINESS | _CODES | _SUSPICIONS | _PAPERS | {"terminals.revoke_registrationcode"},
    Role.SETTLEMENT: _BUSINESS | {"merchants.view_settlementaccount"},
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
    Role.SUPPORT: _BUSINESS | _CODES | {"terminals.change_responsecode"},
    Role.AUDITOR: _BUSINESS
    | _CODES
    | _RECORDS
    | {"accounts.view_user", "accounts.view_branch", "terminals.view_activationattempt"},
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
        }
    ),
}


def permissions_of(user: User) -> frozenset[str]:
    """Everything this person's role allows; nothing for people who may not sign in or are not staff."""
    if not (user.is_active and user.is_staff):
        return frozenset()
    return ROLES.get(user.role, frozenset())
