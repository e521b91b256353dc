"""Numbers that are not the merchant's own tell it nothing: not by text, by size, by questions to the database, nor by what is kept open."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.support.models import SelfCheck
from config.kernel import clock
from config.kernel.policy_defaults import POLICY
from merchants.people import admit, dismiss
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.applications.portal import signed_in
from tests.applications.support.situations import (
    SITUATIONS,
    Situation,
    in_use,
    of,
    somebody_elses,
    suspended,
    unlike,
)
from tests.merchants.factories import owner_of

pytestmark = pytest.mark.django_db
# What differs between any two answers: their numbers, the moment, the keys of their forms.
PASSING = re.compile(
    r"ZC-\d{8}-\d{6}|\d{4}-\d\d-\d\d \d\d:\d\d|name=\"(?:csrfmiddlewaretoken|idempotency_key)\" value=\"[^\"]*\""
)


def answer_to(browser, number: str, screen: str = "not_registered"):
    """The page, what was asked of the database for it, and what was kept."""
    with CaptureQueriesContext(
        connection,
    ) as asking:
        sent = browser.post(reverse("check"), {"typed": number, "screen": screen, "code": ""})
    page = browser.get(sent.url)
    shapes = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in asking.captured_queries]
    return page, shapes, SelfCheck.objects.latest("id")


def alike(page, number: str) -> str:
    return PASSING.sub("", page.content.decode()).replace(number, "N")


def test_foreign_unknown_and_free_numbers_are_answered_alike():
    person = owner_of(in_use(label="我的").merchant)
    browser = signed_in(person)
    foreign = somebody_elses("QXB5522334").number
    numbers = {
        "O-05": ["QXB5522334", foreign],
        "O-07": [unlike("QXC8822119").serial_number],
        "O-06": ["ZZX7770001", "ZZX7770009"],
    }

    pages, sizes, questions = set(), set(), set()
    for outcome, given in numbers.items():
        for number in given:
            page, shapes, check = answer_to(browser, number)
            assert check.outcome == outcome
            assert (check.terminal, check.merchant) == (None, person.memberships.get().merchant)
            pages.add(alike(page, number))
            sizes.add(len(page.content) - number_length(page, number))
            questions.add(tuple(shapes))
    assert len(pages) == len(sizes) == len(questions) == 1
    assert foreign not in pages.pop()


def number_length(page, number: str) -> int:
    """Terminal numbers are shorter than serial numbers, and so is what repeats them."""
    return page.content.decode().count(number) * len(number)


def test_a_thousand_guesses_are_refused_after_ten():
    person = owner_of(in_use().merchant)
    browser = signed_in(person)
    most = POLICY["self_checks_per_hour"].default

    answers = [
        browser.post(reverse("check"), {"typed": f"QX{guess:08d}", "screen": "not_registered"}).status_code
        for guess in range(most + 15)
    ]

    assert answers == [302] * most + [429] * 15
    assert SelfCheck.objects.filter(asked_by=person).count() == most


@pytest.mark.parametrize("reason", ["authority_order", "other", "off_site"])
def test_what_may_not_be_told_reads_as_what_is_not_specified(reason):
    one, other = suspended("risk"), suspended(reason)

    texts = []
    for situation in (one, other):
        page, _shapes, check = answer_to(signed_in(situation.person), situation.number, "stopped")
        assert check.outcome == "O-24"
        text = alike(page, situation.number)
        for own in (check.terminal.binding.serial_number, situation.person.full_name):
            text = text.replace(own, "")
        texts.append(text)
        kept = str(check.known)
        assert "risk" not in kept
        assert reason not in kept
    assert texts[0] == texts[1]


def test_a_check_is_its_merchants_and_nobody_elses():
    terminal = in_use()
    owner, colleague, stranger = owner_of(terminal.merchant), MerchantUserFactory(), MerchantUserFactory()
    admit(colleague, terminal.merchant, "operator", by=owner, now=clock.now())
    _page, _shapes, check = answer_to(signed_in(colleague), terminal.number)
    address = reverse("self_check", args=[check.number])

    assert signed_in(owner).get(address).status_code == 200
    assert signed_in(stranger).get(address).status_code == 404
    assert signed_in(StaffFactory(role="support", branch=terminal.branch)).get(address).status_code == 404

    dismiss(colleague, terminal.merchant, by=owner, now=clock.now())
    assert signed_in(colleague).get(address).status_code == 404


def test_staff_see_the_checks_of_their_branch_and_head_office_those_of_none():
    terminal = in_use()
    of_a_shop = answer_to(signed_in(owner_of(terminal.merchant)), terminal.number)[2]
    of_a_newcomer = answer_to(signed_in(MerchantUserFactory()), "ZZX777000111")[2]
    head = BranchFactory(parent=None)
    elsewhere = BranchFactory(parent=head)

    seen = {
        name: set(SelfCheck.objects.visible_to(StaffFactory(role="support", branch=branch)))
        for name, branch in {"own": terminal.branch, "head": head, "elsewhere": elsewhere}.items()
    }

    assert of_a_shop in seen["own"]
    assert seen["elsewhere"] == set()
    assert of_a_newcomer in seen["head"]


@pytest.mark.parametrize(
    "typed", ["310101198002291237", "6222021000000000009", "６２２２ ０２１０ ０００００００００ ０９"]
)
def test_numbers_of_people_and_cards_are_refused_and_not_kept(typed):
    situation: Situation = of(in_use())

    answer = signed_in(situation.person).post(
        reverse("check"), {"typed": typed, "screen": "not_registered", "terminal": situation.number}
    )

    assert answer.status_code == 200
    assert "这像是身份证号或银行卡号" in answer.content.decode()
    assert not SelfCheck.objects.exists()


def test_the_limit_of_one_account_hurts_no_other():
    terminal = in_use()
    owner, colleague = owner_of(terminal.merchant), MerchantUserFactory()
    admit(colleague, terminal.merchant, "operator", by=owner, now=clock.now())
    busy = signed_in(owner)
    sent = {"typed": terminal.number, "screen": "not_registered"}
    for _time in range(POLICY["self_checks_per_hour"].default):
        assert busy.post(reverse("check"), sent).status_code == 302

    refused = busy.post(reverse("check"), sent)

    assert refused.status_code == 429
    assert "每小时最多自查 10 次" in refused.content.decode()
    assert terminal.number in refused.content.decode()
    assert signed_in(colleague).post(reverse("check"), sent).status_code == 302


def test_there_is_nothing_of_a_situation_in_an_address():
    _page, _shapes, check = answer_to(signed_in((situation := SITUATIONS["O-12"]()).person), situation.number)

    assert re.fullmatch(r"/check/ZC-\d{8}-\d{6}/", reverse("self_check", args=[check.number]))
