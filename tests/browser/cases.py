"""Cases to begin a journey of the review desk with, reached through the verbs, with papers that a browser can show."""

from __future__ import annotations

from applications.corrections import confirm, corrections_of
from applications.models import Registration
from applications.papers import attach
from applications.verdicts import all_in_order
from config.kernel import clock
from tests.applications.factories import consent, fault, photo
from tests.browser.drafts import submitted


def taken(shop, by=None) -> Registration:
    """A first submission in a reviewer's hands."""
    case = Registration.objects.get(pk=submitted(shop).pk)
    case.claim(by=by or shop.reviewer, now=clock.now())
    return case


def second_round(shop) -> Registration:
    """The licence was returned and sent anew; the same reviewer has the case again."""
    case = taken(shop)
    case.return_for_correction(
        by=shop.reviewer,
        now=clock.now(),
        version=case.version,
        verdicts=all_in_order(case) | {"paper:licence": fault("glare")},
    )
    case = Registration.objects.get(pk=case.pk)
    attach(case, "licence", photo("新执照.jpg", colour="#e9c3d8"), by=case.applicant, now=clock.now())
    for each in corrections_of(case):
        if each.may_be_confirmed:
            confirm(case, each.item, by=case.applicant, now=clock.now())
    case = Registration.objects.get(pk=case.pk)
    case.submit(by=case.applicant, now=clock.now(), consent=consent())
    case.claim(by=shop.reviewer, now=clock.now())
    return case


def address_of(case) -> str:
    return f"/admin/applications/application/{case.pk}/review/"
