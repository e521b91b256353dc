"""An offer is written and published by two people, a merchant enrols and withdraws, and a stop says beforehand what it ends."""

import pytest
from playwright.sync_api import expect

from terminals.offers.models import Enrolment, Offer
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.requests import requested
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language
from tests.merchants.factories import owner_of
from tests.terminals.offers.factories import answers, drafted, enrolled, published, shop


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_written_published_enrolled_in_and_withdrawn(open_page, javascript):
    branch = BranchFactory()
    merchant = shop(terminals=2, branch=branch)
    manager = StaffFactory(role="account_manager", branch=branch)
    desk = open_page(signed_in=manager, javascript=javascript)
    chief = open_page(signed_in=StaffFactory(role="supervisor", branch=branch), javascript=javascript)
    phone = open_page(width=360, signed_in=owner_of(merchant), javascript=javascript)

    desk.goto("/admin/offers/offer/add/")
    for name, value in answers().items():
        desk.fill(f"[name={name}]", "0.38" if name == "rate_bp" else str(value))
    desk.check("[name=is_per_terminal]")
    desk.click("main form button[type=submit]")
    expect(desk.locator(".identity .tag").first).to_contain_text("草稿")
    offer = Offer.objects.latest("pk")

    chief.goto(f"/admin/offers/offer/{offer.pk}/change/")
    expect(chief.locator("#eligible")).to_be_visible()
    chief.click("#step-publication button[type=submit]")
    expect(chief.locator(".identity .tag").first).to_contain_text("已发布")

    phone.goto("/")
    phone.click("a[href='/offers/']")
    phone.click(f"text={offer.title_zh}")
    phone.click("main form button[type=submit]")
    expect(phone.locator("#error-summary")).to_be_visible()
    phone.locator("[name=terminals]").first.check()
    phone.check("[name=agree]")
    phone.click("main form button.btn-primary")
    expect(phone.locator(".rows .tag").first).to_contain_text("已报名")
    assert Enrolment.objects.filter(offer=offer).count() == 1
    phone.click("text=撤回报名")
    expect(phone.locator(".rows .tag").first).to_contain_text("已撤回")


def test_the_page_before_a_stop_names_what_ends(open_page):
    enrolment = enrolled()
    one = requested("deactivation", terminal=enrolment.merchant.terminals.get())
    # The rows of its papers have no picture behind them.
    page = open_page(width=360, signed_in=owner_of(enrolment.merchant), expecting=("/thumbnail/",))

    page.goto(f"/applications/{one.number}/draft/check/")

    expect(page.locator("section[aria-labelledby=ends-besides]")).to_contain_text(enrolment.offer.title_zh)


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_can_be_read_by_everybody(open_page, language, width):
    merchant = shop(terminals=2)
    branch = merchant.branch
    taken = enrolled(published(branch=branch, quota=20), merchant).offer
    free = published(branch=branch, is_per_terminal=True)
    barred = published(
        branch=branch,
        merchant_types=["enterprise"],
        categories=["5812"],
        divisions=["330000"],
        min_terminals=3,
    )
    draft = drafted(branch=branch)
    page = open_page(width=width, language=language, signed_in=owner_of(merchant))
    desk = open_page(
        width=max(width, 360), language=language, signed_in=StaffFactory(role="supervisor", branch=branch)
    )

    pages = ["/", "/offers/", *(f"/offers/{each.number}/" for each in (taken, free, barred))]
    desks = ["offer/", "enrolment/", "offer/add/", *(f"offer/{each.pk}/change/" for each in (draft, taken))]
    visits = [(page, path) for path in pages] + [(desk, f"/admin/offers/{path}") for path in desks]
    faults = []
    for browser, path in visits:
        browser.goto(path)
        faults += [f"{path} {fault}" for fault in axe_violations(browser)]
        if parts := scrolls_sideways(browser):
            faults.append(f"{path} scrolls sideways: {parts}")
        faults += [f"{path} {line}" for line in words_in_the_other_language(browser, language)]

    assert not faults, "\n".join(faults)
