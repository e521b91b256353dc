"""Passkeys in a real browser, with a device that the browser itself pretends: made, used, cancelled, removed.

A passkey belongs to a host's name, so the journeys open the portal as localhost and not by its number.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.factories import PASSWORD, MerchantUserFactory
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language

ADD, DOOR, LIST = "/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/login/", "/accounts/2fa/webauthn/"
GO, SAYS = "[data-passkey-go]", "[data-passkey-says]"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# What the browser says when the person closes its window; a device that only pretends never closes it.
CANCEL = """
navigator.credentials.get = navigator.credentials.create =
  () => Promise.reject(new DOMException("closed", "NotAllowedError"));
"""


@pytest.fixture
def by_name(site):
    """The portal's address as a name."""
    return site.replace("127.0.0.1", "localhost")


@pytest.fixture
def open_by_name(open_page, by_name):
    def open_one(*, language="zh-hans", **how) -> Page:
        page = open_page(language=language, **how)
        page.context.add_cookies([{"name": "django_language", "value": language, "url": by_name}])
        return page

    return open_one


def plug_in(page: Page) -> None:
    """From now on this browser has a device that keeps passkeys and never asks anybody."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def sign_in(page: Page, here: str, person, password: str = PASSWORD) -> None:
    page.goto(f"{here}/accounts/login/")
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", password)
    _pressed(page, "form:has([name=password]) [type=submit]")


def _pressed(page: Page, button: str) -> None:
    """The button was pressed and the page that follows is there."""
    with page.expect_navigation():
        page.click(button)


def add(page: Page, here: str, name: str) -> None:
    page.goto(here + ADD)
    if "/reauthenticate/" in page.url:
        page.fill("[name=password]", PASSWORD)
        _pressed(page, "form[action$='/reauthenticate/'] [type=submit]")
    page.fill("[name=name]", name)
    page.click(GO)
    page.wait_for_url(re.compile("recovery-codes|webauthn/$"))


def sign_out(page: Page, here: str) -> None:
    page.goto(f"{here}/accounts/logout/")
    _pressed(page, "main form [type=submit]")


@pytest.mark.parametrize(
    ("language", "width", "door"),
    [("zh-hans", 360, "用通行密钥登录"), ("en", 1280, "Sign in with a passkey")],
)
def test_made_used_to_sign_in_and_removed(open_by_name, by_name, language, width, door):
    person = MerchantUserFactory(email=f"passkey{width}@shop.example", language=language)
    page = open_by_name(width=width, language=language)
    plug_in(page)
    sign_in(page, by_name, person)
    add(page, by_name, "Counter")
    sign_out(page, by_name)

    page.goto(f"{by_name}/accounts/login/")
    page.get_by_role("link", name=door).click()
    page.click(GO)
    page.wait_for_url(by_name + "/")

    page.goto(by_name + LIST)
    expect(page.locator(".rows .name")).to_have_text("Counter")
    page.click(".rows a[href$='/remove/']")
    if "/reauthenticate/" in page.url:
        page.goto(page.url.replace("/accounts/reauthenticate/", "/accounts/2fa/webauthn/reauthenticate/"))
        page.click(GO)
        page.wait_for_url(re.compile("/remove/$"))
    page.click("form[action$='/remove/'] [type=submit]")
    expect(page.locator(".empty")).to_be_visible()

    sign_out(page, by_name)
    page.goto(by_name + DOOR)
    page.click(GO)
    expect(page.locator("[role=alert] .field-error")).to_contain_text(re.compile("不认识|does not know"))


def test_after_the_password_the_same_device_is_the_second_step(open_by_name, by_name):
    person = MerchantUserFactory(email="second@shop.example")
    page = open_by_name(width=360)
    plug_in(page)
    sign_in(page, by_name, person)
    add(page, by_name, "手机")
    sign_out(page, by_name)

    sign_in(page, by_name, person)
    page.wait_for_url(re.compile("/2fa/authenticate/"))
    assert axe_violations(page) == []
    assert scrolls_sideways(page) == ""
    page.click(GO)

    page.wait_for_url(by_name + "/")


def test_the_same_device_is_not_added_twice(open_by_name, by_name):
    page = open_by_name(width=360)
    plug_in(page)
    sign_in(page, by_name, MerchantUserFactory(email="twice@shop.example"))
    add(page, by_name, "手机")

    page.goto(by_name + ADD)
    page.click(GO)

    expect(page.locator(SAYS)).to_contain_text("此设备上已有")


@pytest.mark.parametrize(("language", "sentence"), [("zh-hans", "已取消"), ("en", "cancelled")])
def test_whoever_cancels_is_told_so_and_may_begin_again(open_by_name, by_name, language, sentence):
    page = open_by_name(width=360, language=language)
    page.add_init_script(CANCEL)
    page.goto(by_name + DOOR)

    for _ in range(2):
        page.click(GO)
        expect(page.locator(SAYS)).to_contain_text(sentence)
        expect(page.locator(GO)).to_be_focused()
    assert page.url == by_name + DOOR


def test_a_browser_without_passkeys_says_so(open_by_name, by_name):
    page = open_by_name(width=360)
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto(by_name + DOOR)

    expect(page.locator(SAYS)).to_contain_text("不支持通行密钥")
    expect(page.locator(GO)).to_be_hidden()


def test_at_a_bare_number_the_page_says_that_it_needs_the_name(open_page):
    page = open_page(width=360)
    plug_in(page)
    page.goto(DOOR)
    page.click(GO)

    expect(page.locator(SAYS)).to_contain_text("正式域名")


def test_without_scripts_the_page_says_so_and_leads_back_to_the_password(open_page):
    page = open_page(width=360, javascript=False)
    page.goto(DOOR)

    expect(page.get_by_text("通行密钥需要 JavaScript")).to_be_visible()
    expect(page.locator(GO)).to_be_hidden()
    page.get_by_role("link", name="用密码登录").click()
    expect(page.locator("[name=password]")).to_be_visible()


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_can_be_read_by_everybody(open_by_name, by_name, language, width):
    person = MerchantUserFactory(email=f"reads{width}{language}@shop.example", language=language)
    page = open_by_name(width=width, language=language)
    plug_in(page)
    page.goto(by_name + DOOR)
    _judge(page, language)
    sign_in(page, by_name, person)
    page.goto(by_name + LIST)
    _judge(page, language)
    add(page, by_name, "POS 1")
    rename, remove = ".rows a[href$='/edit/']", ".rows a[href$='/remove/']"
    for path in (LIST, ADD, "/accounts/2fa/", "/accounts/"):
        page.goto(by_name + path)
        _judge(page, language)
    for link in (rename, remove):
        page.goto(by_name + LIST)
        page.click(link)
        _judge(page, language)
    page.goto(f"{by_name}/accounts/2fa/webauthn/reauthenticate/?next={LIST}")
    _judge(page, language)


def _judge(page: Page, language: str) -> None:
    assert axe_violations(page) == []
    assert scrolls_sideways(page) == ""
    assert words_in_the_other_language(page, language) == []
