"""The help line: a merchant asks, a helper takes, answers and asks back, the merchant writes, rates and is identified on the telephone."""

import pytest
from playwright.sync_api import expect

from config.kernel import clock
from tests.applications.support.factories import closed, helper, opened, owner_of, sale, shop, waiting
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language


def press(page, noun):
    page.click(f"#step-{noun} button[type=submit]")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_a_question_is_answered(open_page, javascript):
    merchant = shop()
    phone = open_page(width=360, signed_in=owner_of(merchant), javascript=javascript)
    desk = open_page(width=1280, signed_in=helper(merchant.branch, full_name="闻铃"), javascript=javascript)

    phone.goto(f"/terminals/{merchant.terminals.get().number}/")
    phone.click("a[href^='/support/new/']")
    phone.select_option("[name=category]", "equipment")
    phone.fill("[name=text]", "打印很淡。")
    phone.click("main form button[type=submit]")
    expect(phone.locator(".page-head .tag").first).to_contain_text("待受理")
    number = phone.locator(".page-head .code").first.inner_text()

    desk.goto(f"/admin/support/ticket/?q={number}")
    desk.click("#result_list th a")
    press(desk, "taking")
    desk.fill("[name=note-text]", "可能是纸的问题")
    press(desk, "note")
    expect(desk.locator(".talk .private")).to_contain_text("可能是纸的问题")
    desk.select_option("[name=answer-canned]", "photo")
    desk.check("[name=answer-asks]")
    press(desk, "answer")
    expect(desk.locator(".identity .tag").first).to_contain_text("等商户答复")

    phone.goto("/")
    phone.click(".notice a.btn")
    expect(phone.locator(".talk")).not_to_contain_text("可能是纸的问题")
    phone.fill("[name=text]", "换了纸，好了。")
    phone.click("form[action$='/messages/'] button[type=submit]")
    expect(phone.locator(".page-head .tag").first).to_contain_text("处理中")

    desk.reload()
    desk.select_option("[name=closure-cause]", "operation")
    press(desk, "closure")
    expect(desk.locator(".identity .tag").first).to_contain_text("已办结")

    phone.reload()
    phone.check("[name=rating][value='5']")
    phone.click("form[action$='/rating/'] button[type=submit]")
    phone.fill("form[action$='/reopening/'] [name=text]", "又淡了。")
    phone.click("form[action$='/reopening/'] button[type=submit]")
    expect(phone.locator(".page-head .tag").first).to_contain_text("待受理")


def test_a_caller_is_identified_and_helped(open_page):
    merchant = shop()
    desk = open_page(width=1280, signed_in=helper(merchant.branch))

    desk.goto("/admin/support/ticket/")
    desk.click(".queue-head a.btn")
    desk.fill("[name=typed]", merchant.number)
    desk.click(".panel form button[type=submit]")
    desk.fill("[name=contact_name]", "李四")
    desk.fill("[name=id_last4]", "0000")
    desk.click(".panel form button[type=submit]")
    expect(desk.locator(".errsum")).to_contain_text("不符")
    desk.fill("[name=contact_name]", merchant.contact_name)
    desk.fill("[name=id_last4]", merchant.responsible_id_number[-4:].lower())
    desk.click(".panel form button[type=submit]")
    expect(desk.locator("main")).to_contain_text(merchant.terminals.get().number)

    desk.fill("[name=sale-amount_fen]", "368")
    desk.fill("[name=sale-sold_at]", "2026-09-11T14:30")
    desk.fill("[name=sale-card_last4]", "0043")
    desk.fill("[name=sale-text]", "来电查交易")
    press(desk, "sale")
    desk.click("a[href^='/admin/support/ticket/']")
    expect(desk.locator("main .notice").first).to_contain_text("查清前不要重复收款")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_pages_of_tickets_read_well(open_page, width, language):
    merchant = shop()
    by = helper(merchant.branch)
    owner, now = owner_of(merchant), clock.now()
    asked = waiting(
        opened(merchant, category="missing_sale", sale=sale(), terminal=merchant.terminals.get(), now=now),
        now=now,
    )
    asked.note("内部备注一条", by=asked.assignee, now=now)
    done = closed(opened(merchant, now=now), now=now)
    portal = open_page(width=width, language=language, signed_in=owner)
    desk = open_page(width=width, language=language, signed_in=by)
    pages = [
        (portal, path)
        for path in (
            "/",
            "/support/",
            "/support/new/",
            "/support/missing-transaction/",
            f"/support/{asked}/",
            f"/support/{done}/",
        )
    ]
    pages += [
        (desk, f"/admin/support/{path}")
        for path in (
            "ticket/",
            f"ticket/{asked.pk}/change/",
            f"ticket/{done.pk}/change/",
            "callercheck/",
            "callercheck/add/",
            f"callercheck/{merchant.pk}/identity/",
            "cannedtext/",
            "closingcause/",
        )
    ]

    for page, path in pages:
        page.goto(path)
        assert not scrolls_sideways(page), path
        assert axe_violations(page) == [], path
        # What people type stays in the language they type it in.
        if language == "zh-hans" or path.endswith(("/new/", "/missing-transaction/", "/add/", "/support/")):
            assert words_in_the_other_language(page, language) == [], path


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_whole_list_is_seen_on_a_desks_screen(open_page, language):
    """At 1280 px no column lies under the edge, however long the merchant's name is."""
    merchant = shop()
    type(merchant).objects.filter(pk=merchant.pk).update(
        trading_name="上海浦东新区晴川示范路生活便利百货总店"
    )
    ticket = opened(merchant, now=clock.now(), terminal=merchant.terminals.get())
    ticket.take(by=helper(merchant.branch, full_name="欧阳闻铃"), now=clock.now())
    desk = open_page(width=1280, language=language, signed_in=helper(merchant.branch, language=language))

    desk.goto("/admin/support/ticket/")

    region = desk.locator(".result-panel .scrollx")
    assert region.evaluate("part => part.scrollWidth - part.clientWidth") <= 0
