"""The settlement desk in a browser: one clerk confirms, another checks, the clearance is complete, on a phone as on a desk."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from config.kernel import clock
from terminals.models import Terminal
from terminals.settlement.models import Clearance
from tests.browser.papers import paper
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language
from tests.merchants.factories import onboarded
from tests.terminals.settlement.factories import all_agreed, clerk, from_host_totals, stopping

LIST = "/admin/settlement/clearance/"


def page_of(clearance) -> str:
    return f"{LIST}{clearance.pk}/change/"


def readable(page, language) -> None:
    assert not axe_violations(page)
    assert not scrolls_sideways(page)
    assert not words_in_the_other_language(page, language)


def confirms(page, item, **said) -> None:
    card = page.locator(f'section[aria-labelledby="item-{item.code}"]')
    card.locator("summary").first.click()
    for name, value in said.items():
        field = card.locator(f'[name="{item.code}-{name}"]')
        field.select_option(value) if name == "way" else field.fill(value)
    with page.expect_navigation():
        card.locator('form[action$="/confirmation/"] button[type=submit]').click()


def presses(page, action: str) -> None:
    with page.expect_navigation():
        page.locator(f'form[action$="{action}"] button[type=submit]').first.click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with_scripts", "without_scripts"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_one_confirms_another_checks_and_the_terminal_is_stopped(
    open_page, shop, language, width, javascript
):
    clearance = stopping(merchant=onboarded(branch=shop.branch))
    first, second = clerk(shop.branch, full_name="周结算"), clerk(shop.branch, full_name="吴清算")
    looks = javascript

    page = open_page(width=width, language=language, javascript=javascript, signed_in=first)
    page.goto(f"{LIST}?q={clearance.terminal.number}")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    if looks:
        readable(page, language)
    page.locator("#result_list a").first.click()
    page.wait_for_url(f"**{page_of(clearance)}")
    expect(page.locator('form[action$="/completion/"] button')).to_be_disabled()
    for item in clearance.items.all():
        amount = {"amount_fen": "12,680.00"} if item.asked.is_money else {}
        confirms(page, item, evidence="000017 / 0500", **amount)
    expect(page.locator('form[action$="/check/"] button')).to_have_count(6)
    expect(page.locator('form[action$="/check/"] button').first).to_be_disabled()
    if looks:
        readable(page, language)

    page = open_page(width=width, language=language, javascript=javascript, signed_in=second)
    page.goto(page_of(clearance))
    for item in clearance.items.all():
        presses(page, f"/items/{item.code}/check/")
    expect(page.locator("#left")).to_have_count(0)
    if looks:
        readable(page, language)
    presses(page, "/completion/")

    expect(page.locator(".flash .ok")).to_be_visible()
    assert Clearance.objects.get(pk=clearance.pk).status == "settled"
    assert Terminal.objects.get(pk=clearance.terminal_id).status == "deactivated"
    if looks:
        readable(page, language)


@pytest.mark.parametrize("width", [360, 1280])
def test_what_lacks_something_comes_back_open_and_typed(open_page, shop, width):
    clearance = stopping(merchant=onboarded(branch=shop.branch))
    item = clearance.items.get(code="batch")
    page = open_page(width=width, signed_in=clerk(shop.branch))
    page.goto(page_of(clearance))

    confirms(page, item, evidence="000017", way="host_totals")

    expect(page.locator(".errsum a")).to_have_count(2)
    expect(page.locator("#id_batch-evidence")).to_have_value("000017")
    expect(page.locator("#id_batch-voucher_number")).to_be_visible()
    readable(page, "zh-hans")


def test_a_photograph_of_the_totals_is_seen_by_who_checks(open_page, shop):
    clearance = stopping(merchant=onboarded(branch=shop.branch))
    item = clearance.items.get(code="upload")
    page = open_page(signed_in=clerk(shop.branch))
    page.goto(page_of(clearance))
    card = page.locator('section[aria-labelledby="item-upload"]')
    card.locator("summary").first.click()
    card.locator('[name="upload-evidence"]').fill("207")
    card.locator('[name="upload-file"]').set_input_files(paper("settlement"))
    presses(page, "/items/upload/confirmation/")

    page = open_page(signed_in=clerk(shop.branch))
    page.goto(page_of(clearance))
    link = page.locator('a[href*="/evidence/"]')
    expect(link).to_be_visible()
    seen = page.request.get(link.get_attribute("href"))

    assert (seen.status, seen.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(BytesIO(seen.body())).width > 300
    assert item.files.count() == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_printed_clearance_shows_the_items_and_no_step(open_page, shop, language):
    clearance = all_agreed(stopping(merchant=onboarded(branch=shop.branch)))
    item = clearance.items.get(code="batch")
    item.give_back(by=clerk(shop.branch), now=clock.now(), note="批次号不对")
    item.confirm(by=clerk(shop.branch), now=clock.now(), **from_host_totals(item))
    page = open_page(language=language, signed_in=clerk(shop.branch))
    page.goto(page_of(clearance))

    page.emulate_media(media="print")

    expect(page.locator("#item-batch")).to_be_visible()
    expect(page.locator("text=SG-2026-0117").first).to_be_visible()
    for step in page.locator("main form").all():
        expect(step).to_be_hidden()
