"""All the checks together: their order, their items, their cost, and the risk that follows from them."""

import pytest
from constance import config
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.checks import findings_of
from applications.findings.finding import ITEM_OF
from applications.items import items_of
from applications.models import Placement, Registration
from merchants.particulars import MerchantType
from tests.applications.factories import PERSON, RegistrationFactory
from tests.applications.findings.cases import AGENT, HERE, TODAY, answers_of, case_of, in_days
from tests.merchants.blacklist import listed
from tests.merchants.factories import onboarded

pytestmark = pytest.mark.django_db

ENTERPRISE, MICRO, SOLE = MerchantType.ENTERPRISE, MerchantType.MICRO, MerchantType.SOLE_TRADER


@pytest.mark.parametrize("kind", [SOLE, ENTERPRISE, MICRO, MerchantType.INSTITUTION])
def test_a_case_without_fault_passes_every_check(kind):
    findings = findings_of(case_of(kind), on=TODAY)

    assert [each for each in findings if each.level != "ok"] == []
    assert len(findings) >= 8


def test_the_gravest_comes_first():
    case = case_of(responsible_id_to=in_days(-1), account_number="6222021000000000008")

    order = [finding.level for finding in findings_of(case, on=TODAY)]

    assert order == sorted(order, key=["bad", "warn", "ok"].index)
    assert {"bad", "warn", "ok"} == set(order)


def test_the_item_of_every_column_is_that_of_the_review():
    case = case_of(ENTERPRISE, **AGENT)
    case.merchant_type = ENTERPRISE

    for item in items_of(case):
        if item.key.startswith("field:"):
            for column in item.fields:
                assert ITEM_OF.get(column, column) == item.key.partition(":")[2], column


def test_the_checks_ask_the_same_whatever_the_number_of_terminals():
    counts = []
    for terminals in (1, 3):
        case = RegistrationFactory(terminals=terminals, answers=answers_of(ENTERPRISE, **AGENT))
        Placement.objects.filter(registration=case).update(**HERE)
        case = Registration.objects.select_related("branch").get(pk=case.pk)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            findings_of(case, on=TODAY)
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert counts[0] <= 14


def test_the_checks_ask_the_same_whatever_they_find():
    """A crowd that shares every mark costs no more questions than a stranger."""
    counts = []
    for others in (1, 3):
        for _ in range(others):
            onboarded()
            RegistrationFactory(state="submitted")
        case = Registration.objects.select_related("branch").get(pk=case_of().pk)
        with CaptureQueriesContext(connection) as asked:
            assert {"id_used_elsewhere"} <= {finding.code for finding in findings_of(case, on=TODAY)}
        counts.append(len(asked))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("answers", "risk"),
    [
        ({}, "low"),
        ({"account_number": "6222021000000000008"}, "medium"),
        ({"responsible_id_to": TODAY}, "medium"),
    ],
)
def test_the_risk_of_an_application_follows_its_gravest_finding(answers, risk):
    case = case_of(**answers)

    assert case.assessed_risk(on=TODAY) == risk
    listed("identity", PERSON)
    assert case.assessed_risk(on=TODAY) == "high"


def test_an_empty_draft_is_answered():
    empty = RegistrationFactory(filled=False)

    assert {finding.level for finding in findings_of(empty, on=TODAY)} >= {"bad"}


def test_the_bank_says_when_a_warning_is_due():
    case = case_of(responsible_id_to=in_days(40))
    assert "id_expires_soon" not in {each.code for each in findings_of(case, on=TODAY)}

    config.card_warning_days = 60

    assert "id_expires_soon" in {each.code for each in findings_of(case, on=TODAY)}
