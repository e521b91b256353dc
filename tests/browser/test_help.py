"""What a screen says is looked up by anybody; the help line changes it, and everybody reads the change at once."""

import io

import pikepdf
import pytest
from playwright.sync_api import expect

from terminals.response_codes import read_code
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_visitor_looks_up_a_code_from_the_home_page(open_page, javascript):
    page = open_page(width=360, javascript=javascript)

    page.goto("/")
    page.click("main a[href='/help/']")
    page.fill("[name=q]", "登记")
    page.click("main form button[type=submit]")
    expect(page.locator("[role=status]")).to_contain_text("登记")
    page.fill("[name=q]", "９７")
    page.keyboard.press("Enter")
    page.click("main .rows a")
    expect(page.locator("h1")).to_contain_text("97 终端未登记")
    expect(page.locator("main")).to_contain_text("259号")
    expect(page.locator("main")).not_to_contain_text("仅本行人员可见")
    page.goto("/help/?q=nothing-like-it")
    expect(page.locator("#none")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_the_help_line_changes_a_code_and_a_colleague_loses_nothing(open_page, javascript):
    head = BranchFactory()
    one, other = (
        open_page(signed_in=StaffFactory(role="support", branch=head), javascript=javascript)
        for _ in range(2)
    )
    # The journeys share one bank, so each says something of its own.
    said = f"先签到；不行就关机重开（{javascript:d}）。"
    address = f"/admin/terminals/responsecode/{read_code('A0').pk}/"

    for page in (one, other):
        page.goto(address)
        page.click("text=更改内容")
    one.fill("[name=merchant_step_zh]", said)
    one.click("#content form button[type=submit]")
    expect(one.locator("#history")).to_contain_text(said)
    other.fill("[name=merchant_step_zh]", "签到两次。")
    other.click("#content form button[type=submit]")

    expect(other.locator(".errsum")).to_be_visible()
    expect(other.locator("[name=merchant_step_zh]")).to_have_value("签到两次。")
    expect(other.locator("table.tbl")).to_contain_text(said)
    visitor = open_page(width=360, javascript=javascript)
    visitor.goto("/help/unionpay/A0/")
    expect(visitor.locator("main")).to_contain_text(said)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_help_and_desk_can_be_read_by_everybody(open_page, width, language):
    support = StaffFactory(role="support", branch=BranchFactory())
    key = read_code("58").pk
    desk = "/admin/terminals/responsecode"
    visitors = ["/help/", "/help/?q=zzz", "/help/?q=97", "/help/unionpay/97/", "/help/unionpay/43/"]
    staff = [
        "/help/unionpay/58/",
        f"{desk}/",
        f"{desk}/{key}/",
        f"{desk}/{key}/wording/",
        f"{desk}/add/",
        f"{desk}/import/",
    ]
    faults = []
    for person, addresses in ((None, visitors), (support, staff)):
        page = open_page(width=width, language=language, signed_in=person)
        for address in addresses:
            page.goto(address)
            faults += [f"{address} {fault}" for fault in axe_violations(page)]
            faults += [f"{address} {line[:100]}" for line in words_in_the_other_language(page, language)]
            if parts := scrolls_sideways(page):
                faults.append(f"{address} scrolls sideways: {parts}")

    assert not faults, "\n".join(faults)


def test_an_article_is_one_sheet_of_paper(open_page):
    page = open_page(signed_in=StaffFactory(role="support", branch=BranchFactory()))
    page.goto("/help/unionpay/58/")
    page.emulate_media(media="print")

    for left_out in (".site-head", ".site-foot", ".crumb", "aside"):
        expect(page.locator(left_out).first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    with pikepdf.open(io.BytesIO(page.pdf(format="A4"))) as sheet:
        assert len(sheet.pages) == 1
