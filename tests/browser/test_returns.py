"""A device comes back: the merchant announces it, a clerk receives it in parts and inspects it, the merchant confirms the receipt."""

import io

import pikepdf
import pytest
from playwright.sync_api import expect

from config.kernel import clock
from config.privacy.identifiers import normalise
from terminals.models import Device
from terminals.returns.charging import raise_charge
from terminals.returns.models import Measure, ReturnOrder
from terminals.returns.receipts import issue_receipt
from terminals.returns.violations import decide
from tests.accounts.factories import StaffFactory
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.returns.factories import asked_back, ended, returned, storekeeper
from tests.terminals.returns.violations import opened, reached


def take(page, order, piece, quantity):
    line = order.lines.get(piece=piece)
    page.fill(f"[name=reception-quantity-{line.pk}]", str(quantity))
    if line.serial_number:
        page.fill(f"[name=reception-serial-{line.pk}]", normalise(line.serial_number).lower())


def press(page, noun):
    page.click(f"#step-{noun} button[type=submit]")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_device_comes_back(open_page, javascript):
    order = asked_back()
    owner = owner_of(order.terminal.merchant)
    shop = open_page(width=360, signed_in=owner, javascript=javascript)
    desk = open_page(width=1280, signed_in=storekeeper(order, full_name="邓库管"), javascript=javascript)

    shop.goto("/")
    shop.click(".notice a.btn")
    shop.select_option("[name=way]", "courier")
    shop.fill("[name=waybill]", "SF 123 4567")
    shop.click("main form button[type=submit]")
    expect(shop.locator(".page-head .tag").first).to_contain_text("归还途中")

    desk.goto("/admin/returns/returnorder/?q=SF1234567")
    desk.click("#result_list th a")
    take(desk, order, "terminal", 1)
    press(desk, "reception")
    expect(desk.locator(".identity .tag").first).to_contain_text("部分收到")
    take(desk, order, "charger", 1)
    take(desk, order, "cable", 2)
    press(desk, "reception")
    expect(desk.locator(".identity .tag").first).to_contain_text("已收到")
    ended(order.terminal)
    for name in ("seal_intact", "powers_on", "log_cleared", "keys_destroyed"):
        desk.check(f"[name=inspection-{name}]")
    press(desk, "inspection")
    press(desk, "acknowledgement")
    press(desk, "closure")
    expect(desk.locator(".identity .tag").first).to_contain_text("完结")

    shop.goto(f"/returns/{order.number}/")
    shop.click(".notice a.btn")
    shop.click("section.confirm button[type=submit]")
    expect(shop.locator("article.slip")).to_contain_text("在线确认")
    assert Device.objects.get(pk=order.device_id).status == "in_stock"
    assert ReturnOrder.objects.get(pk=order.pk).receipts.get().confirmed_by == owner


def sheets(page) -> int:
    return len(pikepdf.open(io.BytesIO(page.pdf(format="A4"))).pages)


def test_receipt_and_decision_are_one_sheet_each(open_page):
    order = returned("received")
    issue_receipt(order, by=storekeeper(order), now=clock.now())
    case = reached("decided", terminal=order.terminal)
    page = open_page(signed_in=owner_of(order.terminal.merchant))

    for address in (f"/returns/{order.number}/receipt/", f"/returns/violations/{case.number}/decision/"):
        page.goto(address)
        assert sheets(page) == 1, address


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_can_be_read_by_everybody(open_page, language, width):
    merchant = onboarded()
    open_order = asked_back(merchant=merchant)
    order = returned("received", merchant=merchant)
    issue_receipt(order, by=storekeeper(order), now=clock.now())
    case, decided = (
        opened(terminal=order.terminal),
        reached("heard", terminal=order.terminal, category="lent"),
    )
    chief = StaffFactory(
        role="supervisor", branch=order.branch, full_name="Chief" if language == "en" else "邓主管"
    )
    decide(decided, Measure.objects.all()[:2], decision="X", by=chief, now=clock.now())
    charge = raise_charge(merchant=merchant, amount_fen=100, reason="X", by=chief, now=clock.now())
    shop = open_page(width=width, language=language, signed_in=owner_of(merchant))
    desk = open_page(width=width, language=language, signed_in=chief)
    portal = [
        "/",
        "/returns/",
        f"/returns/{open_order.number}/",
        f"/returns/{order.number}/receipt/",
        "/returns/violations/",
        f"/returns/violations/{case.number}/",
        f"/returns/violations/{decided.number}/decision/",
        f"/returns/charges/{charge}/",
    ]
    pages = [(shop, address) for address in portal] + [
        (desk, f"/admin/returns/{address}")
        for address in (
            "returnorder/",
            f"returnorder/{open_order.pk}/change/",
            f"returnorder/{order.pk}/change/",
            f"returnorder/{order.pk}/receipt/",
            "violation/",
            "violation/add/",
            f"violation/{case.pk}/change/",
            f"charge/{charge.pk}/change/",
            "tariff/",
        )
    ]
    # What people type stays in the language they type it in.
    typed = {f"/returns/{open_order.number}/", f"/returns/violations/{case.number}/"}

    faults = []
    for page, address in pages:
        page.goto(address)
        faults += [f"{address} {fault}" for fault in axe_violations(page)]
        if parts := scrolls_sideways(page):
            faults.append(f"{address} scrolls sideways: {parts}")
        is_typed = "change" in address or "decision" in address or "receipt" in address or address in typed
        if language == "zh-hans" or not is_typed:
            faults += [f"{address} {line}" for line in words_in_the_other_language(page, language)]

    assert not faults, "\n".join(faults)
