"""A report that comes by itself: put on a schedule from its page, told of, opened by a link that asks who is there, and stopped."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from config.files.exports.schedule import ReportSchedule
from config.files.exports.scheduling import run_due
from config.kernel import clock
from tests.accounts.factories import PASSWORD, StaffFactory
from tests.browser.test_exports import readable

NEW = "/admin/files/reportschedule/new/devices/"


@pytest.fixture
def supervisor(shop):
    return StaffFactory(role="supervisor", branch=shop.branch, full_name="周主管")


def time_comes(schedule) -> None:
    """Its hour is over: moved back, past every form, because nobody waits a week."""
    ReportSchedule.objects.filter(pk=schedule.pk).update(next_at=clock.now() - timedelta(minutes=1))
    run_due(clock.now())


def signs_in(page, person) -> None:
    page.fill("[name=login]", person.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button.btn-primary")


@pytest.mark.parametrize(
    ("javascript", "width", "language"),
    [(True, 1280, "zh-hans"), (True, 360, "en"), (False, 360, "zh-hans")],
)
def test_it_is_scheduled_comes_is_fetched_after_signing_in_and_is_stopped(
    open_page, shop, supervisor, javascript, width, language
):
    serials = {shop.device() for _ in range(2)}
    page = open_page(width=width, language=language, signed_in=supervisor, javascript=javascript)
    page.goto("/admin/files/export/reports/devices/")
    page.click(f"form[action='{NEW}'] button")
    if javascript:
        readable(page, language)
    page.select_option("[name=every]", "week")
    page.select_option("[name=weekday]", "1")
    page.select_option("[name=file_format]", "csv")
    page.click("button[name=save]")

    schedule = ReportSchedule.objects.get(owner=supervisor)
    expect(page.locator(".identity .tag")).to_be_visible()
    assert page.url.endswith(f"/admin/files/reportschedule/{schedule.pk}/change/")
    time_comes(schedule)
    export = schedule.runs.get().export

    page.goto("/admin/messages/")
    told = page.locator(".rows a.name", has_text=export.number)
    expect(told).to_have_count(1)
    link = told.get_attribute("href")

    # The same link in another browser, as when somebody forwards it.
    elsewhere = open_page(width=width, language=language, javascript=javascript)
    elsewhere.goto(link)
    expect(elsewhere).to_have_url(re.compile(r"/accounts/login/\?next=" + re.escape(link)))
    signs_in(elsewhere, supervisor)
    expect(elsewhere).to_have_url(re.compile(re.escape(link) + "$"))
    if javascript:
        readable(elsewhere, language)
    with elsewhere.expect_download() as download:
        elsewhere.click(f"a[href='/admin/files/export/{export.pk}/file/']")
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert {row[0] for row in list(csv.reader(io.StringIO(text)))[1:]} == serials

    page.goto(f"/admin/files/reportschedule/{schedule.pk}/change/")
    expect(page.locator("#runs")).to_be_visible()
    page.click("form[action$='/pause/'] button")
    expect(page.locator("form[action$='/resumption/'] button")).to_be_enabled()
    time_comes(schedule)
    page.click("form[action$='/removal/'] button")
    expect(page.locator("#result_list")).to_have_count(0)
    assert schedule.runs.count() == 1


def test_somebody_else_gets_nothing_by_the_link(open_page, shop, supervisor):
    page = open_page(signed_in=supervisor)
    page.goto("/admin/files/export/reports/devices/")
    page.click(f"form[action='{NEW}'] button")
    page.click("button[name=save]")
    expect(page.locator(".identity .tag")).to_be_visible()
    schedule = ReportSchedule.objects.get(owner=supervisor)
    time_comes(schedule)
    export = schedule.runs.get().export

    colleague = open_page(signed_in=StaffFactory(role="supervisor", branch=shop.branch, full_name="郑同事"))
    for noun in ("change", "file"):
        answer = colleague.goto(f"/admin/files/export/{export.pk}/{noun}/")
        assert answer.status == 404


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (360, "zh-hans")])
def test_its_pages_are_readable(open_page, supervisor, width, language):
    page = open_page(width=width, language=language, signed_in=supervisor)
    page.goto("/admin/files/reportschedule/")
    readable(page, language)
    page.goto(NEW)
    page.select_option("[name=every]", "month")
    page.click("button[name=save]")
    expect(page.locator(".identity .tag")).to_be_visible()
    readable(page, language)

    page.click("a[href$='/settings/']")
    readable(page, language)
    page.select_option("[name=hour]", "23")
    page.click("button[name=save], main form button.btn-primary")
    expect(page.locator("aside")).to_contain_text("23:00")
    page.goto("/admin/files/reportschedule/")
    readable(page, language)
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
