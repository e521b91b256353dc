"""What the risk desk's blacklist says of a case. The entry is named by its number, its value by nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from applications.findings.finding import WHOLE, Finding, bad, of_device, of_field, ok
from merchants import screening

if TYPE_CHECKING:
    from applications.models.placement import Placement
    from applications.models.registration import Registration


def blacklisted(case: Registration, placements: Iterable[Placement], *, on: date) -> Iterator[Finding]:
    """One finding for each place that an entry in force strikes; one query."""
    lines = {placement.serial_number: placement for placement in placements if placement.serial_number}
    hits = screening.hits(case, serial_numbers=lines, on=on)
    for hit in hits:
        item = of_device(lines[hit.serial_number].position) if hit.serial_number else of_field(hit.field)
        yield bad("blacklisted", item, screening.sentence_of(hit.entry))
    if not hits:
        yield ok("not_blacklisted", WHOLE, _("The blacklist does not speak of this party"))
