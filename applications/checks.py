"""What the system can check by itself, told to the reviewer and never to the merchant."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.models.document import Document
from config.privacy.identifiers import uscc
from config.privacy.identity_documents import problem_for
from merchants.completeness import doubts
from merchants.models import Merchant
from merchants.settlement_rules import account_problem
from terminals.models import Binding, Device

if TYPE_CHECKING:
    from applications.models.registration import Registration

SOON = timedelta(days=30)


class Finding(NamedTuple):
    """One check: its level ("bad" blocks or nearly, "warn" asks for a look, "ok" passed) and its sentence."""

    level: str
    sentence: str


def findings_of(registration: Registration, *, on: date) -> list[Finding]:
    """All checks of a registration, the worst first."""
    found = [
        *_checksums(registration, on=on),
        *_expiries(registration, on=on),
        *_customer(registration),
        *_devices(registration),
        *_same_papers(registration),
        *(Finding("warn", sentence) for _field, sentence in doubts(registration, on=on)),
    ]
    order = {"bad": 0, "warn": 1, "ok": 2}
    return sorted(found, key=lambda finding: order[finding.level])


def _verdict(problem: str, passed: str) -> Finding:
    return Finding("bad", problem) if problem else Finding("ok", passed)


def _checksums(registration, *, on):
    if not registration.is_micro:
        yield _verdict(uscc.problem(registration.uscc), _("Check digit of the credit code is right"))
    number = problem_for(registration.responsible_id_type, registration.responsible_id_number, on=on)
    yield _verdict(number, _("Check digit of the identity document is right"))
    yield _verdict(
        account_problem(registration), _("Account holder agrees with licence or responsible person")
    )


def _expiries(registration, *, on):
    papers = [
        (
            pgettext("paper", "Identity document"),
            registration.responsible_id_to,
            registration.responsible_id_is_long_term,
        ),
    ]
    if not registration.is_micro:
        papers.insert(0, (_("Licence"), registration.licence_to, registration.licence_is_long_term))
    for name, until, is_long_term in papers:
        if is_long_term or (until and until > on + SOON):
            yield Finding("ok", _("%(paper)s is in force") % {"paper": name})
        elif until is None or until < on:
            yield Finding("bad", _("%(paper)s has expired or has no date") % {"paper": name})
        else:
            yield Finding(
                "warn", _("%(paper)s expires in %(days)s days") % {"paper": name, "days": (until - on).days}
            )


def _customer(registration):
    """A code already onboarded is flagged here, and refused at approval unless the applicant is a member."""
    if registration.merchant_id:
        return
    same = Merchant.objects.filter(uscc=registration.uscc) if registration.uscc else Merchant.objects.none()
    if same.exclude(memberships__user=registration.applicant).exists():
        yield Finding(
            "bad", _("This credit code is already a customer, and the applicant is not one of its people")
        )
    elif same.exists():
        yield Finding("warn", _("This credit code is already a customer of which the applicant is a member"))
    person = Merchant.objects.filter(responsible_id_index=registration.responsible_id_index)
    if registration.responsible_id_index and person.exclude(uscc=registration.uscc).exists():
        yield Finding("warn", _("The responsible person already answers for another merchant"))


def _devices(registration):
    serials = [
        placement.serial_number for placement in registration.placements.all() if placement.serial_number
    ]
    known = {device.serial_number: device for device in Device.objects.filter(serial_number__in=serials)}
    bound = set(
        Binding.objects.filter(serial_number__in=serials, valid_to=None)
        .exclude(application_number=registration.number)
        .values_list("serial_number", flat=True)
    )
    for serial in serials:
        if serial in bound:
            yield Finding("bad", _("Device %(serial)s is bound to another terminal") % {"serial": serial})
        elif serial not in known:
            yield Finding("warn", _("Device %(serial)s is not in the estate yet") % {"serial": serial})
        else:
            yield Finding("ok", _("Device %(serial)s is in the estate") % {"serial": serial})


def _same_papers(registration):
    """The same file in another party's application: a copy, or one person with two names."""
    digests = registration.documents.current().values_list("stored_file__sha256", flat=True)
    others = (
        Document.objects.filter(stored_file__sha256__in=list(digests))
        .exclude(application__applicant=registration.applicant)
        .select_related("application")
    )
    for document in others[:5]:
        yield Finding(
            "warn",
            _("The same file as “%(paper)s” of application %(number)s")
            % {"paper": document.get_paper_display(), "number": document.application.number},
        )
