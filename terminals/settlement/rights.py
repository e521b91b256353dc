"""Who may do what at the settlement desk, asked alike by every step: the right of the role, and the branch."""

from __future__ import annotations

from terminals.models import Terminal

CONFIRM = "settlement.confirm_clearanceitem"
CHECK = "settlement.check_clearanceitem"
CHECK_HOST_TOTALS = "settlement.check_host_totals"
COMPLETE = "settlement.complete_clearance"
SEE_EVIDENCE = "settlement.view_evidence"


def may(person, permission: str, terminal: Terminal) -> bool:
    """Whether the person is staff of the terminal's branch or above it and holds the permission."""
    return bool(
        person.is_staff
        and person.has_perm(permission)
        and person.branch
        and person.branch.contains(terminal.branch)
    )
