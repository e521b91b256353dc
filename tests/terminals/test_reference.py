import pytest
from django.db import connection

from config.accounts.models import Role
from config.kernel import append_only, clock
from terminals.code_wording import revise
from terminals.models import ResponseCode, ResponseCodeVersion
from terminals.reference import codes_of_the_house, load_reference_data
from terminals.response_codes import read_code
from tests.accounts.factories import StaffFactory
from tests.terminals.wording import said

pytestmark = pytest.mark.django_db


def test_the_codes_for_an_unregistered_and_a_stopped_terminal_say_what_to_do():
    for code in ("97", "03", "58", "77", "A0", "96"):
        row = ResponseCode.objects.get(code_set="unionpay", code=code)
        assert row.merchant_step_zh
        assert row.merchant_step_en
        assert row.bank_step
    assert ResponseCode.objects.get(code="97").action_class == "D"


def test_loading_again_leaves_what_staff_have_edited():
    row = read_code("97")
    revise(
        row,
        said(row, merchant_step_zh="请致电 95000。"),
        seen=1,
        by=StaffFactory(role="support"),
        now=clock.now(),
    )

    load_reference_data()

    assert read_code("97").merchant_step_zh == "请致电 95000。"
    assert [version.version for version in read_code("97").versions.all()] == [2, 1]


def test_loading_adds_what_is_missing_with_its_first_version():
    append_only.remove(connection, ["terminals_responsecodeversion"])
    ResponseCodeVersion.objects.all().delete()
    ResponseCode.objects.all().delete()

    load_reference_data()

    assert ResponseCode.objects.count() == ResponseCodeVersion.objects.count() == len(codes_of_the_house())


def test_every_code_of_the_published_table_is_there():
    """The UnionPay table of field 39, and the alphabets of hosts that have their own."""
    wanted = (
        "97 03 58 77 A0 99 22 25 79 94 95 96 98 68 90 91 92 12 40 13 61 65 30 05 51 54 55 57 75 "
        "04 07 34 35 37 41 43 00 10 11 A2 A4 A5 A6"
    )
    unionpay = set(ResponseCode.objects.filter(code_set="unionpay").values_list("code", flat=True))
    assert not set(wanted.split()) - unionpay
    assert {read_code(code, code_set="newland").group for code in ("T3", "T4")} == {"registration"}
    assert {read_code(code, code_set="e_phone").group for code in ("P8", "Q4", "R8")} == {"registration"}


def test_the_classes_are_those_of_the_terminal_specification():
    classes = {row.code: row.action_class for row in ResponseCode.objects.filter(code_set="unionpay")}
    expected = {
        "97": "D",
        "03": "C",
        "58": "C",
        "77": "D",
        "A0": "B",
        "99": "B",
        "98": "E",
        "13": "B",
        "04": "D",
        "00": "A",
    }
    assert {code: classes[code] for code in expected} == expected


def test_cards_are_retained_by_the_codes_that_say_so_and_no_others():
    retaining = ResponseCode.objects.filter(retains_card=True).values_list("code", flat=True)
    assert set(retaining) == {"04", "07", "34", "35", "37", "41", "43"}


def test_a_desk_is_a_role_of_the_bank():
    assert set(ResponseCode.Desk.values) <= set(Role.values)
