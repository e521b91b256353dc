"""The main job from an empty account to a live terminal, by everybody who takes part in it."""

import re

import pytest
from playwright.sync_api import expect

from tests.accounts.factories import PASSWORD
from tests.browser.people import NEVER_SHOWN, PAPERS

ACTIVATED = {"zh-hans": "激活成功", "en": "Activation succeeded"}
IN_USE = {"zh-hans": "使用中", "en": "In use"}


@pytest.mark.parametrize(
    ("width", "language", "javascript"),
    [(1280, "zh-hans", True), (360, "zh-hans", True), (1280, "en", True), (360, "zh-hans", False)],
    ids=["desktop", "phone", "english", "no-script"],
)
def test_from_an_account_to_a_live_terminal(merchant, reviewer, shop, width, language, javascript):
    how = {"language": language, "javascript": javascript}
    serial_number = shop.device()
    owner = merchant(width=width, **how)
    owner.signs_up()
    owner.begins()
    owner.tells_business(shop.branch)
    owner.tells_responsible()
    for slug in PAPERS[:3]:
        owner.uploads(slug)
    owner.page.context.close()

    # The other device: what was typed and uploaded is there.
    elsewhere = merchant(width=360 if width == 1280 else 1280, **how)
    elsewhere.number = owner.number
    elsewhere.signs_in(owner.mobile)
    elsewhere.press('nav a[href="/applications/"] >> visible=true >> nth=0')
    elsewhere.press(f'main a[href^="/applications/{owner.number}/"]')
    elsewhere.is_at(elsewhere.draft)
    elsewhere.opens_page("papers")
    expect(elsewhere.page.locator(".upload [data-kept]")).to_have_count(3)
    elsewhere.page.context.close()

    owner = _again(merchant, owner, width, how)
    for slug in PAPERS[3:]:
        owner.uploads(slug)
    owner.saves()
    owner.adds_terminal(serial_number)
    owner.saves()
    owner.is_at(f"{owner.draft}check/")
    assert not any(value in owner.page.content() for value in NEVER_SHOWN)
    owner.submits()

    desk = reviewer(shop.reviewer, **how)
    desk.finds(owner.number)
    desk.takes()
    desk.looks_at(2)
    desk.approves()

    terminal = owner.opens_terminal()
    digits = owner.collects_code()
    if javascript:
        owner.page.emulate_media(media="print")
        assert len(re.findall(rb"/Type\s*/Page\b", owner.page.pdf(format="A4"))) == 1
        owner.page.emulate_media(media="screen")
    owner.types_into_simulator(serial_number, digits)
    expect(owner.page.locator(".scr-done")).to_be_visible()
    expect(owner.page.locator(".scr-done")).to_contain_text(ACTIVATED[language])
    owner.go(f"/terminals/{terminal}/")
    expect(owner.page.locator(".page-head .tag")).to_have_text(re.compile(IN_USE[language]))


def _again(merchant, owner, width, how):
    """The same person on the first device, with a new browser."""
    back = merchant(width=width, **how)
    back.number, back.mobile = owner.number, owner.mobile
    back.signs_in(owner.mobile, PASSWORD)
    back.go(f"{back.draft}papers/")
    return back
