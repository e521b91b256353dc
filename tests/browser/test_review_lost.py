"""A case that leaves its reviewer's hands while the review is being written: told at once, and nothing of it lost."""

from datetime import timedelta

from playwright.sync_api import expect

from applications.models import Application, Registration
from config.kernel import clock
from tests.browser.cases import address_of, taken

NOTE = "[name=private_note]"


def leave_alone(case) -> None:
    """Nobody did anything on the case for longer than its claim lasts."""
    Application.objects.filter(pk=case.pk).update(lease_until=clock.now() - timedelta(minutes=1))


def writes(page, words: str) -> None:
    """Written, and kept by the page itself half a minute later."""
    page.locator(NOTE).fill(words)
    with page.expect_response("**/draft/"):
        page.clock.run_for(31_000)


def test_whoever_lost_the_case_hears_who_has_it_and_takes_it_again_with_every_word(open_page, shop):
    case = taken(shop)
    first = open_page(signed_in=shop.reviewer)
    second = open_page(signed_in=shop.second_reviewer)
    first.clock.install()
    first.goto(address_of(case))
    writes(first, "先写的")
    notice = first.get_by_role("alert")
    expect(notice).to_be_empty()

    leave_alone(case)
    second.goto(address_of(case))
    second.locator('form[action$="/claim/"] button').click()
    writes(first, "后写的")

    expect(notice).to_contain_text("何审核")
    expect(notice).to_contain_text("24 小时")
    expect(notice.locator("button")).to_have_count(0)
    expect(first.locator(NOTE)).to_have_value("后写的")
    expect(first.locator("#why-no")).to_contain_text("何审核")
    for outcome in ("returned", "approved", "rejected"):
        expect(first.locator(f"[data-outcome={outcome}]")).to_be_disabled()

    second.locator('button[formaction$="/release/"]').click()
    second.wait_for_url("**/application/")
    writes(first, "最后写的")
    expect(first.locator("[data-rest]")).to_be_visible()
    again = notice.get_by_role("button")
    first.locator(NOTE).fill("按下之前写的")
    again.click()

    expect(first.get_by_role("alert")).to_be_empty()
    expect(first.locator(NOTE)).to_have_value("按下之前写的")
    assert Registration.objects.get(pk=case.pk).assignee == shop.reviewer


def test_whoever_comes_back_to_a_page_left_alone_hears_it_with_the_first_key(open_page, shop):
    case = taken(shop)
    page = open_page(signed_in=shop.reviewer)
    page.clock.install()
    page.goto(address_of(case))
    leave_alone(case)
    page.clock.run_for(31 * 60_000)
    expect(page.get_by_role("alert")).to_be_empty()

    page.keyboard.press("Shift")

    expect(page.get_by_role("alert").get_by_role("button")).to_be_visible()


def test_without_a_script_the_next_step_says_so(open_page, shop):
    case = taken(shop)
    page = open_page(signed_in=shop.reviewer, javascript=False)
    page.goto(address_of(case))
    page.locator(NOTE).fill("没有脚本")
    leave_alone(case)
    page.locator("[data-save]").click()

    again = page.get_by_role("alert").get_by_role("button")
    expect(again).to_be_visible()
    again.click()

    expect(page.locator(NOTE)).to_have_value("没有脚本")
    expect(page.get_by_role("alert")).to_be_empty()
