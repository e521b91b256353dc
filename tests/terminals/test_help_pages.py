"""Help on codes: for anybody, by what the reader sees; what is for staff stays with staff; a search teaches when it finds nothing."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from terminals.help_pages import FAULTS
from terminals.models import ResponseCode
from terminals.response_codes import read_code
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.terminals.wording import revised

pytestmark = pytest.mark.django_db
LIST = reverse("help:list")
FOR_STAFF = ("主叫号码与登记不一致", "核对终端状态、黑名单", "岗位")


def article(code, code_set="unionpay"):
    return reverse("help:article", args=[code_set, code])


def codes_of(answer):
    return [row.code for section in answer.context["sections"] for row in section.codes]


@pytest.mark.parametrize("who", ["visitor", "merchant"])
def test_anybody_reads_what_to_do_and_nobody_but_staff_what_the_bank_does(client, who):
    if who == "merchant":
        client.force_login(MerchantUserFactory())
    row = read_code("58")

    text = client.get(article("58")).content.decode()

    assert all(words in text for words in (row.screen_text, row.meaning_zh, row.merchant_step_zh))
    assert not [words for words in FOR_STAFF if words in text]


@pytest.mark.parametrize(
    ("role", "sees"), [("support", True), ("field", True), ("storekeeper", False), ("administrator", False)]
)
def test_staff_who_see_the_table_read_what_the_bank_does(client, role, sees):
    client.force_login(StaffFactory(role=role))

    text = client.get(article("58")).content.decode()

    assert [words in text for words in FOR_STAFF] == [sees] * len(FOR_STAFF)


@pytest.mark.parametrize(
    ("code", "speaks"), [("97", True), ("58", True), ("03", True), ("51", False), ("96", False)]
)
def test_the_notice_on_the_five_elements_stands_where_it_concerns_the_code(client, code, speaks):
    text = client.get(article(code)).content.decode()

    assert ("银发〔2021〕259号" in text) is speaks


def test_a_code_about_the_card_says_that_the_terminal_is_all_right(client):
    assert "终端没有故障，也不用重新登记" in client.get(article("51")).content.decode()
    assert "未经银行同意不要退还卡片" in client.get(article("43")).content.decode()
    assert "未经银行同意不要退还卡片" not in client.get(article("51")).content.decode()


def test_every_group_says_whose_fault_it_is_not():
    assert set(FAULTS) == set(ResponseCode.Group.values)


def test_the_index_has_every_code_once_under_what_it_is_about(client):
    answer = client.get(LIST)

    assert sorted(codes_of(answer)) == sorted(ResponseCode.objects.values_list("code", flat=True))
    assert [section.name for section in answer.context["sections"]] == ResponseCode.Group.values
    text = answer.content.decode()
    assert all(article(row.code, row.code_set) in text for row in ResponseCode.objects.all())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("97", ["97"]),
        ("９７", ["97"]),
        (" a0", ["A0"]),
        ("T4", ["T4"]),
        ("余额不足", ["51"]),
        ("insufficient FUNDS", ["51"]),
    ],
)
def test_a_search_finds_by_code_and_by_words(client, typed, found):
    answer = client.get(LIST, {"q": typed})

    assert codes_of(answer) == found
    assert article(found[0], ResponseCode.objects.get(code=found[0]).code_set) in answer.content.decode()


@pytest.mark.parametrize("typed", ["ZZ", "没有这样的话", "%", "_", "' OR 1=1 --", "<script>", "{{7*7}}"])
def test_a_search_that_finds_nothing_teaches(client, typed):
    answer = client.get(LIST, {"q": typed})

    text = answer.content.decode()
    assert codes_of(answer) == []
    assert "没有找到这个代码" in text
    assert "<script>" not in text.split("</head>")[1].replace("<script src", "")


def test_an_empty_search_shows_everything(client):
    assert len(codes_of(client.get(LIST, {"q": "  "}))) == ResponseCode.objects.count()


@pytest.mark.parametrize("typed", ["长" * 101, "9\x007", "x" * 50_000])
def test_what_cannot_be_searched_is_said_at_the_box_and_comes_back(client, typed):
    answer = client.get(LIST, {"q": typed})

    text = answer.content.decode()
    assert answer.status_code == 200
    assert answer.context["problem"] in text
    assert text.split("<title>")[1].startswith("错误")
    assert answer.context["typed"][:1] == typed[:1]


@pytest.mark.parametrize(("code", "code_set"), [("ZZ", "unionpay"), ("97", "newland"), ("97", "nobody")])
def test_a_code_that_is_not_listed_has_no_page(client, code, code_set):
    assert client.get(article(code, code_set)).status_code == 404


def test_the_page_names_its_version(client):
    assert "第 1 版" in client.get(article("97")).content.decode()
    revised("97", merchant_step_zh="请致电。")
    assert "第 2 版" in client.get(article("97")).content.decode()


@pytest.mark.parametrize("text", ["<img src=x>", "{{7*7}}"])
def test_what_the_help_line_typed_is_text_on_the_page(client, text):
    revised("97", merchant_step_zh=f"按{text}键")

    shown = client.get(article("97")).content.decode()

    assert f"按{escape(text)}键" in shown


def test_pages_are_read_with_a_handful_of_questions(client, django_assert_max_num_queries):
    client.get(LIST)
    with django_assert_max_num_queries(3):
        client.get(LIST)
    with django_assert_max_num_queries(4):
        client.get(LIST, {"q": "97"})
    with django_assert_max_num_queries(4):
        client.get(article("97"))


def test_visitors_find_the_help_from_their_home_and_from_every_foot(client):
    home = client.get("/").content.decode()

    assert home.count(f'href="{LIST}"') == 2
    assert f'href="{LIST}"' in client.get(reverse("account_login")).content.decode()
