"""The merchant's half of a review: what came back is found, mended and sent again; every state of the page can be read."""

import re

import pytest
from playwright.sync_api import expect

from applications.models import ReasonCode, Registration
from config.accounts.models import User
from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from tests.accounts.factories import StaffFactory
from tests.applications.factories import consent, mend
from tests.applications.returning import give_back
from tests.browser.drafts import submitted
from tests.browser.papers import paper
from tests.browser.people import Merchant
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language

FAULTS = ("field:trading_name", "paper:licence", "placement:1:place")


def taken(shop) -> Registration:
    registration = submitted(shop)
    registration.claim(by=shop.reviewer, now=clock.now())
    return registration


def returned(shop, *items: str) -> Registration:
    return give_back(taken(shop), *items, text="与证件不符，请核对。")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_what_came_back_is_mended_field_by_field_and_sent_again(open_page, shop, javascript):
    registration = returned(shop, *FAULTS)
    assert OutboxMessage.objects.filter(
        recipient=registration.applicant, kind="application_returned", channel="inbox"
    ).exists()
    owner = Merchant(open_page(width=360, signed_in=registration.applicant, javascript=javascript))
    owner.number = registration.number
    owner.go("/")
    owner.press(f'main .notice.warn a[href="{owner.status}"]')
    expect(owner.page.locator(".fixes > li")).to_have_count(3)

    # Sent before anything was mended: what is left comes back as a summary with a link to each field.
    owner.press('main form[action$="/submission/"] button')
    expect(owner.page.locator(".errsum[role=alert] a")).to_have_count(3)
    assert owner.page.title().startswith("错误：")

    owner.press('.errsum a[href*="focus=trading_name"]')
    owner.is_at(f"{owner.draft}business/")
    expect(owner.page.locator("#id_trading_name")).to_be_focused()
    expect(owner.page.locator("#id_trading_name")).to_be_in_viewport()
    expect(owner.page.locator("#id_uscc")).to_be_disabled()
    owner.page.locator("#id_trading_name").fill("晴川便利")
    owner.saves()
    owner.is_at(owner.status)

    owner.press('.fixes a[href*="focus=licence"]')
    owner.is_at(f"{owner.draft}papers/")
    expect(owner.page.locator("#id_licence")).to_be_focused()
    expect(owner.page.locator(".upload form[data-upload]")).to_have_count(1)
    owner.uploads("licence", paper("licence"))
    owner.saves()
    owner.is_at(owner.status)

    owner.press('.fixes form[action$="/confirmation/"] button')
    owner.is_at(owner.status)
    expect(owner.page.locator(".fixes .tag.ok")).to_have_count(3)
    expect(owner.page.locator("#changes")).to_contain_text("2")
    expect(owner.page.locator(".changes")).to_contain_text("晴川便利")

    owner.press('main form[action$="/submission/"] button')
    expect(owner.page.locator(".fixes")).to_have_count(0)
    expect(owner.page.locator(".timeline")).to_contain_text("与证件不符，请核对。")
    kept = Registration.objects.get(pk=registration.pk)
    assert (kept.round, kept.trading_name, kept.status) == (2, "晴川便利", "submitted")


def test_a_refusal_is_questioned_without_a_script(open_page, shop):
    registration = taken(shop)
    registration.reject(
        by=shop.reviewer,
        now=clock.now(),
        version=registration.version,
        reason=ReasonCode.objects.get(pk="trade_not_served"),
    )
    owner = Merchant(open_page(width=360, signed_in=registration.applicant, javascript=False))
    owner.number = registration.number
    owner.go(owner.status)
    owner.press('form[action$="/review-request/"] button')
    expect(owner.page.locator(".errsum[role=alert]")).to_be_visible()
    owner.page.locator("#id_text").fill("营业执照上有此项目。")
    owner.press('form[action$="/review-request/"] button')

    owner.is_at(owner.status)
    expect(owner.page.locator("#asked")).to_be_visible()
    expect(owner.page.locator('form[action$="/review-request/"]')).to_have_count(0)


def _in_every_state(shop) -> dict[str, tuple[Registration, str]]:
    """A registration in each state of the page with what is asked of the page."""
    submitted_ones = submitted(shop)
    half_done = returned(shop, *FAULTS, "application")
    with half_done.revising(by=half_done.applicant, now=clock.now()):
        half_done.trading_name = "晴川便利"
    refused, asked, upheld, reopened = (taken(shop) for _ in range(4))
    for one in (refused, asked, upheld, reopened):
        reason = "not_eligible" if one is refused else "trade_not_served"
        one.reject(
            by=shop.reviewer,
            now=clock.now(),
            version=one.version,
            reason=ReasonCode.objects.get(pk=reason),
        )
    supervisor = StaffFactory(role="supervisor", branch=shop.branch)
    for one in (asked, upheld, reopened):
        one.ask_for_review(by=one.applicant, now=clock.now(), text="营业执照上有此项目。")
    upheld.uphold_refusal(by=supervisor, now=clock.now(), text="经复核，维持原决定。")
    reopened.reopen(by=supervisor, now=clock.now(), text="重新审核。")
    lapsed = returned(shop, "paper:licence")
    cron = User.objects.system("cron")
    lapsed.lapse(by=cron, now=lapsed.correction_due_at.replace(year=lapsed.correction_due_at.year + 1))
    withdrawn = submitted(shop)
    withdrawn.withdraw(by=withdrawn.applicant, now=clock.now())
    second_round = returned(shop, "field:trading_name")
    mend(second_round)
    second_round.submit(by=second_round.applicant, now=clock.now(), consent=consent())
    return {
        "submitted": (submitted_ones, ""),
        "withdrawal asked": (submitted_ones, "?ask=withdrawal"),
        "under review": (taken(shop), "?show=all"),
        "returned": (half_done, ""),
        "returned and tried": (half_done, "?tried=1"),
        "second round": (second_round, ""),
        "refused": (refused, ""),
        "review asked": (asked, ""),
        "refusal upheld": (upheld, ""),
        "taken up again": (reopened, ""),
        "lapsed": (lapsed, ""),
        "withdrawn": (withdrawn, ""),
    }


@pytest.fixture(scope="module")
def states(site):
    """Built once for both widths and both languages: nothing here is changed by looking."""
    return {}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_state_of_the_page_can_be_read_by_everybody(open_page, shop, states, width, language):
    if not states:
        states.update(_in_every_state(shop))
    faults = []
    for name, (registration, query) in states.items():
        page = open_page(width=width, language=language, signed_in=registration.applicant)
        one = f"/applications/{registration.number}/"
        addresses = [one + query]
        if name == "returned":
            line = registration.placements.get()
            addresses += [f"{one}draft/{part}" for part in ("business/", "responsible/", "papers/", "terminals/", f"terminals/{line.pk}/", "check/")]  # fmt: skip
        for address in addresses:
            page.goto(address)
            found = axe_violations(page) + words_in_the_other_language(page, language)
            sideways = scrolls_sideways(page)
            faults += [f"{name} {address}: {fault}" for fault in [*found, *([sideways] if sideways else [])]]
        phases = page.locator(".phases")
        if name == "under review":
            expect(phases.locator('[aria-current="step"]')).to_have_count(1)
            tops = phases.locator("> li").evaluate_all(
                "all => all.map((one) => one.getBoundingClientRect().top)"
            )
            assert (len(set(tops)) == 1) is (width == 1280), (
                "five in a row on a desk, one below the other on a phone"
            )
        page.context.close()

    assert not faults, "\n".join(faults)


def test_a_receipt_is_printed_on_one_page(open_page, shop):
    registration = submitted(shop)
    page = open_page(signed_in=registration.applicant)
    page.goto(f"/applications/{registration.number}/")
    page.locator(f'a[href="/applications/{registration.number}/receipt/"]').first.click()

    page.emulate_media(media="print")

    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    expect(page.locator("main")).to_contain_text(registration.number)
