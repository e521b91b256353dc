"""The shelf and a long export in a browser: asked for from the list, waited for, downloaded; readable on a phone as on a desk."""

import csv
import io
from pathlib import Path

import pytest
from constance.codecs import dumps
from constance.models import Constance
from playwright.sync_api import expect

from config.files.models import Export
from tests.accounts.factories import StaffFactory
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language

LIST = "/admin/terminals/device/"


def readable(page, language) -> None:
    assert not axe_violations(page)
    assert not scrolls_sideways(page)
    assert not words_in_the_other_language(page, language)


@pytest.fixture
def supervisor(shop):
    return StaffFactory(role="supervisor", branch=shop.branch, full_name="周主管")


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-hans"), (360, "en")])
def test_the_shelf_a_report_and_what_was_taken_are_readable(open_page, supervisor, width, language):
    page = open_page(width=width, language=language, signed_in=supervisor)
    for address in ("", "reports/", "reports/bindings/"):
        page.goto(f"/admin/files/export/{address}")
        readable(page, language)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_list_is_taken_with_its_filters(open_page, shop, supervisor, javascript):
    serials = {shop.device() for _ in range(3)}
    page = open_page(width=360, signed_in=supervisor, javascript=javascript)
    page.goto(f"{LIST}?status=in_stock")
    page.get_by_role("button", name="导出", exact=True).click()
    expect(page.get_by_text("在库")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="下载 CSV").click()

    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert {row[0] for row in list(csv.reader(io.StringIO(text)))[1:]} == serials


def rows_at_once(most: int) -> None:
    """The policy as its row: the library's own way does nothing while a browser is driven."""
    Constance.objects.filter(key="export_rows_at_once").update(value=dumps(most))


def test_a_long_one_is_made_while_the_page_is_left_and_then_downloaded(open_page, shop, supervisor):
    for _ in range(3):
        shop.device()
    rows_at_once(1)
    page = open_page(signed_in=supervisor)
    page.goto("/admin/files/export/reports/devices/")

    page.get_by_role("button", name="生成 CSV 文件").click()

    rows_at_once(1000)
    export = Export.objects.get(asked_by=supervisor)
    page.goto(f"/admin/files/export/{export.pk}/change/")
    readable(page, "zh-hans")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载文件").click()
    assert download.value.suggested_filename == f"devices-{export.number}.csv"
