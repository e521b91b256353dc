"""Screening: what of a party, its people, its account and its devices the blacklist speaks of."""

import pytest

from config.kernel import clock
from merchants.particulars import MerchantType
from merchants.screening import blocks, hits
from tests.merchants.blacklist import listed
from tests.merchants.factories import CARD, OTHER_PERSON, PERSON, onboarded, particulars

pytestmark = pytest.mark.django_db

TODAY = clock.today()
AGENT = {
    "has_agent": True,
    "agent_name": "李小红",
    "agent_id_number": OTHER_PERSON,
    "agent_mobile": "13900139000",
}
OWNER = {
    "name": "欧阳娜娜",
    "id_type": "resident_id",
    "id_number": "440306199901014571",
    "share_percent": "60",
}


@pytest.mark.parametrize(
    ("kind", "value", "answers", "field"),
    [
        ("identity", PERSON, {}, "responsible_id_number"),
        ("identity", OTHER_PERSON, AGENT, "agent_id_number"),
        ("identity", OWNER["id_number"], {"beneficial_owners": [OWNER]}, "beneficial_owners"),
        ("account", "31001512345678901234", {}, "account_number"),
        ("mobile", "13800138000", {}, "contact_mobile"),
        ("mobile", "13900139000", AGENT, "agent_mobile"),
        ("name", "晴川(上海)有限公司", {"registered_name": "晴川（上海） 有限公司"}, "registered_name"),
        ("name", "晴川小店", {"trading_name": "晴川小店"}, "trading_name"),
        ("name", "王小明", {"controller_name": ""}, "responsible_name"),
        ("name", "李小红", AGENT, "agent_name"),
        ("name", "赵四", {"controller_name": "赵四"}, "controller_name"),
        ("name", "欧阳娜娜", {"beneficial_owners": [OWNER]}, "beneficial_owners"),
        ("name", "钱五", {"account_holder": "钱五"}, "account_holder"),
    ],
)
def test_a_mark_of_the_party_is_hit_at_its_field(kind, value, answers, field):
    asked = particulars(MerchantType.ENTERPRISE, **answers)
    assert hits(asked, on=TODAY) == []

    entry = listed(kind, value)

    assert (entry.pk, field) in {(hit.entry.pk, hit.field) for hit in hits(asked, on=TODAY)}
    assert len(blocks(asked, on=TODAY)) == 1


def test_the_same_digits_of_another_kind_are_no_hit():
    listed("account", "13800138000")
    listed("identity", "13800138000")

    assert hits(particulars(), on=TODAY) == []


def test_a_device_is_hit_by_its_serial_number_in_any_spelling():
    entry = listed("serial", "p2a-000 000 901")

    [hit] = hits(particulars(), serial_numbers=["P2A000000902", "P2A000000901"], on=TODAY)

    assert (hit.entry, hit.field, hit.serial_number) == (entry, "", "P2A000000901")


def test_a_part_of_a_name_is_no_hit():
    listed("name", "晴川便利")

    assert hits(particulars(), on=TODAY) == []


def test_a_customer_is_screened_like_an_application():
    merchant = onboarded()
    listed("identity", PERSON)

    assert [hit.field for hit in hits(merchant, on=TODAY)] == ["responsible_id_number"]


def test_one_entry_that_strikes_twice_blocks_with_one_sentence():
    entry = listed("name", "王小明")
    asked = particulars()

    assert {hit.field for hit in hits(asked, on=TODAY)} == {"responsible_name", "account_holder"}
    [sentence] = blocks(asked, on=TODAY)
    assert entry.number in sentence
    assert "王小明" not in sentence


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_is_asked_once(count, django_assert_num_queries):
    listed("identity", PERSON)
    listed("account", CARD)
    serials, asked = [f"P2A00000090{number}" for number in range(count)], particulars()

    with django_assert_num_queries(1):
        assert len(hits(asked, serial_numbers=serials, on=TODAY)) == 2


def test_nothing_to_ask_for_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert hits(object(), on=TODAY) == []
