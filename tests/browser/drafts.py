"""Registrations to begin a journey with: reached through the verbs, with papers that a browser can really show."""

from __future__ import annotations

from applications.models import Registration
from applications.papers import attach
from config.kernel import clock
from tests.applications.factories import RegistrationFactory, consent, photo

COLOURS = ["#e9d8c3", "#c3d8e9", "#d8e9c3", "#e9c3d8"]


def complete_draft(shop, **kwargs) -> Registration:
    """Everything that submission asks is there."""
    registration = RegistrationFactory(branch=shop.branch, **kwargs)
    now = clock.now()
    for place, document in enumerate(registration.documents.all()):
        colour = COLOURS[place % len(COLOURS)]
        attach(
            registration,
            document.paper,
            photo(f"{document.paper}.jpg", colour=colour),
            by=registration.applicant,
            now=now,
        )
    return Registration.objects.get(pk=registration.pk)


def submitted(shop) -> Registration:
    registration = complete_draft(shop)
    registration.submit(by=registration.applicant, now=clock.now(), consent=consent())
    return registration
