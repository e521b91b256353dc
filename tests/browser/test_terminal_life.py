"""The life of a terminal in the browser: its page in every state, a confirmation without JavaScript, the desk suspends and releases."""

from contextlib import suppress

import pytest
from playwright.sync_api import expect

from config.accounts.models import Branch
from config.kernel import clock
from config.kernel.lifecycle import Refused
from terminals import page_parts
from terminals.binding_reports import make_report
from terminals.models import BindingReport, SuspensionReason
from terminals.page_parts import Link, Slot, put_on_page
from tests.accounts.factories import StaffFactory
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import activated

NOTE = "内部备注"


@pytest.fixture
def rooms(monkeypatch):
    monkeypatch.setattr(page_parts, "_answers", {slot: {} for slot in Slot})
    put_on_page(Slot.TASKS, "returns", lambda *asked: [Link("1002", "/", hint="7", icon="truck")])
    put_on_page(Slot.DOCUMENTS, "notices", lambda *asked: [Link("1001", "/", icon="printer")])
    put_on_page(Slot.APPLICATIONS, "moves", lambda *asked: [Link("1003", "/"), Link("1004", "", why_not="8")])


@pytest.fixture
def terminal(shop):
    return activated(merchant=onboarded(branch=shop.branch))[0]


def bring_into(state, terminal):
    now, by = clock.now(), StaffFactory(branch=terminal.branch)
    if state == "suspended":
        reason = SuspensionReason.objects.get(pk="account")
        terminal.suspend(by=by, now=now, reason=reason, note=NOTE)
    elif state == "dormant_review":
        terminal.find_unused(by=by, now=now, note="")
    elif state == "settle_only":
        terminal.wind_up(by=by, now=now, note=NOTE)
    elif state == "deactivated":
        terminal.cut_off(by=by, together_with=StaffFactory(), now=now, note=NOTE)


def report():
    """The newest report of bindings; one is made where anything is due."""
    head = Branch.objects.filter(parent=None).order_by("pk").first()
    with suppress(Refused):
        make_report(by=StaffFactory(role="risk", branch=head), now=clock.now())
    return BindingReport.objects.latest("pk")


def faults(page, language):
    found = axe_violations(page) + words_in_the_other_language(page, language)
    return found + ([f"sideways: {parts}"] if (parts := scrolls_sideways(page)) else [])


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_is_readable_in_every_state(open_page, rooms, terminal, language, width):
    page = open_page(width=width, language=language, signed_in=owner_of(terminal.merchant))

    for state in ("active", "suspended"):
        bring_into(state, terminal)
        page.goto(f"/terminals/{terminal.number}/")
        assert faults(page, language) == [], state
    terminal.resume(by=StaffFactory(), now=clock.now(), note=NOTE)
    for state in ("dormant_review", "settle_only", "deactivated"):
        bring_into(state, terminal)
        page.goto(f"/terminals/{terminal.number}/")
        assert faults(page, language) == [], state
        page.goto("/terminals/")
        assert faults(page, language) == [], state


@pytest.mark.parametrize("width", [360, 1280])
def test_what_is_to_be_done_comes_first_on_a_phone_and_beside_on_a_desk(open_page, rooms, terminal, width):
    page = open_page(width=width, signed_in=owner_of(terminal.merchant))

    page.goto(f"/terminals/{terminal.number}/")

    tasks, now = (page.locator(name).bounding_box() for name in ("#tasks", "#now"))
    if width == 360:
        assert tasks["y"] < now["y"]
    else:
        assert (tasks["x"] > now["x"], abs(tasks["y"] - now["y"]) < 4) == (True, True)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_merchant_confirms_the_use_on_a_phone(open_page, terminal, javascript):
    bring_into("dormant_review", terminal)
    page = open_page(width=360, javascript=javascript, signed_in=owner_of(terminal.merchant))

    page.goto("/terminals/")
    page.locator('form[action$="/use-confirmation/"] button').first.click()

    page.wait_for_url(f"**/terminals/{terminal.number}/")
    expect(page.get_by_text("已记录")).to_be_visible()
    assert page.locator('form[action$="/use-confirmation/"]').count() == 0
    assert terminal.use_confirmations.count() == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_the_desk_suspends_and_two_people_release(open_page, terminal, javascript):
    first, second = (StaffFactory(role="risk", branch=terminal.branch) for _ in range(2))
    page = open_page(javascript=javascript, signed_in=first)
    address = f"/admin/terminals/terminal/{terminal.pk}/change/"

    page.goto(address)
    page.select_option('select[name="suspension-reason"]', "off_site")
    page.fill('textarea[name="suspension-note"]', "交易位置异常")
    page.click('form[action$="/suspension/"] button')
    assert page.locator('form[action$="/resumption/"] button').is_disabled()
    page.fill('textarea[name="release-request-note"]', "现场核实无异常")
    page.click('form[action$="/release-request/"] button')
    assert page.locator('form[action$="/resumption/"] button').is_disabled()
    other = open_page(javascript=javascript, signed_in=second)
    other.goto(address)
    other.fill('textarea[name="resumption-note"]', "已复核")
    other.click('form[action$="/resumption/"] button')

    terminal.refresh_from_db()
    assert terminal.status == "active"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_desks_pages_are_readable(open_page, terminal, language, width):
    person = StaffFactory(role="supervisor", branch=terminal.branch)
    page = open_page(width=width, language=language, signed_in=person)
    change = f"/admin/terminals/terminal/{terminal.pk}/change/"
    catalogues = [f"/admin/terminals/{name}/" for name in ("suspensionreason", "stopreason", "hostreport")]
    forms = ["/admin/terminals/hostreport/import/"]

    for state in ("active", "suspended"):
        bring_into(state, terminal)
        page.goto(change)
        assert faults(page, language) == [], state
    reports = ["/admin/terminals/bindingreport/", f"/admin/terminals/bindingreport/{report().pk}/change/"]
    for address in (
        *catalogues,
        *forms,
        *reports,
        "/admin/terminals/bindingreport/import/",
        "/admin/terminals/terminal/?task=verification",
    ):
        page.goto(address)
        assert faults(page, language) == [], address
