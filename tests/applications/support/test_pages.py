"""The self-check in the browser: signed out and signed in, filled in from an address, asked again, told whether it helped."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application, Registration
from applications.support.checking.asking import ask
from applications.support.checking.labels import Label
from applications.support.checking.tree import Known
from applications.support.models import SelfCheck, Ticket
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.policy_defaults import POLICY
from merchants.people import admit
from terminals.models import Terminal
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.applications.portal import hidden_of, signed_in
from tests.applications.support.situations import SITUATIONS, announced, declare, in_use, of, unlike
from tests.merchants.factories import onboarded, owner_of

pytestmark = pytest.mark.django_db
PAGE = reverse("check")


@pytest.fixture(autouse=True)
def nobody_has_asked():
    """Visitors are counted in the cache, which a rollback does not empty."""
    cache.clear()
    yield
    cache.clear()


def text_of(answer) -> str:
    return answer.content.decode()


def checked(name: str, value: str, page: str) -> bool:
    """Whether this choice of a radio list is ticked."""
    return bool(re.search(rf'<input type="radio"[^>]*name="{name}" value="{value}"[^>]*checked', page))


# -- visitors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("screen", "code", "said"),
    [
        ("not_registered", "", "银行主机还不认识这台终端"),
        ("stopped", "", "银行目前不受理这台终端"),
        ("merchant_unknown", "", "银行主机查不到这个商户号"),
        ("terminal_invalid", "", "终端不能做这项操作"),
        ("sign_in", "", "终端需要重新签到"),
        ("no_connection", "", "终端连不上网络"),
        ("missing_sale", "", "查找这笔交易"),
        ("other", "51", "这是卡的问题，终端正常"),
        ("other", "96", "代码 96：银行系统异常。"),
    ],
)
def test_a_visitor_is_advised_in_general_and_nothing_is_kept(client, screen, code, said):
    terminal = in_use()

    answer = client.post(PAGE, {"typed": terminal.number, "screen": screen, "code": code})

    assert answer.status_code == 200
    assert said in text_of(answer)
    assert not SelfCheck.objects.exists()
    assert not AuditEvent.objects.filter(action="self_check_asked").exists()


def test_a_visitor_is_told_the_same_whatever_the_number(client):
    """Bindings, codes and merchants are not even asked for."""
    own = in_use().number
    answers, questions = set(), []
    for number in (own, "ZZX77700"):
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(PAGE, {"typed": number, "screen": "not_registered"})
        answers.add(text_of(answer).replace(number, "N").split("idempotency_key")[0].split("csrf")[0])
        questions += [query["sql"] for query in asked.captured_queries]

    assert len(answers) == 1
    assert not [sql for sql in questions if "terminals_terminal" in sql or "terminals_device" in sql]


def test_a_running_bulletin_stands_above_for_everybody(client):
    announced()
    announced(branch=onboarded().branch, code="97")

    for browser in (client, signed_in(MerchantUserFactory())):
        assert text_of(browser.get(PAGE)).count('id="bulletin-') == 1


def test_staff_are_advised_like_visitors():
    browser = signed_in(StaffFactory(role="support"))

    assert browser.get(PAGE).status_code == 200
    assert browser.post(PAGE, {"screen": "stopped"}).status_code == 200
    assert not SelfCheck.objects.exists()


def test_visitors_of_one_address_have_a_limit_that_hurts_no_other():
    most = POLICY["visitor_checks_per_hour"].default
    here, there = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="198.51.100.9")
    sent = {"screen": "stopped"}

    answers = [here.post(PAGE, sent).status_code for _time in range(most + 2)]

    assert answers == [200] * most + [429] * 2
    assert here.get(PAGE).status_code == 200
    assert "您所在网络的自查次数过多" in text_of(here.post(PAGE, sent))
    assert there.post(PAGE, sent).status_code == 200
    terminal = in_use()
    merchant = Client(REMOTE_ADDR="203.0.113.7")
    merchant.force_login(owner_of(terminal.merchant))
    assert merchant.post(PAGE, {"typed": terminal.number, "screen": "stopped"}).status_code == 302


# -- the questions -----------------------------------------------------------------------------------------------------


def test_the_only_terminal_is_chosen_already():
    terminal = in_use(label="外卖窗口")

    page = text_of(signed_in(owner_of(terminal.merchant)).get(PAGE))

    assert f"外卖窗口 {terminal.number}" in page
    assert checked("terminal", terminal.number, page)


def test_a_label_and_the_demonstration_terminal_fill_in_number_and_code():
    first, second = in_use(merchant=(merchant := onboarded())), in_use(merchant=merchant)
    browser = signed_in(owner_of(merchant))

    page = text_of(browser.get(PAGE, {"terminal": f" {first.number.lower()} ", "code": "９７"}))
    other = text_of(browser.get(PAGE, {"terminal": "P2A009000001", "code": "96"}))

    assert checked("terminal", first.number, page)
    assert not checked("terminal", second.number, page)
    assert checked("screen", "not_registered", page)
    assert 'value="P2A009000001"' in other
    assert checked("screen", "other", other)
    assert re.search(r'name="code"[^>]*value="96"|value="96"[^>]*name="code"', other)


def test_numbers_are_read_in_any_spelling():
    terminal = in_use(device=unlike_of(merchant := onboarded(), "QXB552233441"), merchant=merchant)
    browser = signed_in(owner_of(merchant))

    for typed in (" qxb-5522 33441 ", "ＱＸＢ５５２２３３４４１"):
        browser.post(PAGE, {"typed": typed, "screen": "not_registered"})
        assert SelfCheck.objects.latest("id").terminal == terminal


def unlike_of(merchant, serial):
    device = unlike(serial)
    device.branch = merchant.branch
    device.save()
    return device


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ({"screen": "not_registered", "typed": "12"}, "typed"),
        ({"screen": "not_registered", "typed": "1" * 400}, "typed"),
        ({"screen": "not_registered", "typed": "10\x0000018"}, "typed"),
        ({"screen": "not_registered", "terminal": "99999999"}, "terminal"),
        ({"screen": "other", "code": "123"}, "code"),
        ({"screen": "other"}, "code"),
        ({"screen": "weather"}, "screen"),
        ({}, "screen"),
        ({"screen": "stopped", "since": "yesterday"}, "since"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_place(sent, name):
    merchant = in_use().merchant
    in_use(merchant=merchant)
    browser = signed_in(owner_of(merchant))

    answer = browser.post(PAGE, {"typed": "ABCDEF99"} | sent)

    assert answer.status_code == 200
    assert answer.context["form"].errors[name]
    assert "错误" in text_of(answer)
    assert not SelfCheck.objects.exists()


def test_a_code_that_is_chosen_as_another_one_counts_as_its_words():
    terminal = in_use()
    browser = signed_in(owner_of(terminal.merchant))

    for sent, kept in (
        ({"screen": "other", "code": " ９7"}, ("not_registered", "97")),
        ({"screen": "sign_in", "code": "a0"}, ("sign_in", "A0")),
        ({"screen": "stopped", "code": "51"}, ("stopped", "")),
        ({"screen": "terminal_invalid", "code": "??"}, ("terminal_invalid", "58")),
    ):
        assert browser.post(PAGE, {"typed": terminal.number} | sent).status_code == 302
        check = SelfCheck.objects.latest("id")
        assert (check.screen, check.code) == kept


def test_since_when_orders_the_other_ways():
    terminal = in_use()
    browser = signed_in(owner_of(terminal.merchant))

    for since, first in (("swap", "replacement"), ("move", "relocation"), ("change", "change")):
        sent = {"typed": terminal.number, "screen": "not_registered", "since": since}
        page = browser.get(browser.post(PAGE, sent).url)
        assert f"/applications/new/{first}/" in page.context["others"][0].url
        assert len(page.context["others"]) == 3


# -- the answer --------------------------------------------------------------------------------------------------------


def answer_of(outcome: str):
    situation = SITUATIONS[outcome]()
    browser = signed_in(situation.person)
    sent = browser.post(PAGE, situation.sent)
    return browser, SelfCheck.objects.latest("id"), browser.get(sent.url)


def test_asking_again_is_a_new_answer_with_what_is_known_now():
    situation = SITUATIONS["O-20"]()
    browser = signed_in(situation.person)
    before = SelfCheck.objects.get(number=browser.post(PAGE, situation.sent).url.split("/")[2])
    announced()

    sent = browser.post(reverse("self_check_again", args=[before.number]))

    after = SelfCheck.objects.latest("id")
    assert sent.url == reverse("self_check", args=[after.number])
    assert (before.outcome, after.outcome, after.earlier) == ("O-20", "O-01", before)
    assert "核心系统升级" not in text_of(browser.get(reverse("self_check", args=[before.number])))
    assert before.number in text_of(browser.get(sent.url))


def test_an_answer_stays_what_it_was():
    browser, check, page = answer_of("O-12")
    before = text_of(page).split('id="looked"')[1].split("</ul>")[0]
    check.terminal.codes.get().revoke(by=StaffFactory(), now=clock.now())

    after = text_of(browser.get(reverse("self_check", args=[check.number])))

    assert before in after


def test_asking_again_is_counted_too():
    browser, check, _page = answer_of("O-20")
    again = reverse("self_check_again", args=[check.number])
    for _time in range(POLICY["self_checks_per_hour"].default - 1):
        browser.post(again)

    answer = browser.post(again, follow=True)

    assert "每小时最多自查 10 次" in text_of(answer)
    assert SelfCheck.objects.count() == POLICY["self_checks_per_hour"].default


def test_after_an_hour_there_is_room_again():
    terminal, now = in_use(), clock.now()
    person = owner_of(terminal.merchant)
    given = {"number": terminal.number, "screen": "stopped", "by": person, "language": "en"}
    for _time in range(POLICY["self_checks_per_hour"].default):
        ask(**given, now=now - timedelta(minutes=61))

    assert ask(**given, now=now).outcome == "O-20"


def test_a_form_sent_twice_asks_once():
    terminal = in_use()
    browser = signed_in(owner_of(terminal.merchant))
    sent = hidden_of(browser.get(PAGE), PAGE) | {"typed": terminal.number, "screen": "stopped"}

    answers = {browser.post(PAGE, sent)["Location"] for _time in range(2)}

    assert len(answers) == SelfCheck.objects.count() == 1


@pytest.mark.parametrize(("said", "kept", "words"), [("yes", True, "已经解决"), ("no", False, "还没有解决")])
def test_whether_it_helped_is_on_record(said, kept, words):
    browser, check, _page = answer_of("O-03")

    page = browser.post(reverse("self_check_solved", args=[check.number]), {"solved": said}, follow=True)

    check.refresh_from_db()
    assert (check.is_solved, check.answered_at is not None) == (kept, True)
    assert words in text_of(page)
    assert AuditEvent.objects.filter(action="self_check_answered").count() == 1


def test_neither_yes_nor_no_is_said_and_changes_nothing():
    browser, check, _page = answer_of("O-03")

    page = browser.post(reverse("self_check_solved", args=[check.number]), {"solved": "maybe"}, follow=True)

    check.refresh_from_db()
    assert check.is_solved is None
    assert "请选择是或否" in text_of(page)


def test_what_needs_a_person_becomes_a_ticket_that_brings_the_check_along():
    browser, check, page = answer_of("O-22")
    address = f"{reverse('support:new_ticket')}?check={check.number}"
    assert f'href="{address}"' in text_of(page)

    browser.post(address, {"category": "terminal", "text": "还是不行"})

    assert Ticket.objects.get().self_check == check


def test_an_answer_is_found_by_one_questions_worth_of_queries(django_assert_max_num_queries):
    browser, check, _page = answer_of("O-20")
    one = reverse("self_check", args=[check.number])
    with CaptureQueriesContext(connection) as first:
        browser.get(one)
    merchant = check.merchant
    for _more in range(2):
        in_use(merchant=merchant)

    with django_assert_max_num_queries(len(first.captured_queries)):
        browser.get(one)


def test_the_questions_take_as_many_queries_for_one_terminal_as_for_three(django_assert_max_num_queries):
    merchant = in_use().merchant
    browser = signed_in(owner_of(merchant))
    with CaptureQueriesContext(connection) as first:
        browser.get(PAGE)
    for _more in range(2):
        in_use(merchant=merchant)

    with django_assert_max_num_queries(len(first.captured_queries)):
        assert text_of(browser.get(PAGE)).count('name="terminal"') == 4


# -- where it leads ----------------------------------------------------------------------------------------------------


def test_a_serial_number_that_is_not_registered_reaches_the_line_of_the_terminals():
    person = MerchantUserFactory()
    browser = signed_in(person)
    page = browser.get(browser.post(PAGE, {"typed": "zzx 777000111", "screen": "not_registered"}).url)
    begin = browser.get(page.context["main"].url)

    draft_at = browser.post("/applications/new/", hidden_of(begin)).url
    draft = Registration.objects.get(applicant=person)
    line = browser.get(f"{draft_at}terminals/new/")

    assert draft.begun_for_serial == "ZZX777000111"
    assert "ZZX777000111" in text_of(begin)
    assert line.context["form"]["serial_number"].value() == "ZZX777000111"
    assert line.context["form"]["source"].value() == "received"


def test_a_second_line_does_not_begin_with_the_same_device():
    registration = RegistrationFactory()
    with registration.revising(by=registration.applicant, now=clock.now()):
        registration.begun_for_serial = "ZZX777000111"

    line = signed_in(registration.applicant).get(f"/applications/{registration.number}/draft/terminals/new/")

    assert not line.context["form"]["serial_number"].value()


@pytest.mark.parametrize("serial", ["", "?", "1" * 300, "<img src=x>", "10\x000"])
def test_a_link_without_a_serial_number_begins_as_ever(serial):
    person = MerchantUserFactory()
    browser = signed_in(person)

    assert browser.get("/applications/new/", {"serial": serial}).status_code == 200
    assert browser.post("/applications/new/", {"serial": serial}).status_code == 302
    assert Registration.objects.get(applicant=person).begun_for_serial == ""


def test_from_97_to_the_right_application_in_three_clicks():
    """The screen's link, the question, the button: nothing is typed on the way."""
    terminal = in_use()
    declare(of(terminal, desk={"serial_differs": Known.YES}))
    browser = signed_in(owner_of(terminal.merchant))

    questions = browser.get(PAGE, {"terminal": terminal.number, "code": "97"})
    shown = questions.context["form"]
    sent = {name: shown[name].value() or "" for name in ("terminal", "typed", "screen", "code", "since")}
    answer = browser.get(browser.post(PAGE, sent).url)
    page = browser.get(answer.context["main"].url)

    assert urlsplit(answer.context["main"].url).path == "/applications/new/replacement/"
    assert parse_qs(urlsplit(answer.context["main"].url).query) == {"terminal": [terminal.number]}
    assert checked("terminal", terminal.number, text_of(page))
    assert not Application.objects.filter(kind="replacement").exists()


def test_a_mistyped_number_is_one_click_from_the_right_one():
    browser, _check, page = answer_of("O-04")

    questions = browser.get(page.context["main"].url)

    right = page.context["main"].words.split()[-1]
    assert checked("terminal", right, text_of(questions))
    assert page.context["others"][0].url.startswith("/applications/new/?serial=")


# -- the label ---------------------------------------------------------------------------------------------------------


def test_a_label_leads_to_the_questions_with_the_number_filled_in():
    terminal = in_use()
    browser = signed_in(owner_of(terminal.merchant))

    page = browser.get(f"/terminals/{terminal.number}/")
    label = browser.get(reverse("self_check_label", args=[terminal.number]))

    assert reverse("self_check_label", args=[terminal.number]) in text_of(page)
    assert label.context["label"].url == f"http://testserver/check/?terminal={terminal.number}"
    assert label.context["label"].qr in text_of(label).replace("&#x27;", "'").replace("&amp;", "&")


def test_an_operator_prints_a_label_and_a_stranger_does_not():
    terminal = in_use()
    operator = MerchantUserFactory()
    admit(operator, terminal.merchant, "operator", by=owner_of(terminal.merchant), now=clock.now())
    address = reverse("self_check_label", args=[terminal.number])

    assert signed_in(operator).get(address).status_code == 200
    assert signed_in(MerchantUserFactory()).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_the_label_is_printed_with_the_slip():
    situation = SITUATIONS["O-12"]()
    terminal = Terminal.objects.get(number=situation.number)

    slip = signed_in(situation.person).post(reverse("terminals:code", args=[terminal.number]))

    assert slip.status_code == 200
    label = Label(terminal, lambda path: f"http://testserver{path}")
    assert label.qr in text_of(slip).replace("&#x27;", "'").replace("&amp;", "&")
    assert "终端报错？扫一扫" in text_of(slip)


def test_of_what_has_ended_no_label_is_printed():
    situation = SITUATIONS["O-32"]()

    page = signed_in(situation.person).get(f"/terminals/{situation.number}/")

    assert "/check/labels/" not in text_of(page)


# -- the demonstration terminal ----------------------------------------------------------------------------------------


def test_the_demonstration_terminal_links_its_97_to_the_self_check():
    terminal = in_use()
    browser = signed_in(owner_of(terminal.merchant))

    own = text_of(browser.get("/simulator/", {"serial": terminal.binding.serial_number}))
    nobodys = text_of(Client().get("/simulator/"))

    assert f"/check/?terminal={terminal.number}&amp;code=97" in own
    assert "/check/?terminal=P2A009000001&amp;code=97" in nobodys


def test_whoever_signs_in_goes_on_with_what_was_filled_in(client):
    terminal = in_use()
    page = client.post(PAGE, {"typed": terminal.number, "screen": "other", "code": "96"})

    sign_in = parse_qs(page.context["sign_in"])["next"][0]

    assert urlsplit(sign_in).path == PAGE
    assert parse_qs(urlsplit(sign_in).query) == {
        "terminal": [terminal.number],
        "screen": ["other"],
        "code": ["96"],
    }
    own = signed_in(owner_of(terminal.merchant)).get(sign_in)
    assert checked("terminal", terminal.number, text_of(own))
    assert checked("screen", "other", text_of(own))


def test_names_that_no_question_has_change_nothing():
    terminal, other = in_use(), in_use()
    browser = signed_in(owner_of(terminal.merchant))
    forged = {"outcome": "O-01", "merchant": other.merchant_id, "branch": other.branch_id, "is_solved": "on"}
    forged |= {"asked_by": owner_of(other.merchant).pk, "number": other.number, "earlier": "1"}

    browser.post(PAGE, {"typed": terminal.number, "screen": "stopped"} | forged)

    check = SelfCheck.objects.get()
    assert (check.terminal, check.merchant, check.asked_by) == (
        terminal,
        terminal.merchant,
        owner_of(terminal.merchant),
    )
    assert (check.outcome, check.is_solved, check.earlier) == ("O-20", None, None)


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "终端号找不到"), ("en", "Terminal not found: it is not registered")]
)
def test_what_a_code_means_is_said_in_the_readers_language(language, words):
    browser, check, _page = answer_of("O-20")
    browser.cookies["django_language"] = language

    page = text_of(browser.get(reverse("self_check", args=[check.number])))

    assert words in page
    assert ("终端号找不到" in page) == (language == "zh-hans")
