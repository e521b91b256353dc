import pytest

from terminals.models import ResponseCode
from terminals.reference import load_reference_data

pytestmark = pytest.mark.django_db


def test_the_codes_for_an_unregistered_and_a_stopped_terminal_say_what_to_do():
    for code in ("97", "03", "58", "77", "A0", "96"):
        row = ResponseCode.objects.get(code_set="unionpay", code=code)
        assert row.merchant_step_zh
        assert row.merchant_step_en
        assert row.bank_step
    assert ResponseCode.objects.get(code="97").action_class == "D"


def test_loading_again_leaves_what_staff_have_edited():
    ResponseCode.objects.filter(code="97").update(merchant_step_zh="请致电 95000。")
    ResponseCode.objects.filter(code="58").delete()

    load_reference_data()

    assert ResponseCode.objects.get(code="97").merchant_step_zh == "请致电 95000。"
    assert ResponseCode.objects.filter(code="58").count() == 1
