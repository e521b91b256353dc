"""The self-check on a phone and on a desk, with a script and without, in both languages: asked, answered, printed, led on."""

from functools import cache
from io import BytesIO

import pikepdf
import pytest
from django.utils import translation
from playwright.sync_api import expect

from applications.support.checking import reports
from applications.support.checking.told import told
from applications.support.models import SelfCheck
from terminals.models import Terminal
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.applications.support.situations import (
    SITUATIONS,
    Situation,
    declare,
    fresh_serial,
    in_use,
    unlike,
)
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language
from tests.merchants.factories import owner_of

MAIN = ["O-01", "O-02", "O-03", "O-05", "O-12", "O-16", "O-20", "O-24", "O-27", "O-28", "O-33"]
ASK = {"zh-hans": "查原因", "en": "Find out why"}


@pytest.fixture(autouse=True)
def no_desk_stays():
    before = dict(reports._desks)
    yield
    reports._desks.clear()
    reports._desks.update(before)


def ask(page, situation, language: str) -> SelfCheck:
    """The question as a person asks it, by clicks and keys."""
    page.goto("/check/")
    page.locator("#id_typed").fill(situation.number)
    page.locator(f"input[name=screen][value={situation.screen}]").check()
    if situation.code:
        page.locator("#id_code").fill(situation.code)
    page.get_by_role("button", name=ASK[language]).click()
    page.wait_for_url("**/check/ZC-*/")
    return SelfCheck.objects.get(number=page.url.split("/")[-2])


@pytest.fixture(scope="module")
def seeded(site):
    """`seeded("O-05")` is the situation of this outcome, on rows that are made once."""
    return cache(lambda outcome: SITUATIONS[outcome]())


@pytest.mark.parametrize("outcome", SITUATIONS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("javascript", "width"), [(True, 1280), (False, 360)], ids=["script", "no-script"])
def test_every_outcome_is_asked_for_read_and_followed(
    same_page, seeded, outcome, language, javascript, width
):
    situation = seeded(outcome)
    declare(situation)
    # Papers of the factories are rows without a file.
    how = {"width": width, "language": language, "javascript": javascript, "expecting": ("/thumbnail/",)}
    page = same_page(signed_in=situation.person, **how)

    check = ask(page, situation, language)

    assert check.outcome == outcome
    with translation.override(language):
        answer = told(check)
    assert page.locator("h1").inner_text() == answer.title
    assert page.locator(".todo li").all_inner_texts() == answer.steps
    assert page.get_by_text(check.number).count() >= 1
    assert not scrolls_sideways(page)
    assert words_in_the_other_language(page, language) == []
    [main] = page.locator("main .btn-primary").all()
    if not (main.get_attribute("href") or "").startswith("tel:"):
        answer_at = page.url
        main.click()
        page.wait_for_url(lambda address: address != answer_at)
        expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_main_answers_can_be_read_by_everybody(open_page, language, width, tmp_path):
    for outcome in MAIN:
        situation = SITUATIONS[outcome]()
        declare(situation)
        page = open_page(width=width, language=language, signed_in=situation.person)

        check = ask(page, situation, language)

        assert check.outcome == outcome
        assert axe_violations(page) == [], outcome
        assert not scrolls_sideways(page), outcome
        assert words_in_the_other_language(page, language) == [], outcome
        page.screenshot(path=tmp_path / f"{outcome}-{language}-{width}.png", full_page=True)
        page.context.close()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_questions_and_the_label_can_be_read_by_everybody(open_page, language, width, tmp_path):
    terminal = in_use(label="外卖窗口")
    visitor = open_page(width=width, language=language)
    member = open_page(width=width, language=language, signed_in=owner_of(terminal.merchant))

    visitor.goto(f"/check/?terminal={terminal.number}&code=97")
    visitor.get_by_role("button", name=ASK[language]).click()
    member.goto("/check/")
    pages = {"visitor": visitor, "member": member}

    for name, page in pages.items():
        assert axe_violations(page) == [], name
        assert not scrolls_sideways(page), name
        assert words_in_the_other_language(page, language) == [], name
        page.screenshot(path=tmp_path / f"{name}-{language}-{width}.png", full_page=True)
    member.goto(f"/check/labels/{terminal.number}/")
    assert axe_violations(member) == []
    assert not scrolls_sideways(member)
    member.screenshot(path=tmp_path / f"label-{language}-{width}.png", full_page=True)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_printed_answer_is_one_sheet(open_page, language):
    situation = SITUATIONS["O-03"]()
    page = open_page(language=language, signed_in=situation.person)
    ask(page, situation, language)

    sheet = page.pdf(prefer_css_page_size=True)

    with pikepdf.open(BytesIO(sheet)) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(side)) for side in pdf.pages[0].MediaBox[2:]] == [595, 842]


class Clicks:
    """Whatever is clicked is counted."""

    def __init__(self) -> None:
        self.count = 0

    def click(self, target) -> None:
        target.click()
        self.count += 1


def a_newcomer() -> Situation:
    """Somebody without a terminal before a device from the bank's stock."""
    return Situation(MerchantUserFactory(), unlike(fresh_serial()).serial_number)


# Who stands before the screen, the button that leads on, and what is filled in there: a field and its value.
LEADS = {
    "newcomer": (a_newcomer, "登记这台终端", "/applications/new/?serial=", "serial"),
    "another device": (
        SITUATIONS["O-16"],
        "办理换机",
        "/applications/new/replacement/?terminal=",
        "terminal",
    ),
    "moved": (SITUATIONS["O-17"], "移机", "/applications/new/relocation/?terminal=", "terminal"),
}


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("who", LEADS)
def test_from_97_on_the_screen_to_the_right_application_in_three_clicks(open_page, javascript, who):
    make, words, address, name = LEADS[who]
    situation = make()
    declare(situation)
    terminal = Terminal.objects.filter(number=situation.number).first()
    page = open_page(signed_in=situation.person, javascript=javascript)
    page.goto(f"/simulator/?serial={terminal.binding.serial_number if terminal else situation.number}")
    expect(page.get_by_text("97", exact=True).first).to_be_visible()
    clicks = Clicks()

    clicks.click(page.get_by_role("link", name="为什么报错？自查"))
    clicks.click(page.get_by_role("button", name="查原因"))
    clicks.click(page.locator("main .btn-primary", has_text=words))

    assert clicks.count <= 3
    assert page.url.endswith(f"{address}{situation.number}")
    filled = page.locator(f"[name={name}][value='{situation.number}']")
    expect(filled).to_have_count(1)
    assert filled.get_attribute("type") == "hidden" or filled.is_checked()


def test_an_answer_is_asked_again_and_found_to_have_helped(open_page):
    situation = SITUATIONS["O-03"]()
    page = open_page(width=360, signed_in=situation.person)
    first = ask(page, situation, "zh-hans")

    page.get_by_role("button", name="我已重启，再查一次").click()
    page.get_by_role("button", name="解决了", exact=True).click()

    expect(page.get_by_text("您的反馈：已经解决")).to_be_visible()
    assert SelfCheck.objects.get(earlier=first).is_solved is True


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_help_line_reads_it(open_page, language):
    situation = SITUATIONS["O-05"]()
    check = ask(open_page(signed_in=situation.person), situation, "zh-hans")
    page = open_page(language=language, signed_in=StaffFactory(role="support", branch=check.branch))

    for address in ("/admin/support/selfcheck/", f"/admin/support/selfcheck/{check.pk}/change/"):
        page.goto(address)
        expect(page.get_by_text(check.number).first).to_be_visible()
        assert axe_violations(page) == [], address
        assert words_in_the_other_language(page, language) == [], address
