"""The table of response codes: one reader, every version kept, no change lost, and all who speak of a code say the same."""

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.urls import reverse
from django.utils import translation

from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.lifecycle import Refused
from terminals.code_wording import add_code, revise
from terminals.models import ResponseCode, ResponseCodeVersion
from terminals.models.response_code import WORDING
from terminals.refusals import REFUSALS, error_body
from terminals.response_codes import read_code, read_code_for_device, search_codes
from tests.accounts.factories import StaffFactory
from tests.terminals.wording import revised, said

pytestmark = pytest.mark.django_db

NEW = {
    "group": "host",
    "action_class": "C",
    "retains_card": False,
    "screen_text": "系统维护",
    "meaning_zh": "主机维护",
    "meaning_en": "Host maintenance",
    "merchant_step_zh": "请稍候。",
    "merchant_step_en": "Please wait.",
    "bank_step_zh": "",
    "bank_step_en": "",
    "desk": "support",
    "sub_reasons_zh": "",
    "sub_reasons_en": "",
    "note_zh": "",
    "note_en": "",
}


@pytest.fixture
def helper():
    return StaffFactory(role="support")


# -- reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["a0", " A0 ", "Ａ０", "a 0"])
def test_a_code_is_read_however_it_is_typed(typed):
    assert read_code(typed).code == "A0"


@pytest.mark.parametrize("typed", ["", "  ", "ZZ", "97'--", "\x00", "九七", "9" * 10_000, "\ud800"])
def test_what_is_no_code_is_not_listed(typed):
    assert read_code(typed) is None


def test_a_code_belongs_to_its_code_set():
    assert read_code("T4") is None
    assert read_code("T4", code_set="newland").screen_text == "终端未登记"


def test_where_the_table_cannot_be_read_a_device_is_told_what_came_with_the_house():
    stored = read_code("96")

    def down(execute, sql, params, many, context):
        raise OperationalError("server closed the connection")

    with connection.execute_wrapper(down):
        row = read_code_for_device("96")

    assert (row.merchant_step_zh, row.version) == (stored.merchant_step_zh, 1)


def test_every_refusal_names_a_code_of_the_table():
    for refusal in REFUSALS.values():
        assert read_code(refusal.response_code) is not None


@pytest.mark.parametrize(
    ("text", "found"),
    [("97", ["97"]), ("t4", ["T4"]), ("签到 密码", ["99"]), ("Shop moved", ["R8"]), ("没收卡 挂失", ["41"])],
)
def test_a_search_finds_a_code_or_every_word(text, found):
    assert [row.code for row in search_codes(text)] == found


def test_a_visitors_search_does_not_look_into_what_is_for_staff():
    assert "黑名单" in read_code("58").bank_step_zh
    assert not search_codes("黑名单").exists()


# -- changing -------------------------------------------------------------------------------------------------------


def test_a_change_keeps_what_was_said_who_changed_it_and_when(helper):
    before, now = read_code("97"), clock.now()

    changed = revise(before, said(before, meaning_zh="终端号不存在"), seen=1, by=helper, now=now)

    after = read_code("97")
    assert changed == ("meaning_zh",)
    assert (after.meaning_zh, after.version, after.changed_by, after.changed_at) == (
        "终端号不存在",
        2,
        helper,
        now,
    )
    newest, first = after.versions.all()
    assert (first.version, first.meaning_zh, first.changed_by) == (1, before.meaning_zh, None)
    assert (newest.version, newest.meaning_zh, newest.changed_by) == (2, "终端号不存在", helper)
    event = AuditEvent.objects.of(after).get()
    assert (event.action, event.by) == ("response_code_revised", helper)
    assert event.detail == {"code": "unionpay 97", "version": 2, "fields": ["meaning_zh"]}


def test_somebody_elses_change_is_never_written_over(helper):
    opened = read_code("97")
    revised("97", meaning_zh="甲的话")

    with pytest.raises(Refused) as refused:
        revise(opened, said(opened, meaning_zh="乙的话"), seen=opened.version, by=helper, now=clock.now())

    assert (refused.value.code, "2" in refused.value.sentence) == ("stale", True)
    assert (read_code("97").meaning_zh, read_code("97").versions.count()) == ("甲的话", 2)


def test_words_that_change_nothing_make_no_version(helper):
    row = read_code("97")

    assert revise(row, said(row), seen=1, by=helper, now=clock.now()) == ()
    assert (read_code("97").version, row.versions.count()) == (1, 1)


def test_a_new_code_begins_with_its_first_version(helper):
    row = add_code("unionpay", "Z9", NEW, by=helper, now=clock.now())

    assert read_code("z9") == row
    assert [(version.version, version.changed_by) for version in row.versions.all()] == [(1, helper)]


def test_a_code_that_is_listed_is_not_added_again(helper):
    with pytest.raises(Refused, match="代码集"), translation.override("zh-hans"):
        add_code("unionpay", "97", NEW, by=helper, now=clock.now())

    assert ResponseCode.objects.filter(code="97").count() == 1


@pytest.mark.parametrize("statement", ["UPDATE {} SET version = 7", "DELETE FROM {}"])
def test_versions_are_changed_by_nobody(statement):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(ResponseCodeVersion._meta.db_table))


# -- one truth ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_help_pages_and_the_api_say_what_the_rows_say(client, language, settings):
    """Over all rows, whichever refusals name them."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    refusals = {
        refusal.response_code: name for name, refusal in REFUSALS.items() if refusal.next_step is None
    }
    compared = 0
    for row in ResponseCode.objects.all():
        page = client.get(reverse("help:article", args=[row.code_set, row.code]))
        with translation.override(language):
            for words in (row.screen_text, row.meaning, row.merchant_step):
                assert words in page.content.decode().replace("&#x27;", "'"), (row, words)
        assert page.context["row"].version == row.version
        if row.code_set == "unionpay" and row.code in refusals:
            error = error_body(refusals[row.code])["error"]
            assert (error["screen_text"], error["code_version"]) == (row.screen_text, row.version)
            assert (error["meaning"], error["meaning_en"]) == (row.meaning_zh, row.meaning_en)
            assert (error["next_step"], error["next_step_en"]) == (row.merchant_step_zh, row.merchant_step_en)
            compared += 1
    assert compared == len(refusals) >= 4


def test_a_change_is_said_at_once_by_api_help_page_and_searches(client, helper):
    revised(
        "03",
        screen_text="商户待核实",
        meaning_zh="商户资料待核实",
        merchant_step_zh="请到开户网点。",
        meaning_en="Merchant being verified",
        merchant_step_en="Visit your branch.",
    )

    error = error_body("merchant_not_active")["error"]
    assert error["next_step"] == "请到开户网点。"
    assert error["next_step_en"] == "Visit your branch."
    assert (error["screen_text"], error["meaning"], error["code_version"]) == (
        "商户待核实",
        "商户资料待核实",
        2,
    )
    page = client.get(error["help_page"]).content.decode()
    assert all(words in page for words in ("商户待核实", "商户资料待核实", "请到开户网点。"))
    found = client.get(reverse("help:list"), {"q": "待核实"})
    assert [row.code for section in found.context["sections"] for row in section.codes] == ["03"]
    client.force_login(helper)
    desk = client.get(reverse("admin:terminals_responsecode_changelist"), {"q": "待核实"}).content.decode()
    assert "商户待核实" in desk


def test_a_device_that_is_refused_over_the_wire_gets_the_words_of_the_table(client):
    revised("30", merchant_step_zh="请更新应用。", merchant_step_en="Update the app.")

    error = client.post("/api/v1/activations", "{", content_type="application/json").json()["error"]

    assert (error["code"], error["next_step"], error["general_step"]) == (
        "malformed",
        "请更新应用。",
        "请更新应用。",
    )


def test_wording_is_every_column_but_the_key_and_the_version():
    besides = {"id", "code_set", "code", "version", "changed_at", "changed_by"}
    assert {field.name for field in ResponseCode._meta.fields} == set(WORDING) | besides
