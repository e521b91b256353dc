"""What the system can check by itself, told to the reviewer and never to the merchant.

Each check is a small function in `applications.findings`. What they ask of the database does not grow with the application.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from applications.findings import customers, numbers, validity
from applications.findings.devices import devices
from applications.findings.finding import Finding
from applications.findings.listed import blacklisted
from applications.findings.papers import same_papers
from applications.findings.places import cities, distances, points
from config.kernel.policy import current_policy
from merchants import screening

if TYPE_CHECKING:
    from applications.models.registration import Registration

__all__ = ["Finding", "blocking", "findings_of"]

GRAVEST_FIRST = {"bad": 0, "warn": 1, "ok": 2}


def findings_of(registration: Registration, *, on: date) -> list[Finding]:
    """All checks of a registration, the worst first and otherwise in the order of the form."""
    return sorted(_findings(registration, on=on), key=lambda finding: GRAVEST_FIRST[finding.level])


def blocking(registration: Registration, *, on: date) -> list[str]:
    """What forbids an approval whatever the reviewer says, in words for staff: the entries of the blacklist in force."""
    serials = [line.serial_number for line in registration.lines() if line.serial_number]
    return screening.blocks(registration, serial_numbers=serials, on=on)


def _findings(case: Registration, *, on: date) -> Iterator[Finding]:
    policy = current_policy()
    placements = case.lines()
    documents = sorted(case.papers_on_file(), key=lambda document: document.pk)
    yield from blacklisted(case, placements, on=on)
    for check in numbers.CHECKS:
        yield from check(case, on=on)
    yield from validity.papers_in_force(case, on=on, policy=policy)
    for compare in customers.CHECKS:
        yield from compare(case)
    yield from devices(case, placements)
    yield from validity.wished_dates(placements, on=on)
    yield from points(placements)
    yield from cities(case, placements)
    yield from distances(case, placements, far=policy.place_distance_metres)
    yield from same_papers(case, documents)
