"""A long list in a browser: sent, followed without a script too, and read on a phone as on a desk in each of its ends."""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import expect

from config.files import lists
from config.files.imports import asking
from config.files.imports.asking import ask
from config.files.imports.running import take_in
from config.files.models import ImportJob
from config.kernel import clock
from terminals.estate import DEVICES
from terminals.models import Device, DeviceModel
from tests.accounts.factories import StaffFactory
from tests.browser.test_exports import readable
from tests.files.imports.conftest import devices_list


@pytest.fixture
def storekeeper(shop):
    return StaffFactory(role="storekeeper", branch=shop.branch, full_name="陈库管")


@pytest.fixture
def job(shop, storekeeper, monkeypatch):
    monkeypatch.setattr(asking, "take_soon", lambda _pk: None)
    model = DeviceModel.objects.values_list("name", flat=True).first()

    def make(count=3, *, first=700_000_000, more="", **given) -> ImportJob:
        text = devices_list(count, first=first).replace(",P2", f",{model}") + more
        return ask(DEVICES, text, {"branch": shop.branch}, by=storekeeper, now=clock.now(), **given)

    return make


def begun(job, done: int, expected: int) -> None:
    job.begin(by=get_user_model().objects.system("imports"), now=clock.now())
    ImportJob.objects.filter(pk=job.pk).update(lines_done=done, lines_expected=expected)


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-hans"), (360, "en")])
def test_every_end_of_an_import_is_readable(open_page, job, storekeeper, width, language):
    page = open_page(width=width, language=language, signed_in=storekeeper)
    looked, wrong = job(only_look=True), job(more="12,?\n" * 120)
    for each in (looked, wrong):
        ImportJob.objects.filter(pk=each.pk).update(language=language)
        each.refresh_from_db()
        take_in(each, now=clock.now())
    running = job()
    begun(running, 40_000, 200_000)

    for address in ("", f"{looked.pk}/change/", f"{wrong.pk}/change/", f"{running.pk}/change/"):
        page.goto(f"/admin/files/importjob/{address}")
        readable(page, language)
    page.goto("/admin/terminals/device/import/")
    expect(page.get_by_role("link", name=running.number)).to_be_visible()
    readable(page, language)


def test_progress_goes_on_by_itself_and_the_end_is_shown(open_page, job, storekeeper):
    page, waiting = open_page(width=1280, signed_in=storekeeper), job(first=710_000_000)
    begun(waiting, 40_000, 200_000)
    page.goto(f"/admin/files/importjob/{waiting.pk}/change/")
    expect(page.locator("#job-progress")).to_contain_text("40,000")

    ImportJob.objects.filter(pk=waiting.pk).update(lines_done=90_000)
    expect(page.locator("#job-progress")).to_contain_text("90,000")
    waiting.refresh_from_db()
    waiting.take_up_again(by=get_user_model().objects.system("imports"), now=clock.now())
    take_in(waiting, now=clock.now())

    expect(page.get_by_role("heading", name="导入结果")).to_be_visible()
    expect(page.locator("#job-progress")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_long_list_is_sent_and_called_off(open_page, job, storekeeper, monkeypatch, javascript):
    job(first=720_000_000).call_off(by=storekeeper, now=clock.now())
    monkeypatch.setattr(lists, "MOST_LINES", 10)
    page = open_page(width=360, signed_in=storekeeper, javascript=javascript)
    page.goto("/admin/terminals/device/import/")
    page.locator("#id_text").fill(devices_list(20, first=730_000_000))
    page.get_by_role("button", name="检查并导入").click()

    sent = ImportJob.objects.filter(asked_by=storekeeper).latest("pk")
    expect(page.get_by_role("heading", name=sent.number)).to_be_visible()
    page.get_by_role("button", name="取消导入").click()

    expect(page.get_by_text("未导入任何数据")).to_be_visible()


@pytest.mark.parametrize(("width", "language", "javascript"), [(360, "zh-hans", True), (1280, "en", False)])
def test_what_was_checked_is_imported_by_its_button(open_page, job, storekeeper, width, language, javascript):
    first = 740_000_000 + width
    looked = job(25, first=first, only_look=True)
    take_in(looked, now=clock.now())
    page = open_page(width=width, language=language, signed_in=storekeeper, javascript=javascript)
    page.goto(f"/admin/files/importjob/{looked.pk}/change/")
    page.get_by_role(
        "button", name="导入这 25 行" if language == "zh-hans" else "Import these 25 lines"
    ).click()

    sent = ImportJob.objects.filter(asked_by=storekeeper).latest("pk")
    assert (sent.pk > looked.pk, sent.only_look) == (True, False)
    expect(page.get_by_role("heading", name=sent.number)).to_be_visible()
    take_in(sent, now=clock.now())
    page.reload()
    # Without scripts in the page, axe would never answer.
    if javascript:
        readable(page, language)
    page.goto(f"/admin/files/importjob/{looked.pk}/change/")
    expect(page.get_by_role("button", name="25")).to_have_count(0)
    serial_numbers = [f"P2A{number:09d}" for number in range(first, first + 25)]
    assert Device.objects.filter(serial_number__in=serial_numbers).count() == 25
