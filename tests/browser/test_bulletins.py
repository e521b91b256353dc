"""A fault is announced at the desk, read by a visitor and by a merchant on a phone, who asks to be told, and is."""

import os
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from terminals.models import Bulletin
from terminals.recovery import tell_who_asked
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.bulletins import WORDS, planned, published, writer

SHOTS = os.environ.get("SHOTS")


def keep(page, name):
    """A picture for whoever wants to look (SHOTS=folder)."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def press(page, noun):
    page.click(f"#step-{noun} button[type=submit]")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_fault_is_announced_and_who_asked_is_told(open_page, javascript):
    owner = owner_of(onboarded())
    desk = open_page(width=1280, signed_in=writer("support"), javascript=javascript)
    shop = open_page(width=360, signed_in=owner, javascript=javascript)

    desk.goto("/admin/terminals/bulletin/")
    desk.click("a[href$='/bulletin/add/']")
    for name, words in WORDS.items():
        desk.fill(f"[name={name}]", words)
    desk.select_option("[name=kind]", "fault")
    desk.fill("[name=code]", "９７")
    desk.click("main form button[type=submit], #content form button[type=submit]")
    press(desk, "publication")
    expect(desk.locator(".identity .tag").first).to_contain_text("已发布")
    bulletin = Bulletin.objects.latest("pk")
    keep(desk, f"desk-{javascript}")

    shop.goto(f"/bulletins/{bulletin.number}/")
    expect(shop.locator(".page-head")).to_contain_text("进行中")
    shop.click("main form button[type=submit]")
    expect(shop.locator("main")).to_contain_text("恢复后会通知您")
    keep(shop, f"page-asked-{javascript}")

    press(desk, "ending")
    expect(desk.locator(".identity .tag").first).to_contain_text("已结束")
    assert tell_who_asked(clock.now()) == 1
    shop.goto("/messages/")
    expect(shop.locator("main")).to_contain_text(bulletin.number)
    assert OutboxMessage.objects.inbox_of(owner).filter(kind="bulletin_over").count() == 1


@pytest.fixture
def late(site):
    """A fault that takes longer than expected, and an upgrade to come; both over when the journey is, whatever became of it."""
    now, by = clock.now(), writer()
    given = {"by": by, "now": now - timedelta(hours=5), "starts_at": now - timedelta(hours=6)}
    bulletin = published(**given, carrier="mobile", code="97")
    bulletin.correct(by=by, now=now, **{name: f"{words} *" for name, words in WORDS.items()})
    coming = planned(by=by, in_days=1)
    yield bulletin
    for each in (bulletin, coming):
        each.end(by=by, now=clock.now())


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_are_for_everybody(open_page, late, width, language):
    page = open_page(width=width, language=language, signed_in=owner_of(onboarded()))

    for path in ("/", "/bulletins/", f"/bulletins/{late.number}/"):
        page.goto(path)
        assert not scrolls_sideways(page), path
        assert axe_violations(page) == [], path
        keep(page, re.sub(r"\W+", "-", f"{path}{width}-{language}"))
    if width == 320:
        assert words_in_the_other_language(page, language) == []
    visitor = open_page(width=width, language=language)
    visitor.goto("/")
    assert axe_violations(visitor) == []
    assert not scrolls_sideways(visitor)
    keep(visitor, f"visitor-{width}-{language}")
