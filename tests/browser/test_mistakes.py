"""What goes wrong at a desk and on a phone: pages sent empty, pressed twice, sent again by going back. Nothing typed is lost."""

import re

import pytest
from playwright.sync_api import expect

from applications.models import Registration
from tests.applications.factories import RegistrationFactory
from tests.browser.drafts import complete_draft
from tests.browser.people import Merchant
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language

PAGES = {
    "type": "main form button.btn-primary",
    "business": "main button[name=go][value=next]",
    "responsible": "main button[name=go][value=next]",
    "papers": "main button[name=go][value=next]",
    "terminals": "main button[name=go][value=next]",
    "terminals/new": "main form button.btn-primary",
}
ERROR = {"zh-hans": "错误：", "en": "Error: "}
SUMMARY_COMES_FIRST = """() => {
  const summary = document.querySelector("#error-summary"), heading = document.querySelector("h1");
  return Boolean(summary.compareDocumentPosition(heading) & Node.DOCUMENT_POSITION_FOLLOWING);
}"""


@pytest.mark.parametrize(("width", "language"), [(360, "zh-hans"), (1280, "en")])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_sent_empty_says_what_is_missing_where_it_is_missing(open_page, shop, name, width, language):
    registration = _begun(shop, merchant_type="" if name == "type" else "enterprise")
    page = open_page(width=width, language=language, signed_in=registration.applicant)
    owner = Merchant(page)
    page.goto(f"/applications/{registration.number}/draft/{name}/")
    if name == "terminals/new":
        for field in ("label", "address", "division", "limit_single_fen"):
            owner.fill({field: ""})

    owner.press(PAGES[name])

    expect(page).to_have_title(re.compile(f"^{ERROR[language]}"))
    expect(page.locator("#error-summary")).to_be_focused()
    assert page.evaluate(SUMMARY_COMES_FIRST)
    assert page.locator("#error-summary a").count()
    links = page.locator("#error-summary a[href^='#']")
    for link in links.all():
        _leads_to_its_field(owner, link)
    page.mouse.move(0, 0)
    assert axe_violations(page) + words_in_the_other_language(page, language) == []
    assert not scrolls_sideways(page)


@pytest.mark.parametrize(("width", "language"), [(360, "zh-hans"), (1280, "en")])
def test_the_check_page_says_beforehand_what_is_missing_and_leads_there(open_page, shop, width, language):
    registration = _begun(shop, merchant_type="enterprise")
    page = open_page(width=width, language=language, signed_in=registration.applicant)
    owner = Merchant(page)

    page.goto(f"/applications/{registration.number}/draft/check/")

    expect(page.locator('main form[action$="/submission/"] button')).to_be_disabled()
    listed = page.locator("section.notice[aria-labelledby=unsent] li a")
    assert listed.count() > 10
    assert axe_violations(page) + words_in_the_other_language(page, language) == []
    assert not scrolls_sideways(page)
    target = listed.first.get_attribute("href").split("#")[1]
    owner.press(listed.first)
    expect(page.locator(f"[id='{target}']")).to_be_visible()


def _leads_to_its_field(owner, link):
    words, target = link.inner_text(), link.get_attribute("href")[1:]
    owner.press(link)
    field = owner.page.locator(f"[id='{target}']")
    # A group of radios takes the focus into its first one.
    assert field.evaluate(
        "field => field === document.activeElement || field.contains(document.activeElement)"
    ), words
    said = field.evaluate(
        """field => [...(field.closest(".field, .upload, fieldset") || document).querySelectorAll(".field-error, .invalid-feedback")]
             .map((place) => place.innerText.trim().split("\\n").pop())"""
    )
    assert any(sentence and sentence.split("：")[-1].split("Error: ")[-1] in words for sentence in said), (
        words,
        said,
    )


def test_what_was_typed_comes_back_with_the_error(open_page, shop):
    registration = _begun(shop, merchant_type="sole_trader")
    page = open_page(signed_in=registration.applicant)
    owner = Merchant(page)
    page.goto(f"/applications/{registration.number}/draft/business/")
    owner.fill(
        {
            "registered_name": "晴川<b>便利店</b>",
            "uscc": "９２３１０１１５MA1K000000",
            "business_scope": "食品\n零售",
            "account_kind": "personal",
        }
    )

    owner.saves()

    expect(page).to_have_title(re.compile("^错误："))
    expect(page.locator("[name=registered_name]")).to_have_value("晴川<b>便利店</b>")
    expect(page.locator("[name=business_scope]")).to_have_value("食品\n零售")
    expect(page.locator("[name=account_kind][value=personal]")).to_be_checked()
    page.reload()
    expect(page.locator("[name=business_scope]")).to_have_value("食品\n零售")


def test_pressed_twice_gone_back_and_reloaded_it_is_submitted_once(open_page, shop):
    registration = complete_draft(shop)
    page = open_page(signed_in=registration.applicant)
    owner = Merchant(page)
    owner.number = registration.number
    page.goto(f"{owner.draft}check/")
    owner.fill({"agree": True})

    page.locator('main form[action$="/submission/"] button').dblclick()

    owner.is_at(owner.status)
    page.go_back()
    page.reload()
    owner.is_at(owner.status)
    registration = Registration.objects.get(pk=registration.pk)
    assert (registration.status, registration.round) == ("submitted", 1)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_language_changes_and_what_was_typed_stays(open_page, shop, width):
    registration = _begun(shop, merchant_type="sole_trader")
    page = open_page(width=width, signed_in=registration.applicant)
    owner = Merchant(page)
    page.goto(f"/applications/{registration.number}/draft/business/?from=check")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans-CN")
    owner.fill({"registered_name": "还没保存的名称", "account_kind": "personal", "same_address": True})

    owner.press("form.lang button >> visible=true")

    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/draft/business/?from=check")
    expect(page.locator("[name=registered_name]")).to_have_value("还没保存的名称")
    expect(page.locator("[name=account_kind][value=personal]")).to_be_checked()
    expect(page.locator("[name=same_address]")).to_be_checked()


def _begun(shop, *, merchant_type):
    registration = RegistrationFactory(branch=shop.branch, filled=False)
    Registration.objects.filter(pk=registration.pk).update(merchant_type=merchant_type)
    return Registration.objects.get(pk=registration.pk)
