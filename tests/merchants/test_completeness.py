from datetime import date, timedelta

import pytest
from stdnum.iso7064 import mod_11_2

from merchants.completeness import doubts, problems
from merchants.models import Division, MerchantCategory
from merchants.particulars import MerchantType
from tests.merchants.factories import OTHER_PERSON, particulars

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 11)


def fields(found) -> set[str]:
    return {field for field, sentence in found if sentence}


@pytest.mark.parametrize("merchant_type", MerchantType.values)
def test_whole_particulars_have_no_problem(merchant_type):
    asked = particulars(merchant_type)

    assert problems(asked, on=TODAY) == []


def test_an_empty_form_is_told_everything_at_once():
    empty = particulars("enterprise", category=None, registered_division=None, business_division=None)
    for name, value in vars(empty).items():
        if isinstance(value, str) and name not in ("merchant_type", "account_kind", "settlement_cycle"):
            setattr(empty, name, "" if "percent" not in name else value)
    empty.licence_from = empty.responsible_id_from = empty.responsible_id_to = None
    empty.beneficial_owners = []

    assert fields(problems(empty, on=TODAY)) >= {
        "registered_name",
        "trading_name",
        "uscc",
        "licence_from",
        "business_scope",
        "category",
        "registered_division",
        "registered_address",
        "business_division",
        "business_address",
        "responsible_name",
        "responsible_id_type",
        "responsible_id_from",
        "responsible_id_to",
        "controller_name",
        "beneficial_owners",
        "contact_name",
        "contact_mobile",
        "account_holder",
        "account_number",
        "account_bank",
        "account_cnaps",
    }


LICENCE = {"licence_is_long_term": False}
AGENT = {
    "has_agent": True,
    "agent_name": "李小红",
    "agent_id_number": OTHER_PERSON,
    "agent_id_from": date(2021, 7, 5),
    "agent_id_to": date(2041, 7, 5),
    "agent_mobile": "13900139000",
}
OWNER = {"name": "王小明", "id_type": "resident_id", "id_number": OTHER_PERSON, "share_percent": "60"}


@pytest.mark.parametrize(
    ("merchant_type", "change", "field"),
    [
        ("sole_trader", {"merchant_type": ""}, "merchant_type"),
        ("sole_trader", {"trading_name": "店"}, "trading_name"),
        ("sole_trader", {"trading_name": "晴" * 21}, "trading_name"),
        ("sole_trader", {"trading_name": "晴川<b>"}, "trading_name"),
        ("sole_trader", {"trading_name": "=1+1店"}, "trading_name"),
        ("sole_trader", {"uscc": "91440101MA59ABCD1E"}, "uscc"),
        ("micro", {"uscc": "91440101MA59ABCD1D"}, "uscc"),
        ("sole_trader", {"licence_from": TODAY + timedelta(days=1)}, "licence_from"),
        ("sole_trader", LICENCE, "licence_to"),
        ("sole_trader", LICENCE | {"licence_to": date(2019, 1, 1)}, "licence_to"),
        ("sole_trader", LICENCE | {"licence_to": TODAY - timedelta(days=1)}, "licence_to"),
        ("sole_trader", LICENCE | {"licence_to": TODAY + timedelta(days=29)}, "licence_to"),
        ("sole_trader", {"registered_address": "一号"}, "registered_address"),
        ("sole_trader", {"business_address": "路" * 121}, "business_address"),
        ("sole_trader", {"responsible_id_number": "110105194912310021"}, "responsible_id_number"),
        ("sole_trader", {"responsible_id_number": "310101201502290018"}, "responsible_id_number"),
        (
            "sole_trader",
            {"responsible_id_type": "passport", "responsible_id_number": "1"},
            "responsible_id_number",
        ),
        ("sole_trader", {"responsible_id_from": TODAY + timedelta(days=1)}, "responsible_id_from"),
        ("sole_trader", {"responsible_id_to": None}, "responsible_id_to"),
        ("sole_trader", {"responsible_id_to": TODAY - timedelta(days=1)}, "responsible_id_to"),
        ("sole_trader", {"responsible_id_to": date(2018, 1, 1)}, "responsible_id_to"),
        ("sole_trader", AGENT | {"agent_name": ""}, "agent_name"),
        ("sole_trader", AGENT | {"agent_id_number": "1"}, "agent_id_number"),
        ("sole_trader", AGENT | {"agent_id_number": ""}, "agent_id_number"),
        ("sole_trader", AGENT | {"agent_id_from": None}, "agent_id_from"),
        ("sole_trader", AGENT | {"agent_id_from": TODAY + timedelta(days=1)}, "agent_id_from"),
        ("sole_trader", AGENT | {"agent_id_to": None}, "agent_id_to"),
        ("sole_trader", AGENT | {"agent_id_to": TODAY - timedelta(days=1)}, "agent_id_to"),
        ("sole_trader", AGENT | {"agent_id_to": date(2020, 1, 1)}, "agent_id_to"),
        ("sole_trader", AGENT | {"agent_mobile": "12800138000"}, "agent_mobile"),
        ("enterprise", {"controller_name": ""}, "controller_name"),
        ("enterprise", {"beneficial_owners": []}, "beneficial_owners"),
        ("enterprise", {"beneficial_owners": [OWNER | {"name": ""}]}, "beneficial_owners"),
        ("enterprise", {"beneficial_owners": [OWNER | {"id_type": "x"}]}, "beneficial_owners"),
        ("enterprise", {"beneficial_owners": [OWNER | {"id_number": "1"}]}, "beneficial_owners"),
        ("enterprise", {"beneficial_owners": [OWNER | {"share_percent": "0"}]}, "beneficial_owners"),
        ("enterprise", {"beneficial_owners": [OWNER | {"share_percent": "x"}]}, "beneficial_owners"),
        ("enterprise", {"beneficial_owners": [OWNER, OWNER]}, "beneficial_owners"),
        ("enterprise", {"beneficial_owners": [OWNER | {"valid_to": "2020-01-01"}]}, "beneficial_owners"),
        ("sole_trader", {"contact_mobile": "1380013800"}, "contact_mobile"),
        ("sole_trader", {"contact_phone": "1"}, "contact_phone"),
        ("sole_trader", {"service_phone": "abc"}, "service_phone"),
        ("sole_trader", {"contact_email": "nobody"}, "contact_email"),
        ("sole_trader", {"debit_fee_percent": "-1"}, "debit_fee_percent"),
    ],
)
def test_each_rule_speaks_at_its_field(merchant_type, change, field):
    found = problems(particulars(merchant_type, **change), on=TODAY)

    assert field in fields(found)


def test_a_complete_agent_is_accepted():
    assert problems(particulars(**AGENT), on=TODAY) == []


def test_the_licence_must_outlast_the_application_but_not_the_review():
    asked = particulars(licence_is_long_term=False, licence_to=TODAY + timedelta(days=10))

    assert fields(problems(asked, on=TODAY)) == {"licence_to"}
    assert problems(asked, on=TODAY, licence_margin=timedelta(0)) == []


def test_a_category_the_bank_does_not_serve_is_refused():
    asked = particulars(category=MerchantCategory.objects.get(pk="7995"))

    assert fields(problems(asked, on=TODAY)) == {"category"}


@pytest.mark.parametrize(
    ("code", "is_whole"), [("310000", False), ("440300", False), ("441900", True), ("659001", True)]
)
def test_a_division_is_chosen_to_its_end_and_some_cities_have_no_counties(code, is_whole):
    asked = particulars(business_division=Division.objects.get(pk=code))

    assert fields(problems(asked, on=TODAY)) == (set() if is_whole else {"business_division"})


@pytest.mark.parametrize(
    ("merchant_type", "change", "field"),
    [
        ("enterprise", {"uscc": "92310115MA1K00015G"}, "uscc"),
        ("sole_trader", {"responsible_id_number": "999999198001011233"}, ""),
        ("sole_trader", {"account_number": "6212260100000000009"}, "account_number"),
        ("micro", {"registered_name": "别的名字"}, "registered_name"),
        ("sole_trader", LICENCE | {"licence_to": TODAY + timedelta(days=60)}, "licence_to"),
    ],
)
def test_doubts_are_told_and_block_nothing(merchant_type, change, field):
    found = fields(doubts(particulars(merchant_type, **change), on=TODAY))

    assert field in found if field else True
    assert isinstance(found, set)


def test_good_particulars_raise_no_doubt():
    assert fields(doubts(particulars("sole_trader"), on=TODAY)) == set()


def test_a_person_of_sixteen_is_doubtful_and_a_younger_one_a_problem():
    young, too_young = "310101200905010013", "310101201205010016"
    young = young[:17] + mod_11_2.calc_check_digit(young[:17])
    too_young = too_young[:17] + mod_11_2.calc_check_digit(too_young[:17])

    assert "responsible_id_number" in fields(doubts(particulars(responsible_id_number=young), on=TODAY))
    assert "responsible_id_number" in fields(problems(particulars(responsible_id_number=too_young), on=TODAY))


def test_an_agents_document_may_be_without_end_date():
    answers = AGENT | {"agent_id_to": None, "agent_id_is_long_term": True}

    assert problems(particulars(**answers), on=TODAY) == []
