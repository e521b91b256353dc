"""A whole review by the keyboard alone; the single keys and when they are silent; what is kept without being asked."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from applications.models import DeskPreference, Registration, ReviewDraft
from tests.browser.cases import address_of, taken
from tests.browser.drafts import submitted
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language


@pytest.fixture
def case(shop):
    return taken(shop)


@pytest.fixture
def page(open_page, shop, case):
    page = open_page(signed_in=shop.reviewer)
    page.goto(address_of(case))
    return page


def tab_to(page, selector: str, most: int = 250) -> None:
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_a_whole_review_without_a_mouse(open_page, shop):
    case = submitted(shop)
    page = open_page(signed_in=shop.reviewer)
    page.goto(address_of(case))
    tab_to(page, 'form[action$="/claim/"] button')
    page.keyboard.press("Enter")
    expect(page.locator('form[action$="/claim/"]')).to_have_count(0)
    # The script of the new page is there once nothing can be decided yet.
    expect(page.locator("[data-outcome=approved]")).to_be_disabled()

    # The first paper is not good: marked, a reason chosen, its words changed.
    page.keyboard.press("n")
    expect(page.locator('[name="verdict-paper:id_front"][value=fix]')).to_be_checked()
    page.keyboard.press("Space")
    tab_to(page, '[name="text-paper:id_front"]', 3)
    page.keyboard.press("Control+A")
    page.keyboard.type("请在亮处重拍。")
    page.keyboard.press("Shift+Tab")
    # Everything else is in order, one by one.
    for _ in range(60):
        if page.locator("[data-rest]").is_hidden():
            break
        page.keyboard.press("y")
    expect(page.locator("#why-no")).to_contain_text("1")
    page.keyboard.press("a")
    expect(page.locator("#why-no")).to_be_focused()
    page.keyboard.press("r")
    expect(page.locator("[data-outcome=returned]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('button[formaction$="/correction/"]')).to_have_count(0)

    case = Registration.objects.get(pk=case.pk)
    assert case.status == "returned"
    judged = case.decisions.get().items.filter(is_ok=False)
    assert [(one.item, one.text) for one in judged] == [("paper:id_front", "请在亮处重拍。")]


def test_buttons_follow_the_marks_with_the_sentences_of_the_server(page):
    approve, back = page.locator("[data-outcome=approved]"), page.locator("[data-outcome=returned]")
    expect(approve).to_be_disabled()
    expect(back).to_be_disabled()

    page.locator("[data-rest]").click()
    expect(approve).to_be_enabled()
    expect(back).to_be_disabled()
    page.locator('[name="verdict-field:uscc"][value=fix]').check()
    expect(approve).to_be_disabled()
    expect(back).to_be_enabled()
    expect(back).to_contain_text("1")
    page.locator('[name="reason-application"][value=not_eligible]').check()
    expect(back).to_be_disabled()
    expect(approve).to_be_disabled()


def test_a_reason_fills_its_words_until_somebody_writes_their_own(page):
    box = page.locator('[name="text-field:uscc"]')
    expect(box).to_be_hidden()
    page.locator('[name="verdict-field:uscc"][value=fix]').check()

    page.locator('[name="reason-field:uscc"][value=number_differs]').check()
    first = box.input_value()
    page.locator('[name="reason-field:uscc"][value=name_differs]').check()
    second = box.input_value()
    box.fill("自己写的话")
    page.locator('[name="reason-field:uscc"][value=number_differs]').check()

    assert first
    assert first != second
    expect(box).to_have_value("自己写的话")


def test_a_refusal_without_its_reason_leads_to_the_reasons(page, case):
    page.keyboard.press("x")
    expect(page.locator("[data-outcome=rejected]")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator('[name="reason-application"][value=""]')).to_be_focused()
    assert Registration.objects.get(pk=case.pk).status == "under_review"


def test_keys_are_silent_while_typing_and_while_an_input_method_composes(page):
    first = page.locator(".docs [aria-current]").get_attribute("data-paper")
    page.locator("[name=private_note]").fill("")
    page.locator("[name=private_note]").press_sequentially("jkarx")
    expect(page.locator("[name=private_note]")).to_be_focused()
    page.locator('[name^="purpose-"]').first.evaluate(
        "box => { box.closest('details').open = true; box.focus(); }"
    )
    page.keyboard.press("a")
    page.locator("h1").evaluate("heading => { heading.tabIndex = -1; heading.focus(); }")
    # What a browser sends while Chinese is composed: both marks of it.
    for how in ({"isComposing": True}, {"keyCode": 229}):
        page.evaluate(
            "how => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true, ...how}))",
            how,
        )

    expect(page.locator(".docs [aria-current]")).to_have_attribute("data-paper", first)
    page.keyboard.press("j")
    expect(page.locator(".docs [aria-current]")).not_to_have_attribute("data-paper", first)


def test_the_switch_turns_the_keys_off_for_the_person_on_every_device(open_page, page, case, shop):
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert axe_violations(page) == []
    page.locator("#keys [name=has_shortcuts]").uncheck()
    expect(page.locator("#keys [data-said]")).not_to_be_empty()
    page.keyboard.press("Escape")
    assert not DeskPreference.objects.of(shop.reviewer).has_shortcuts

    phone = open_page(width=360, signed_in=shop.reviewer)
    for device in (page, phone):
        device.goto(address_of(case))
        first = device.locator(".docs [aria-current]").get_attribute("data-paper")
        for key in ("j", "?", "a"):
            device.keyboard.press(key)
        expect(device.locator(".docs [aria-current]")).to_have_attribute("data-paper", first)
        expect(device.locator("#keys")).to_be_hidden()


def test_the_review_is_kept_every_half_minute_and_on_leaving(open_page, shop, case):
    page = open_page(signed_in=shop.reviewer)
    page.clock.install()
    page.goto(address_of(case))
    page.locator('[name="verdict-field:uscc"][value=fix]').check()
    with page.expect_response(re.compile("/draft/$")):
        page.clock.run_for(31_000)
    expect(page.locator("#draft-saved")).not_to_be_empty()
    assert ReviewDraft.objects.get(application=case).content["verdict-field:uscc"] == "fix"

    page.locator("[name=private_note]").fill("走之前写的")
    page.goto("/admin/")
    # What a page sends while it goes arrives when it arrives; a person takes longer to come back than this.
    for _ in range(20):
        page.goto(address_of(case))
        if page.locator("[name=private_note]").input_value():
            break

    expect(page.locator("[name=private_note]")).to_have_value("走之前写的")
    expect(page.locator('[name="verdict-field:uscc"][value=fix]')).to_be_checked()


def test_a_hidden_value_is_shown_for_a_minute(open_page, shop, case):
    page = open_page(signed_in=shop.reviewer)
    page.clock.install()
    page.goto(address_of(case))
    place = page.locator("#value-account_number")
    masked = place.inner_text()
    row = page.locator("tbody", has=place)
    row.locator("summary").click()
    row.locator("button[name=reveal]").click()
    expect(row.locator("[data-problem]")).not_to_be_empty()
    expect(place).to_have_text(masked)

    row.locator("select").select_option("check_in_core_system")
    row.locator("button[name=reveal]").click()
    expect(place).to_have_text(case.account_number)
    page.clock.run_for(61_000)

    expect(place).to_have_text(masked)


def test_what_is_printed_is_masked_and_tells_verdicts_and_record(page, case):
    page.locator("[data-rest]").click()
    page.emulate_media(media="print")

    for gone in (".vtools", ".decide", ".docs", ".frame"):
        assert page.locator(gone).locator("visible=true").count() == 0, gone
    expect(page.locator("#history .timeline").first).to_be_visible()
    expect(page.locator(".review .verdict label.y").first).to_be_visible()
    expect(page.locator(".review .verdict label.n").first).to_be_hidden()
    expect(page.locator("body")).not_to_contain_text(case.responsible_id_number)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_case_is_whole_in_both_languages_and_widths(open_page, shop, case, width, language):
    page = open_page(width=width, language=language, signed_in=shop.reviewer)
    page.goto(address_of(case))
    page.locator('[name="verdict-field:uscc"][value=fix]').check()
    page.locator('[name="reason-field:uscc"]').first.check()

    assert axe_violations(page) == []
    assert scrolls_sideways(page) == ""
    assert words_in_the_other_language(page, language) == []


def test_the_order_of_the_keyboard_is_the_order_of_the_page(page):
    places = page.evaluate(
        "[...document.querySelectorAll('.review [data-verdict][value=ok]')].map(one => one.closest('tr').getBoundingClientRect().top)"
    )

    assert all(one <= other for one, other in pairwise(places))


def test_a_review_without_scripts(open_page, shop, case):
    page = open_page(javascript=False, signed_in=shop.reviewer)
    page.goto(address_of(case))
    page.locator('[name="verdict-paper:licence"][value=fix]').check()
    page.locator('[name="reason-paper:licence"][value=glare]').check()
    page.locator("[name=rest_in_order]").check()

    page.locator('button[formaction$="/correction/"]').click()

    expect(page.locator('button[formaction$="/correction/"]')).to_have_count(0)
    assert Registration.objects.get(pk=case.pk).status == "returned"
