"""The desk's first page and the lists that look back, in a browser: readable on a phone as on a desk, also without a script."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from applications.models import Application
from config.kernel import clock
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.browser.test_exports import readable
from tests.config.test_dashboard import furnish

LISTS = ["decisions/", "corrections/", "reviewers/", "reasons/", "stops/"]


@pytest.fixture
def head(shop):
    """A supervisor's page with something on it, at the shop's branch and at one below it."""
    below = BranchFactory(parent=shop.branch, name="静安样例支行")
    late = RegistrationFactory(branch=below, state="submitted")
    Application.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(days=1))
    for state in ("returned", "approved"):
        RegistrationFactory(branch=shop.branch, state=state)
    return StaffFactory(role="supervisor", branch=shop.branch, full_name="周主管")


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-hans"), (360, "en")])
def test_the_page_and_its_lists_are_readable(open_page, head, width, language):
    page = open_page(width=width, language=language, signed_in=head)
    page.goto("/admin/")
    page.locator("figure.chart summary").click()
    readable(page, language)
    size = "only-wide" if width > 576 else "only-narrow"
    expect(page.locator(f"svg.{size}")).to_be_visible()
    assert page.locator("figure.chart svg:visible").count() == 1

    for address in LISTS:
        page.goto(f"/admin/applications/application/{address}")
        readable(page, language)
    page.goto("/admin/accounts/user/activity/")
    readable(page, language)


# Parts of a row whose words lie on one another.
COVERED = """() => [...document.querySelectorAll(".lists tbody tr")].filter((row) => {
  const boxes = [...row.querySelectorAll("td")].map((cell) => { const all = document.createRange(); all.selectNodeContents(cell); return all.getClientRects(); });
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  return boxes.some((one, place) => boxes.slice(place + 1).some((other) => [...one].some((a) => [...other].some((b) => !apart(a, b)))));
}).map((row) => row.innerText)"""


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_word_of_a_table_covers_another_or_leaves_its_cell(open_page, head, width, language):
    page = open_page(width=width, language=language, signed_in=head)
    page.goto("/admin/")

    assert page.locator(".lists tbody tr").count() > 0
    assert page.evaluate(COVERED) == []
    assert not page.locator(".lists td").evaluate_all(
        "cells => cells.filter((cell) => cell.scrollWidth > cell.clientWidth + 1).length"
    )


@pytest.mark.parametrize("javascript", [True, False])
def test_a_branch_is_chosen_and_every_number_leads_to_its_list(open_page, head, javascript):
    page = open_page(width=1280, signed_in=head, javascript=javascript)
    page.goto("/admin/")

    page.get_by_label("网点").select_option(label="静安样例支行")
    page.get_by_role("button", name="应用").click()
    expect(page.get_by_text("周主管")).to_be_visible()
    page.get_by_role("link", name="1 件超时").click()

    assert "branch=" in page.url
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.go_back()
    assert "branch=" in page.url


def test_on_paper_the_ways_in_are_left_out(open_page, head):
    page = open_page(width=720, signed_in=head)
    page.goto("/admin/")
    page.emulate_media(media="print")

    expect(page.locator(".kpis")).to_be_visible()
    expect(page.locator("figure.chart svg.only-wide")).to_be_visible()
    expect(page.locator(".filterbar")).to_be_hidden()
    expect(page.locator(".desk-index .stack")).to_be_hidden()


# Everything on the page that is a number and a link: tiles, what is pressing of them, bars, days of the chart, whole tables.
NUMBERS = """() => [...document.querySelectorAll(".kpi a, table.bars th a, .by-day a, .lists .head a")].map((link) => {
  const beside = link.closest("tr:has(.bar)")?.querySelector(".n") ?? link.closest(".head")?.querySelector("h2 .muted");
  return [link.getAttribute("href"), (beside ?? link.querySelector(".val") ?? link).textContent];
})"""


def rows_of(page) -> int:
    """The rows of a list, all its pages together."""
    found = _rows_here(page)
    while page.locator("a[rel=next]").count():
        page.click("a[rel=next]")
        found += _rows_here(page)
    return found


def _rows_here(page) -> int:
    page.wait_for_load_state()
    return page.locator("#result_list tbody tr").count()


@pytest.mark.parametrize(
    ("role", "javascript"), [("supervisor", True), ("supervisor", False), ("auditor", True)]
)
def test_every_number_leads_to_a_list_of_that_many_rows(open_page, shop, role, javascript):
    furnish(shop.branch)
    furnish(BranchFactory(parent=shop.branch))
    person = StaffFactory(role=role, branch=shop.branch, full_name="周主管")
    # A script reads the page; the one under test may do without.
    reader = open_page(signed_in=person)
    reader.goto("/admin/")
    numbers = [
        (href, int(re.search(r"[0-9][0-9,]*", words)[0].replace(",", "")))
        for href, words in reader.evaluate(NUMBERS)
    ]
    assert len({href.split("?")[0] for href, _number in numbers}) >= 5
    page = open_page(signed_in=person, javascript=javascript)

    for href, number in numbers:
        page.goto("/admin/")
        if number and page.locator(f".by-day a[href='{href}']").count():
            page.click("figure.chart summary")
        elif not number and page.locator(f".by-day a[href='{href}']").count():
            continue
        page.click(f"a[href='{href}'] >> nth=0")
        assert rows_of(page) == number, href
