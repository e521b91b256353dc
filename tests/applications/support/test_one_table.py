"""What a code means is said by one table: the self-check, the help pages and the device API say the same, before and after a change."""

import pytest
from constance import config
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from config.kernel import clock
from terminals.code_wording import revise
from terminals.models import ResponseCode
from terminals.models.response_code import WORDING
from terminals.refusals import error_body
from tests.accounts.factories import StaffFactory
from tests.applications.portal import signed_in
from tests.applications.support.situations import announced, in_use
from tests.merchants.factories import owner_of

pytestmark = pytest.mark.django_db


def checked(code: str) -> str:
    """What a visitor is told about this code."""
    return Client().post(reverse("check"), {"screen": "other", "code": code}).content.decode()


def helped(row: ResponseCode) -> str:
    return Client().get(reverse("help:article", args=[row.code_set, row.code])).content.decode()


def change(row: ResponseCode, **words) -> None:
    said = {name: getattr(row, name) for name in WORDING} | words
    revise(row, said, seen=row.version, by=StaffFactory(role="support"), now=clock.now())


def test_the_self_check_says_of_every_code_what_its_help_page_says():
    config.visitor_checks_per_hour = 1000
    rows = ResponseCode.objects.filter(code_set="unionpay")
    assert rows.count() > 50

    for row in rows:
        for page in (checked(row.code), helped(row)):
            assert escape(row.meaning_zh) in page, row
            assert escape(row.merchant_step_zh) in page, row
        assert reverse("help:article", args=[row.code_set, row.code]) in checked(row.code)


def test_a_changed_row_changes_all_of_them_at_once():
    row = ResponseCode.objects.get(code_set="unionpay", code="97")
    words = {"meaning_zh": "本行尚未登记这台终端", "merchant_step_zh": "请先登记，再输入注册码。"}
    pages = checked("97"), helped(row), str(error_body("serial_not_in_estate"))
    assert not any(words["meaning_zh"] in page for page in pages)

    change(row, **words)

    for page in (checked("97"), helped(row), str(error_body("serial_not_in_estate"))):
        assert words["meaning_zh"] in page
        assert words["merchant_step_zh"] in page


def test_whether_it_is_the_card_is_the_tables_word():
    terminal = in_use()
    owner = signed_in(owner_of(terminal.merchant))
    said = {"typed": terminal.number, "screen": "other", "code": "51"}
    assert "这是卡的问题" in owner.post(reverse("check"), said, follow=True).content.decode()
    row = ResponseCode.objects.get(code_set="unionpay", code="51")

    change(row, group=ResponseCode.Group.HOST)

    assert "这是卡的问题" not in owner.post(reverse("check"), said, follow=True).content.decode()


def test_whoever_is_told_of_a_fault_may_have_its_end_told():
    terminal = in_use()
    bulletin = announced()
    owner = signed_in(owner_of(terminal.merchant))
    page = owner.post(reverse("check"), {"typed": terminal.number, "screen": "stopped"}, follow=True)
    ask = reverse("bulletins:recovery_notice", args=[bulletin.number])
    assert f'action="{ask}"' in page.content.decode()

    owner.post(ask)

    assert bulletin.recovery_notices.get().person == owner_of(terminal.merchant)
