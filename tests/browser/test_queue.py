"""The queue in a browser: two reviewers and one case, several cases at once, and the list on a phone."""

from datetime import timedelta

from playwright.sync_api import expect

from applications.models import Application
from config.kernel import clock
from tests.browser.drafts import submitted
from tests.browser.reading import axe_violations, scrolls_sideways

QUEUE = "/admin/applications/application/"
LONG = "示范路晴川鲜花水果五金建材便利店（中央公园二期东南门分店）有限责任公司"


def rows(desk):
    return desk.page.locator("#result_list tbody tr")


def test_two_reviewers_press_next_and_an_idle_claim_passes(reviewer, shop):
    registration = submitted(shop)
    first, second = reviewer(shop.reviewer), reviewer(shop.second_reviewer)
    for desk in (first, second):
        desk.go(f"{QUEUE}?q={registration.number}")
        expect(rows(desk)).to_have_count(1)

    for desk in (first, second):
        desk.press('form[action$="/next/"] button')

    first.is_at(f"{QUEUE}{registration.pk}/review/")
    second.is_at("/admin/applications/application/empty/")
    expect(second.page.locator(".empty")).to_be_visible()
    second.go(f"{QUEUE}?q={registration.number}")
    expect(rows(second).locator(".field-holder")).to_contain_text(str(shop.reviewer))

    # Half an hour without a sign of the first reviewer.
    Application.objects.filter(pk=registration.pk).update(lease_until=clock.now() - timedelta(seconds=1))
    second.page.reload()
    expect(rows(second).locator(".field-holder.none")).to_have_count(1)
    second.press('form[action$="/next/"] button')

    second.is_at(f"{QUEUE}{registration.pk}/review/")
    assert Application.objects.get(pk=registration.pk).assignee == shop.second_reviewer


def test_several_are_taken_and_given_back_together_and_nothing_ticked_is_said(reviewer, shop):
    numbers = [submitted(shop).number for _ in range(2)]
    desk = reviewer(shop.reviewer)
    desk.go(QUEUE)
    desk.press("#changelist-form .actions-bar button:not([formaction])")
    expect(desk.page.locator(".flash .bad")).to_contain_text("请先勾选")

    for number in numbers:
        rows(desk).filter(has_text=number).locator(".action-select").check()
    expect(desk.page.locator("#ticked-count")).to_contain_text("已选 2 件")
    desk.press("#changelist-form .actions-bar button:not([formaction])")
    expect(desk.page.locator(".flash .ok")).to_contain_text("已领取 2 件")

    for number in numbers:
        rows(desk).filter(has_text=number).locator(".action-select").check()
    desk.page.locator("#step").select_option("return")
    desk.press("#changelist-form .actions-bar button:not([formaction])")
    expect(desk.page.locator(".plain-list li")).to_have_count(2)
    assert not axe_violations(desk.page)
    desk.page.locator("[name=reason]").select_option("incomplete_set")
    desk.press('form[action$="/bulk/correction/"] button')

    expect(desk.page.locator(".flash .ok")).to_contain_text("已退回 2 件")
    assert set(Application.objects.filter(number__in=numbers).values_list("status", flat=True)) == {
        "returned"
    }


def test_the_list_fits_a_phone_with_long_names(open_page, shop):
    registration = submitted(shop)
    Application.objects.filter(pk=registration.pk).update(subject_name=LONG)
    page = open_page(width=360, signed_in=shop.reviewer)

    page.goto(f"{QUEUE}?q={registration.number}")

    name = page.locator("#result_list .who").first
    expect(name).to_contain_text(LONG)
    assert not scrolls_sideways(page)
    assert name.bounding_box()["width"] > 200
    assert not axe_violations(page)
