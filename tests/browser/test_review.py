"""What happens between the submission and the answer: corrections, refusals, withdrawals, and two reviewers at once."""

import re

from playwright.sync_api import expect

from applications.models import Registration
from tests.browser.drafts import submitted
from tests.browser.papers import paper
from tests.browser.people import Merchant, Reviewer

GLARE = "照片反光，看不清有效期，请换个角度重新拍摄。"


def test_a_case_is_returned_corrected_and_refused(open_page, reviewer, shop):
    registration = submitted(shop)
    desk = reviewer(shop.reviewer)
    desk.finds(registration.number)
    desk.takes()
    desk.marks("paper:licence", "glare", GLARE)
    desk.accepts_the_rest()
    desk.decides("correction")
    expect(desk.page.locator('button[formaction$="/correction/"]')).to_have_count(0)

    owner = Merchant(open_page(width=360, signed_in=registration.applicant))
    owner.number = registration.number
    owner.go("/")
    owner.press(f'main .notice.warn a[href="{owner.status}"]')
    owner.sees(GLARE)
    owner.press("main .fixes li a.btn")
    owner.is_at(f"{owner.draft}papers/")
    expect(owner.page.locator(".upload form[data-upload]")).to_have_count(1)
    owner.chooses("licence", paper("licence"))
    expect(owner.page.locator("#upload-licence [data-kept]")).to_contain_text("营业执照.heic")
    owner.go(owner.status)
    owner.press('main form[action$="/submission/"] button')
    expect(owner.page.locator(".fixes")).to_have_count(0)
    registration = Registration.objects.get(pk=registration.pk)
    assert (registration.status, registration.round) in (("submitted", 2), ("under_review", 2))

    desk.go("/admin/")
    desk.finds(registration.number)
    if registration.status == "submitted":
        desk.takes()
    desk.page.locator('[name="reason-application"][value=not_eligible]').check()
    desk.decides("refusal")
    expect(desk.page.locator('button[formaction$="/refusal/"]')).to_have_count(0)
    owner.page.reload()
    expect(owner.page.locator(".page-head .tag")).to_have_class(re.compile("bad|mute"))
    expect(owner.page.locator("#appeal")).to_be_visible()


def test_the_second_of_two_reviewers_reads_why_not(reviewer, shop):
    registration = submitted(shop)
    first, second = reviewer(shop.reviewer), reviewer(shop.second_reviewer)
    for desk in (first, second):
        desk.finds(registration.number)
    first.takes()

    second.press('form[action$="/claim/"] button')

    expect(second.page.locator(".errsum[role=alert], .messages, .messagelist").first).to_be_visible()
    assert Registration.objects.get(pk=registration.pk).assignee == shop.reviewer


def test_a_decision_on_what_has_changed_meanwhile_is_not_taken_and_its_words_stay(open_page, reviewer, shop):
    registration = submitted(shop)
    desk = reviewer(shop.reviewer)
    desk.finds(registration.number)
    desk.takes()
    other_tab = desk.page.context.new_page()
    other_tab.goto(desk.page.url)
    other = Reviewer(other_tab)
    other.marks("paper:licence", "glare", GLARE)
    other.accepts_the_rest()
    other.decides("correction")
    expect(other_tab.locator('button[formaction$="/correction/"]')).to_have_count(0)

    desk.page.locator("[name=private_note]").fill("另一处打开的意见")
    desk.approves_without_waiting()

    expect(desk.page.locator(".errsum[role=alert]")).to_be_visible()
    expect(desk.page.locator("[name=private_note]")).to_have_value("另一处打开的意见")
    assert Registration.objects.get(pk=registration.pk).status == "returned"


def test_a_merchant_withdraws(open_page, shop):
    registration = submitted(shop)
    owner = Merchant(open_page(width=360, signed_in=registration.applicant))
    owner.number = registration.number
    owner.go(owner.status)
    owner.press('main a[href^="?ask=withdrawal"]')

    owner.press(f'main form[action="{owner.status}withdrawal/"] button.btn')

    owner.is_at(owner.status)
    assert Registration.objects.get(pk=registration.pk).status == "withdrawn"
    expect(owner.page.locator('main a[href^="?ask=withdrawal"]')).to_have_count(0)
