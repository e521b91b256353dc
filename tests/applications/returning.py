"""An application that came back: chosen items given back by a reviewer, everything else accepted."""

from __future__ import annotations

from applications.models import Registration
from applications.verdicts import all_in_order
from config.kernel import clock
from tests.applications.factories import RegistrationFactory, fault

WORDS = "请按证件核对后修改。"
# A reason of the catalogue that fits the kind of item.
REASONS = {
    "paper": "glare",
    "field": "other_field",
    "placement": "other_field",
    "application": "incomplete_set",
}


def give_back(registration: Registration, *items: str, now=None, text: str = WORDS) -> Registration:
    """Returned for these items; read anew, as the next request finds it."""
    now = now or clock.now()
    faults = {item: fault(REASONS[item.partition(":")[0]], text) for item in items}
    registration.return_for_correction(
        by=registration.assignee,
        now=now,
        version=registration.version,
        verdicts=all_in_order(registration) | faults,
    )
    return Registration.objects.get(pk=registration.pk)


def returned_for(*items: str, now=None, **how) -> Registration:
    """A registration of one terminal, or of more, that was given back for these items."""
    registration = RegistrationFactory(state="under_review", now=now or clock.now(), **how)
    return give_back(registration, *items, now=now)
