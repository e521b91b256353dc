"""All checks of a registration, in the order of the form. What they ask of the database does not grow with it."""

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

if TYPE_CHECKING:
    from applications.models.registration import Registration


def findings_of_registration(case: Registration, *, on: date) -> Iterator[Finding]:
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
