import pytest

from merchants.settlement_rules import (
    account_problem,
    holder_problem,
    kind_problem,
    kinds_allowed,
    number_doubt,
)
from tests.merchants.factories import particulars

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("merchant_type", "allowed"),
    [
        ("enterprise", {"corporate"}),
        ("institution", {"corporate"}),
        ("social_organisation", {"corporate"}),
        ("rural_cooperative", {"corporate"}),
        ("sole_trader", {"corporate", "personal"}),
        ("micro", {"personal"}),
    ],
)
def test_each_type_of_merchant_has_its_kinds_of_account(merchant_type, allowed):
    assert set(kinds_allowed(merchant_type)) == allowed
    for kind in ("corporate", "personal"):
        assert bool(kind_problem(merchant_type, kind)) == (kind not in allowed)


@pytest.mark.parametrize(
    ("holder", "licence"),
    [
        ("晴川（上海）商贸有限公司", "晴川(上海)商贸有限公司"),
        ("晴川〔上海〕商贸有限公司", "晴川（上海）商贸有限公司"),
        ("ＡＢＣ商贸", "ABC商贸"),
        ("晴川 商贸", "晴川商贸"),
    ],
)
def test_a_holder_may_be_spelled_in_another_width(holder, licence):
    assert holder_problem("corporate", holder, registered_name=licence, responsible_name="王小明") == ""


def test_a_corporate_account_stands_in_the_name_on_the_licence():
    assert holder_problem("corporate", "王小明", registered_name="晴川便利店", responsible_name="王小明")


def test_a_personal_account_stands_in_the_name_of_the_responsible_person():
    assert holder_problem("personal", "李小红", registered_name="晴川便利店", responsible_name="王小明")
    assert holder_problem("personal", "阿·凡提", registered_name="", responsible_name="阿•凡提") == ""


def test_whole_particulars_have_no_problem():
    for merchant_type in ("enterprise", "sole_trader", "micro"):
        assert account_problem(particulars(merchant_type)) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"account_kind": ""},
        {"account_holder": ""},
        {"account_number": ""},
        {"account_number": "12"},
        {"account_bank": ""},
        {"account_cnaps": ""},
        {"account_cnaps": "123"},
        {"account_kind": "personal"},
    ],
)
def test_what_an_enterprise_account_lacks_is_named(change):
    assert account_problem(particulars("enterprise", **change))


def test_an_old_card_that_fails_its_check_digit_is_doubtful_only():
    assert account_problem(particulars("sole_trader", account_number="6212260100000000009")) == ""
    assert number_doubt("personal", "6212260100000000009")
