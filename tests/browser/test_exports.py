"""The shelf and exports in a browser: a list, its ticked rows, a long one that is waited for; each format; on a phone as on a desk."""

import csv
import io
from pathlib import Path

import openpyxl
import pikepdf
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


def first_cells(path, file_format) -> set[str]:
    """The first column of a file, below its heading."""
    content = Path(path).read_bytes()
    if file_format == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        return {row[0] for row in rows[1:]}
    _cover, sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return {row[0].value for row in sheet.iter_rows(min_row=2)}


def figures_in(path) -> tuple[str, int]:
    """The title and the number of pages of a report on paper."""
    with pikepdf.open(path) as pdf:
        return str(pdf.docinfo["/Title"]), len(pdf.pages)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize(("javascript", "width"), [(True, 1280), (False, 360)])
def test_only_the_ticked_rows_are_taken(open_page, shop, supervisor, javascript, width, file_format):
    wanted, left = [shop.device() for _ in range(2)], shop.device()
    page = open_page(width=width, signed_in=supervisor, javascript=javascript)
    page.goto(f"{LIST}?status=in_stock")
    for serial in wanted:
        page.locator("#result_list tbody tr", has_text=serial).locator("[name=ticked]").check()
    page.click("#export-ticked button")
    expect(page.get_by_text("在库")).to_be_visible()
    if javascript:
        readable(page, "zh-hans")

    with page.expect_download() as download:
        page.click(f"button[name=go][value={file_format}]")

    assert first_cells(download.value.path(), file_format) == set(wanted)
    page.goto(LIST)
    expect(page.locator("#result_list")).to_contain_text(left)


def test_without_a_tick_nothing_is_taken_and_the_page_says_what_to_do(open_page, shop, supervisor):
    shop.device()
    page = open_page(width=360, signed_in=supervisor)
    page.goto(LIST)

    page.click("#export-ticked button")

    expect(page.get_by_role("alert")).to_contain_text("没有选中")
    expect(page.locator("button[name=go]")).to_have_count(0)
    expect(page.get_by_role("link", name="返回列表")).to_be_visible()
    readable(page, "zh-hans")
    assert not Export.objects.filter(asked_by=supervisor).exists()


@pytest.mark.parametrize(("language", "title"), [("zh-hans", "机具"), ("en", "Devices")])
def test_one_report_comes_in_each_format_one_button_after_the_other(
    open_page, shop, supervisor, language, title
):
    serials = {shop.device() for _ in range(3)}
    page = open_page(language=language, signed_in=supervisor)
    page.goto("/admin/files/export/reports/devices/")
    paths = {}
    for file_format in ("csv", "xlsx", "pdf"):
        with page.expect_download() as download:
            page.click(f"button[name=go][value={file_format}]")
        assert download.value.suggested_filename.endswith(f".{file_format}")
        paths[file_format] = download.value.path()

    assert [first_cells(paths[name], name) for name in ("csv", "xlsx")] == [serials, serials]
    assert figures_in(paths["pdf"]) == (title, 1)
    taken = Export.objects.filter(asked_by=supervisor).values_list("file_format", "row_count")
    assert sorted(taken) == [("csv", 3), ("pdf", 3), ("xlsx", 3)]


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
