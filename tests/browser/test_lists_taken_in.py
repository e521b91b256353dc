"""Lists that a desk takes whole: a wrong line is shown where it stands and nothing is written, the mended file goes through."""

from itertools import count
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from merchants.models import BlacklistEntry, Division, MerchantCategory
from terminals.models import Device, ResponseCode
from terminals.returns.models import Tariff
from tests.accounts.factories import StaffFactory
from tests.browser.reading import axe_violations, scrolls_sideways
from tests.browser.test_exports import readable
from tests.terminals.factories import DeviceModelFactory

# Each journey adds a row of its own, so that none meets another's.
place = count(1)


class Table(NamedTuple):
    """A list as a member of staff has it: its desk, who takes it in, two lines, the second of which is wrong, and how that one is mended."""

    desk: str
    role: str
    heading: str
    good: str
    wrong: str
    mended: str
    rows: type


LISTS = [
    Table(
        "terminals/device", "storekeeper", "序列号,型号", "P2B{n:09d},{model}", "P2C{n:09d},无此型号",
        "P2C{n:09d},{model}", Device,
    ),
    Table(
        "merchants/blacklistentry", "risk", "类型,号码,原因,来源", "名称,示例{n}号无名商行,出租终端,协会", "名称,,出租终端,协会",
        "名称,示例{n}号无姓商行,出租终端,协会", BlacklistEntry,
    ),
    Table("merchants/division", "supervisor", "代码,名称", "3102{n:02d},新{n}区", "31,错区", "3103{n:02d},对{n}区", Division),
    Table(
        "merchants/merchantcategory", "supervisor", "代码,中文名称,英文名称,是否受理,需要许可证", "{n:04d},新类{n},New {n},是,否",
        "9{n:03d},新类,,是,否", "9{n:03d},新类,Newer {n},是,否", MerchantCategory,
    ),
    Table(
        "returns/tariff", "supervisor", "代码,中文说明,英文说明,计算方式,每日金额(元)", "late-{n},逾期{n},Late {n},{basis},1.00",
        "lost-{n},遗失{n},Lost {n},{basis},abc", "lost-{n},遗失{n},Lost {n},{basis},2.00", Tariff,
    ),
]  # fmt: skip


@pytest.fixture(params=LISTS, ids=lambda table: table.desk)
def table(request, site):
    return request.param


@pytest.fixture
def file_of(table):
    """`file_of(table.wrong)` is the file with the good line and this one below it."""
    number = next(place)
    given = {
        "n": number,
        "model": DeviceModelFactory(name=f"LT-{number}").name,
        "basis": Tariff.Basis.choices[0][0],
    }

    def written(second: str) -> dict:
        text = f"{table.heading}\n{table.good}\n{second}\n".format(**given)
        return {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode("utf-8-sig")}

    return written


def usable(page) -> None:
    """As `readable`, but for the language: the page says the lines of the list as they were sent."""
    assert not axe_violations(page)
    assert not scrolls_sideways(page)


@pytest.mark.parametrize(
    ("javascript", "width", "language"), [(True, 1280, "zh-hans"), (False, 360, "zh-hans"), (True, 360, "en")]
)
def test_a_wrong_line_is_shown_at_its_place_and_the_mended_file_goes_through(
    open_page, shop, table, file_of, javascript, width, language
):
    person = StaffFactory(role=table.role, branch=shop.branch, full_name="吴入库")
    page = open_page(width=width, language=language, signed_in=person, javascript=javascript)
    page.goto(f"/admin/{table.desk}/")
    page.click("a[href$='/import/']")
    if javascript:
        readable(page, language)
    before = table.rows.objects.count()

    page.set_input_files("[name=file]", file_of(table.wrong))
    page.click("button[name=go][value=import]")

    line = page.locator("#problems").locator("xpath=ancestor::section").locator("tbody tr")
    expect(line).to_have_count(1)
    expect(line.locator("td").first).to_have_text("3")
    expect(line.locator("td").last).not_to_be_empty()
    expect(page.get_by_role("alert")).to_be_visible()
    assert table.rows.objects.count() == before
    if language == "zh-hans":
        expect(page.get_by_role("alert")).to_contain_text("有 1 行需要更正，没有导入任何内容。")
    if javascript:
        usable(page)

    page.set_input_files("[name=file]", file_of(table.mended))
    page.click("button[name=go][value=look]")
    expect(page.locator("#looked")).to_be_visible()
    assert table.rows.objects.count() == before
    if javascript:
        usable(page)

    # What was looked through is in the text field: the browser does not choose the file again.
    page.click("button[name=go][value=import]")
    expect(page.locator(".notice.ok")).to_be_visible()
    assert page.url.endswith(f"/admin/{table.desk}/")
    assert table.rows.objects.count() == before + 2


def test_a_response_code_from_a_list(open_page, shop):
    """Its list has every column, so its line is the example's own."""
    person = StaffFactory(role="support", branch=shop.branch, full_name="吴入库")
    page = open_page(signed_in=person)
    page.goto("/admin/terminals/responsecode/")
    page.click("a[href$='/import/']")
    with page.expect_download() as download:
        page.click("a[href$='/import/example/']")
    before = ResponseCode.objects.count()

    page.set_input_files("[name=file]", download.value.path())
    page.click("button[name=go][value=look]")

    expect(page.locator("main .panel").first).to_be_visible()
    readable(page, "zh-hans")
    assert ResponseCode.objects.count() == before
