"""A notice of a stop on a phone and on a desk, in both languages: read, printed on one sheet, confirmed, objected to."""

from io import BytesIO

import pikepdf
import pytest
from playwright.sync_api import expect

from applications.models import DeactivationNotice
from config.kernel import clock
from tests.applications.notices.factories import issued, owner_of, staff
from tests.browser.reading import axe_violations, scrolls_sideways, words_in_the_other_language


@pytest.fixture
def notice(site) -> DeactivationNotice:
    return issued()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_notice_can_be_read_by_everybody(open_page, notice, language, width):
    page = open_page(width=width, language=language, signed_in=owner_of(notice))

    for address in ("/notices/", f"/notices/{notice.reference}/", f"/notices/{notice.current.token}/"):
        page.goto(address)
        assert axe_violations(page) == [], address
        assert not scrolls_sideways(page), address


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_printed_notice_is_one_sheet(open_page, notice, language):
    page = open_page(language=language, signed_in=owner_of(notice))
    page.goto(f"/notices/{notice.reference}/")

    sheet = page.pdf(prefer_css_page_size=True)

    with pikepdf.open(BytesIO(sheet)) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(side)) for side in pdf.pages[0].MediaBox[2:]] == [595, 842]


def test_a_merchant_downloads_confirms_and_objects_without_a_script(open_page, notice):
    page = open_page(width=360, signed_in=owner_of(notice), javascript=False)
    page.goto(f"/notices/{notice.reference}/")

    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    page.get_by_role("button", name="确认收到").click()
    page.get_by_label("为什么提出异议？").fill("协议没有到期。")
    page.get_by_role("button", name="提出异议").click()

    assert download.value.suggested_filename == f"{notice.reference}-1.pdf"
    expect(page.get_by_text("协议没有到期。")).to_be_visible()
    notice.refresh_from_db()
    assert (notice.status, notice.delivery_way) == ("objected", "portal")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_desk_of_a_notice_can_be_read_by_everybody(open_page, notice, language, width):
    notice.raise_objection(by=owner_of(notice), now=clock.now(), text="协议没有到期。")
    page = open_page(width=width, language=language, signed_in=staff(notice, "supervisor"))

    for address in (
        "/admin/applications/deactivationnotice/",
        f"/admin/applications/deactivationnotice/{notice.pk}/change/",
    ):
        page.goto(address)
        assert axe_violations(page) == [], address
        assert not scrolls_sideways(page), address


def test_every_word_of_the_frame_is_in_the_language_of_the_page(open_page, notice):
    page = open_page(language="en", signed_in=owner_of(notice))
    page.goto("/notices/")

    assert not words_in_the_other_language(page, "en")
