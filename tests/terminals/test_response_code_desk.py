"""The desk of response codes: all who work with it search it, the help line changes it, every version stands on the page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.kernel.audit import AuditEvent
from terminals.models import ResponseCode
from terminals.models.response_code import WORDING
from terminals.response_codes import read_code
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.terminals.wording import revised, said

pytestmark = pytest.mark.django_db
LIST = "admin:terminals_responsecode_changelist"


@pytest.fixture
def at_desk(client):
    def sign_in(role="support"):
        client.person = StaffFactory(role=role, branch=BranchFactory())
        client.force_login(client.person)
        return client

    return sign_in


def page(noun, code="97"):
    return reverse(f"admin:terminals_responsecode_{noun}", args=[read_code(code).pk])


def sent_by(answer):
    """What the form of a page holds, as a browser sends it back."""
    form = answer.context["form"]
    return {field.html_name: field.value() for field in form if field.value() not in (None, False)}


def typed(desk, address, **otherwise):
    return sent_by(desk.get(address)) | otherwise


@pytest.mark.parametrize(
    ("text", "found"),
    [("97", "97"), ("ａ０", "A0"), ("t4", "T4"), ("加密机", "96"), ("贵宾", "11"), ("blacklist line", "58")],
)
@pytest.mark.parametrize("role", ["reviewer", "field", "auditor"])
def test_codes_are_found_by_code_meaning_screen_and_what_lies_behind(at_desk, role, text, found):
    answer = at_desk(role).get(reverse(LIST), {"q": text})

    assert found in [row.code for row in answer.context["cl"].result_list]


def test_the_list_shows_versions(at_desk):
    revised("97", meaning_zh="新的含义")

    lines = at_desk().get(reverse(LIST), {"q": "97"}).context["cl"].lines

    assert {cell.name: cell.value for cell in lines[0].cells}["version"] == "2"


def test_the_list_costs_the_same_with_one_row_and_with_many(at_desk, django_assert_num_queries):
    desk = at_desk()
    desk.get(reverse(LIST))
    with CaptureQueriesContext(connection) as one:
        assert len(desk.get(reverse(LIST), {"q": "非法接入"}).context["cl"].result_list) == 1
    with django_assert_num_queries(len(one)):
        assert len(desk.get(reverse(LIST), {"q": "终端"}).context["cl"].result_list) > 3


def test_a_change_is_saved_as_the_next_version_and_its_former_words_stay_on_the_page(at_desk):
    desk, before = at_desk(), read_code("97")

    answer = desk.post(page("wording"), typed(desk, page("wording"), meaning_zh="终端号不存在"), follow=True)

    row, text = read_code("97"), answer.content.decode()
    assert (row.version, row.changed_by, row.meaning_zh) == (2, desk.person, "终端号不存在")
    assert before.meaning_zh in text
    assert str(desk.person) in text
    [newest, first] = answer.context["editions"]
    assert [(each.before, each.after) for each in newest.differences] == [(before.meaning_zh, "终端号不存在")]
    assert first.differences == []


def test_a_stale_form_is_refused_kindly_and_loses_nothing(at_desk):
    desk = at_desk()
    mine = typed(desk, page("wording"), meaning_zh="我写的", note_en="Mine")
    revised("97", meaning_zh="同事写的")

    answer = desk.post(page("wording"), mine)

    text = answer.content.decode()
    assert answer.status_code == 409
    assert read_code("97").meaning_zh == "同事写的"
    assert answer.context["form"]["meaning_zh"].value() == "我写的"
    assert ("同事写的", "我写的") in [(each.before, each.after) for each in answer.context["theirs"]]
    assert text.split("<title>")[1].startswith("错误")
    assert desk.post(page("wording"), sent_by(answer)).status_code == 302
    assert (read_code("97").version, read_code("97").meaning_zh, read_code("97").note_en) == (
        3,
        "我写的",
        "Mine",
    )


def test_saving_the_same_words_makes_no_version(at_desk):
    desk = at_desk()

    desk.post(page("wording"), typed(desk, page("wording")))

    assert read_code("97").version == 1
    assert not AuditEvent.objects.filter(action="response_code_revised").exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"meaning_zh": ""}, "meaning_zh"),
        ({"screen_text": "长" * 201}, "screen_text"),
        ({"note_zh": "a\x00b"}, "note_zh"),
        ({"bank_step_en": "=1+1"}, "bank_step_en"),
        ({"group": "weather"}, "group"),
        ({"retains_card": "on"}, "__all__"),
        ({"seen": "x"}, "seen"),
    ],
)
def test_what_cannot_be_said_comes_back_at_its_field(at_desk, changed, field):
    desk = at_desk()

    answer = desk.post(page("wording"), typed(desk, page("wording")) | changed)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert read_code("97").version == 1


def test_the_help_line_adds_a_code(at_desk):
    desk, address = at_desk(), reverse("admin:terminals_responsecode_add")
    words = {name: value for name, value in said(read_code("96")).items() if value is not False}

    sent = words | {"code_set": " NewLand ", "code": "ｔ９"}
    answer = desk.post(address, sent)

    row = read_code("T9", code_set="newland")
    assert answer.status_code == 302
    assert (row.version, row.changed_by, row.meaning_zh) == (1, desk.person, words["meaning_zh"])


@pytest.mark.parametrize(
    ("code_set", "code"), [("unionpay", "97"), ("unionpay", "3"), ("n", "T9"), ("newland", "T!")]
)
def test_a_code_that_cannot_be_is_not_added(at_desk, code_set, code):
    desk, address = at_desk(), reverse("admin:terminals_responsecode_add")
    words = {name: value for name, value in said(read_code("96")).items() if value is not False}
    before = ResponseCode.objects.count()

    sent = words | {"code_set": code_set, "code": code}
    answer = desk.post(address, sent)

    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert answer.context["form"]["meaning_zh"].value() == words["meaning_zh"]
    assert ResponseCode.objects.count() == before


def test_the_table_is_exported_changed_and_imported(at_desk):
    desk, address = at_desk(), reverse("admin:terminals_responsecode_import")
    exported = desk.get(reverse("admin:terminals_responsecode_export"))
    text = exported.content.decode("utf-8-sig")
    assert exported["Content-Type"] == "text/csv; charset=utf-8"
    assert len(text.splitlines()) == ResponseCode.objects.count() + 1
    changed = text.replace("终端号找不到：终端未在银行登记", "终端没有登记")
    assert changed != text

    looked = desk.post(address, {"text": changed, "go": "look"})
    assert (looked.status_code, read_code("97").version) == (200, 1)
    answer = desk.post(address, {"text": changed, "go": "import"}, follow=True)

    assert read_code("97").meaning_zh == "终端没有登记"
    assert "已新增或更改 1 个代码" in answer.content.decode()


def test_the_example_is_what_an_export_of_two_codes_is(at_desk):
    answer = at_desk().get(reverse("admin:terminals_responsecode_import_example"))

    assert len(answer.content.decode("utf-8-sig").splitlines()) == 3


def test_the_form_asks_for_every_column(at_desk):
    desk = at_desk()

    assert set(desk.get(page("wording")).context["form"].fields) == {*WORDING, "seen"}
