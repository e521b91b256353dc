"""Cases for the checks, and what is found in them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from applications.checks import findings_of
from applications.findings.finding import WHOLE
from applications.items import items_of
from applications.models import Placement, Registration
from config.kernel import clock
from merchants.particulars import MerchantType
from tests.applications.factories import CARD, PERSON, RegistrationFactory, particulars
from tests.merchants.factories import OTHER_PERSON, uscc

TODAY = clock.today()
AGENT = {
    "has_agent": True,
    "agent_name": "李小红",
    "agent_id_number": OTHER_PERSON,
    "agent_id_from": date(2021, 7, 5),
    "agent_id_to": date(2041, 7, 5),
    "agent_mobile": "13900139000",
}
OWNER = {
    "name": "王小明",
    "id_type": "resident_id",
    "id_number": PERSON,
    "valid_to": "2039-05-08",
    "share_percent": "60",
}
# The document, mobile and account of somebody else.
NOTHING_IN_COMMON = {
    "responsible_id_number": "440306199901014571",
    "contact_mobile": "13700137000",
    "account_number": "6228480000000000000",
}
# A point in Pudong.
HERE = {"latitude": Decimal("31.2300"), "longitude": Decimal("121.5400"), "coord_system": "wgs84"}
PREFIX = {MerchantType.ENTERPRISE: "91", MerchantType.INSTITUTION: "12"}


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def answers_of(merchant_type=MerchantType.SOLE_TRADER, /, **changed) -> dict:
    """Complete particulars in which nothing is doubtful, with these changes."""
    sound = {} if merchant_type == MerchantType.MICRO else {"uscc": uscc(PREFIX.get(merchant_type, "92"))}
    return particulars(merchant_type, **sound | changed)


def case_of(merchant_type=MerchantType.SOLE_TRADER, /, **changed) -> Registration:
    """A complete draft with these answers."""
    return RegistrationFactory(answers=answers_of(merchant_type, **changed))


def found(case) -> dict[str, list]:
    """What is found in the case as it stands in the database, by code."""
    by_code: dict[str, list] = {}
    for finding in findings_of(Registration.objects.get(pk=case.pk), on=TODAY):
        by_code.setdefault(finding.code, []).append(finding)
    return by_code


def levels(case, code: str) -> set[str]:
    return {finding.level for finding in found(case).get(code, [])}


def shows(case, code: str, level: str, item: str) -> None:
    """The case shows this finding, beside an item of its review, and quotes no number of a person."""
    [finding, *_] = found(case).get(code) or pytest.fail(f"{code} is not among {sorted(found(case))}")
    assert (finding.level, finding.item) == (level, item)
    assert finding.item == WHOLE or finding.item in {each.key for each in items_of(case)}
    assert not [
        secret for secret in (PERSON, OTHER_PERSON, CARD, "13800138000") if secret in finding.sentence
    ]


def line(case) -> Placement:
    return case.placements.get()


def ask_for(case, **changed) -> None:
    """The lines of the case say this instead."""
    Placement.objects.filter(registration=case).update(**changed)
