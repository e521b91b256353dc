"""What a person is told: read on a phone, with and without scripts, and what administrators switch."""

import pytest
from playwright.sync_api import expect

from config.accounts.models import Role
from tests.accounts.factories import StaffFactory
from tests.browser.drafts import submitted
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language

DESK_PAGES = ["/admin/messages/", "/admin/kernel/messageswitch/", "/admin/kernel/outboxmessage/"]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_merchant_reads_what_happened_and_goes_to_where_it_happened(open_page, shop, javascript):
    registration = submitted(shop)
    page = open_page(width=360, signed_in=registration.applicant, javascript=javascript)

    page.goto("/")
    badge = page.locator('.tabbar a[href="/messages/"] .count')
    expect(badge).to_contain_text("1")
    page.click('.tabbar a[href="/messages/"]')
    expect(page.locator(".rows .tag")).to_contain_text("未读")
    assert scrolls_sideways(page) == ""
    if javascript:
        assert axe_violations(page) == []
        assert words_in_the_other_language(page, "zh-hans") == []

    page.click(".rows form button")
    expect(page.locator(".rows .tag")).to_have_count(0)
    expect(badge).to_have_count(0)

    page.click(".rows a.name")
    assert registration.number in page.url


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_desk_s_pages_about_messages_can_be_read_by_everybody(open_page, shop, language, width):
    submitted(shop)
    administrator = StaffFactory(role=Role.ADMINISTRATOR, branch=shop.branch, full_name="何管理")
    page = open_page(width=width, language=language, signed_in=administrator)

    for address in DESK_PAGES:
        page.goto(address)
        assert scrolls_sideways(page) == "", address
        assert axe_violations(page) == [], address
        assert words_in_the_other_language(page, language) == [], address


def test_an_administrator_switches_a_kind_off_by_keyboard(open_page, shop):
    page = open_page(signed_in=StaffFactory(role=Role.ADMINISTRATOR, branch=shop.branch, full_name="何管理"))
    page.goto("/admin/kernel/messageswitch/")
    box = page.locator('input[value="application_draft_expiring:sms"]')

    box.focus()
    page.keyboard.press("Space")
    page.locator("form.stack button[type=submit]").press("Enter")

    expect(box).not_to_be_checked()
    expect(page.locator("body")).to_contain_text("已更改 1 个开关")
    box.check()
    page.locator("form.stack button[type=submit]").click()
    expect(box).to_be_checked()
