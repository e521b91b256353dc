"""The people of a merchant, from the invitation to leaving, and the pages of the own account, on a phone and a desk's screen."""

import pytest
from playwright.sync_api import expect

from config.kernel import clock
from merchants.people import admit, role_of
from tests.accounts.factories import MerchantUserFactory
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language
from tests.merchants.factories import onboarded, owner_of
from tests.merchants.inviting import invited_to

PAGES = [
    "/people/",
    "/accounts/",
    "/accounts/devices/",
    "/accounts/messages/",
    "/accounts/data/",
    "/messages/?show=unread",
]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_an_owner_invites_and_the_invited_joins_and_leaves(open_page, shop, javascript):
    merchant = onboarded(branch=shop.branch, registered_name="晴川便利店")
    address = f"joins{int(javascript)}@shop.example"
    page = open_page(width=360, signed_in=owner_of(merchant), javascript=javascript)
    page.goto(f"/people/{merchant.number}/")
    page.fill("[name=reach]", address)
    page.click("form[action$='/invitations/'] button")
    expect(page.locator(".flash")).to_contain_text("邀请已发出")
    page.click("form[action$='/calling-off/'] button")
    expect(page.locator(".flash")).to_contain_text("邀请已撤回")

    _invitation, token = invited_to(address, merchant=merchant)
    person = MerchantUserFactory(email=address, full_name="李小红")
    theirs = open_page(width=360, signed_in=person, javascript=javascript)
    theirs.goto(f"/people/invited/{token}/")
    assert scrolls_sideways(theirs) == ""
    theirs.click("form[action$='/acceptance/'] button")
    assert role_of(person, merchant) == "operator"

    theirs.click("a[href='?ask=leaving#ask']")
    theirs.click("#ask ~ .actions button, .confirm button")
    expect(theirs.locator(".flash")).to_contain_text("不再代表")
    assert role_of(person, merchant) is None


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_can_be_read_by_everybody(open_page, shop, language, width):
    merchant = onboarded(branch=shop.branch, registered_name="晴川便利店")
    owner = owner_of(merchant)
    person = MerchantUserFactory(full_name="李小红")
    admit(person, merchant, "operator", by=owner, now=clock.now())
    member = merchant.memberships.get(user=person)
    invited_to("bookkeeper@shop.example", merchant=merchant)
    page = open_page(width=width, language=language, signed_in=owner)
    here = f"/people/{merchant.number}/"

    for address in [*PAGES, here, f"{here}?ask=removal-{member.pk}"]:
        page.goto(address)
        assert scrolls_sideways(page) == "", address
        assert axe_violations(page) == [], address
        assert words_in_the_other_language(page, language) == [], address
