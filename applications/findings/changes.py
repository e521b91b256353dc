"""The checks of a change: what a registration is checked for, as far as it changes, and how grave the change is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from applications.findings import customers, numbers, validity
from applications.findings.finding import WHOLE, Finding, ok, warn
from applications.findings.listed import blacklisted
from applications.findings.papers import same_papers
from config.kernel.policy import current_policy

if TYPE_CHECKING:
    from applications.models.information_change import InformationChange


def findings_of_change(case: InformationChange, *, on: date) -> Iterator[Finding]:
    # The same list of particulars as a registration's.
    party: Any = case
    yield from blacklisted(party, [], on=on)
    if case.is_key_change:
        yield warn(
            "key_particulars_change",
            WHOLE,
            _(
                "Account, name or responsible person change: the old contact is told, and a second person decides too"
            ),
        )
    else:
        yield ok("no_key_particulars", WHOLE, _("Neither account nor name nor responsible person change"))
    changed = case.changed
    for finding in _of_particulars(party, on=on):
        fields = next((item.fields for item in case.own_items(revealed="") if item.key == finding.item), ())
        if finding.item == WHOLE or changed & set(fields):
            yield finding
    documents = sorted(case.papers_on_file(), key=lambda document: document.pk)
    yield from same_papers(party, documents)


def _of_particulars(case: Any, *, on: date) -> Iterator[Finding]:
    for check in numbers.CHECKS:
        yield from check(case, on=on)
    yield from validity.papers_in_force(case, on=on, policy=current_policy())
    for compare in customers.CHECKS:
        yield from compare(case)
