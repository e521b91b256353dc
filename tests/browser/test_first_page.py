"""The desk's first page and the lists that look back, in a browser: readable on a phone as on a desk, also without a script."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from applications.models import Application
from config.kernel import clock
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.browser.test_exports import readable

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
