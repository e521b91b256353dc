"""What the system can check by itself, told to the reviewer and never to the merchant.

Each kind of application says which checks it has; each check is a small function in `applications.findings`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from applications.findings.finding import Finding

if TYPE_CHECKING:
    from applications.models.application import Application

__all__ = ["Finding", "findings_of"]

GRAVEST_FIRST = {"bad": 0, "warn": 1, "ok": 2}


def findings_of(case: Application, *, on: date) -> list[Finding]:
    """All checks of a case, the worst first and otherwise in the order of the form."""
    return sorted(case.findings(on=on), key=lambda finding: GRAVEST_FIRST[finding.level])
