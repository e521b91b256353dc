"""Slips and receipts as PDF: word for word the page, on one sheet, and with the digits of a code kept nowhere."""

import io
import json
import logging
import re
import tempfile
from datetime import timedelta
from html import unescape

import pikepdf
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from config.kernel import clock
from config.kernel.audit import AccessRecord
from config.kernel.idempotency import IdempotentRequest
from merchants.models import Merchant
from terminals.models import Terminal
from terminals.returns.receipts import confirm_receipt, issue_receipt
from terminals.sheets import SecretDigits
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.applications.notices.reading import printed
from tests.applications.portal import hidden_of, signed_in
from tests.merchants.factories import owner_of
from tests.terminals.returns.factories import returned, storekeeper
from tests.terminals.test_leaks import everything_at_rest, spellings

pytestmark = pytest.mark.django_db

BUTTON = re.compile(r"<button.*?</button>", re.DOTALL)
NUMBERED = re.compile(r"<ol.*?</ol>", re.DOTALL)


def on_paper(page) -> str:
    """What the page prints of its sheet, without spaces; a numbered sentence with the number that browsers give it."""
    sheet = re.search(r'<article class="slip">(.*?)</article>', page.content.decode(), re.DOTALL)[1]

    def numbered(match: re.Match) -> str:
        _before, *sentences = match[0].split("<li>")
        return "".join(f"{number}.{sentence}" for number, sentence in enumerate(sentences, 1))

    words = NUMBERED.sub(numbered, BUTTON.sub("", sheet))
    return "".join(unescape(strip_tags(words)).split())


def is_one_sheet_with_its_font(pdf: bytes) -> bool:
    """One A4 page, fit for the archive, every font of it inside."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        (page,) = opened.pages
        fonts = [font.DescendantFonts[0].FontDescriptor for font in page.Resources.Font.values()]
        assert [round(float(side)) for side in page.MediaBox] == [0, 0, 595, 842]
        assert opened.open_metadata().get("pdfaid:part") == "2"
        return bool(fonts) and all(len(font.FontFile3.read_bytes()) > 1000 for font in fonts)


@pytest.fixture
def shop():
    """Whoever collects, with the terminal that waits."""
    applicant = RegistrationFactory(state="approved").applicant
    terminal = Terminal.objects.get()
    return signed_in(applicant), terminal, f"/terminals/{terminal.number}/"


@pytest.fixture
def receipt():
    order = returned("received")
    return issue_receipt(order, by=storekeeper(order), now=clock.now())


def digits_on(slip) -> str:
    return re.search(r'id="digits">([\d-]+)<', slip.content.decode())[1].replace("-", "")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_slip_in_the_hand_says_what_the_page_says(shop, language):
    browser, _terminal, address = shop
    browser.cookies["django_language"] = language

    page = browser.post(f"{address}code/")
    paper = browser.post(f"{address}code/slip/")

    words = printed(paper.content)
    assert words == on_paper(page)
    assert ("终端" in words) == (language == "zh-hans")
    assert is_one_sheet_with_its_font(paper.content)


def test_a_slip_has_everything_that_a_slip_has(shop):
    browser, terminal, address = shop
    code = terminal.codes.get()

    words = printed(browser.post(f"{address}code/slip/").content)

    told = (code.slip_number, code.serial_number, terminal.number, str(terminal.branch), "盖章", "签收")
    assert [each for each in told if each.replace(" ", "") not in words] == []
    assert clock.local_date(code.issued_at).isoformat() in words
    assert re.search(r"\d{4}-\d{4}-\d{4}", words)


def test_a_slip_goes_to_its_reader_and_into_no_cache(shop):
    browser, terminal, address = shop

    answer = browser.post(f"{address}code/slip/")

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{terminal.codes.get().slip_number}.pdf"'
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_every_look_at_a_slip_is_on_record_as_a_look_at_the_page(shop):
    browser, terminal, address = shop
    page = browser.get(address)

    for noun in ("code/", "code/slip/", "code/slip/"):
        browser.post(f"{address}{noun}", hidden_of(page, f"{address}code/"))

    looks = AccessRecord.objects.of(terminal.codes.get())
    assert [(look.purpose, look.by) for look in looks] == [
        ("registration_code_collected", owner_of(terminal.merchant))
    ] * 3
    # Under one key of the form: no answer with digits in it is kept to be given again.
    assert not IdempotentRequest.objects.exists()


def test_a_slip_is_refused_where_the_page_is(shop):
    _browser, terminal, address = shop

    with time_machine.travel(clock.now() + timedelta(days=8)):
        answer = signed_in(owner_of(terminal.merchant)).post(f"{address}code/slip/", follow=True)

    assert answer.redirect_chain == [(address, 302)]
    assert "注册码已过期" in answer.content.decode()
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize("person", [MerchantUserFactory, lambda: StaffFactory(is_superuser=True)])
def test_nobody_else_has_a_slip(shop, person):
    _browser, terminal, address = shop

    answer = signed_in(person()).post(f"{address}code/slip/")

    assert answer.status_code in (403, 404)
    assert not AccessRecord.objects.exists()
    assert terminal.codes.get().collected_at is None


def test_a_slip_is_no_page_to_come_back_to(shop, nothing_is_written):
    browser, _terminal, address = shop

    with nothing_is_written():
        assert browser.get(f"{address}code/slip/").status_code == 405


def test_the_digits_of_a_slip_are_kept_nowhere(shop, caplog, vault, tmp_path, monkeypatch):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    browser, _terminal, address = shop
    digits = digits_on(browser.post(f"{address}code/"))

    paper = browser.post(f"{address}code/slip/").content

    assert digits in printed(paper).replace("-", "")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    places = {
        "database": everything_at_rest(),
        "log": caplog.text + json.dumps([record.__dict__ for record in caplog.records], default=str),
        "session": json.dumps(dict(browser.session), default=str),
        "repr": repr(SecretDigits("注册码", digits)),
    }
    for place, text in places.items():
        assert not [spelling for spelling in spellings(digits) if spelling in text], place


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_receipt_in_the_hand_says_what_the_page_says(receipt, language):
    browser = signed_in(owner_of(receipt.order.terminal.merchant))
    browser.cookies["django_language"] = language
    address = f"/returns/{receipt.order.number}/receipt/"

    before, first = on_paper(browser.get(address)), browser.get(f"{address}file/")
    confirm_receipt(receipt, by=owner_of(receipt.order.terminal.merchant), now=clock.now())
    after, second = on_paper(browser.get(address)), browser.get(f"{address}file/")

    assert [printed(first.content), printed(second.content)] == [before, after]
    assert before != after
    assert receipt.number in before
    assert is_one_sheet_with_its_font(first.content)
    assert first["Content-Disposition"] == f'attachment; filename="{receipt.number}.pdf"'
    assert first["Cache-Control"] == "no-store"


def test_a_receipt_is_the_same_whenever_it_is_asked_for(receipt, nothing_is_written):
    browser, address = (
        signed_in(owner_of(receipt.order.terminal.merchant)),
        f"/returns/{receipt.order.number}/",
    )
    with nothing_is_written():
        first = browser.get(f"{address}receipt/file/").content

    Merchant.objects.update(registered_name="改名商行")
    receipt.order.lines.update(remark="后来写的")

    assert browser.get(f"{address}receipt/file/").content == first


def test_the_desk_has_the_receipt_of_the_counter(receipt):
    clerk = receipt.issued_by
    page = signed_in(clerk).get(reverse("admin:returns_returnorder_receipt", args=[receipt.order.pk]))

    paper = signed_in(clerk).get(reverse("admin:returns_returnorder_receipt_file", args=[receipt.order.pk]))

    assert printed(paper.content) == on_paper(page)


def test_nobody_elses_receipt_is_found(receipt):
    address = f"/returns/{receipt.order.number}/receipt/file/"

    assert signed_in(MerchantUserFactory()).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_a_return_without_a_receipt_has_no_paper_of_it():
    order = returned("received")

    browser = signed_in(owner_of(order.terminal.merchant))

    assert browser.get(f"/returns/{order.number}/receipt/file/").status_code == 404


def test_pages_lead_to_their_papers(shop, receipt):
    browser, _terminal, address = shop
    merchants = signed_in(owner_of(receipt.order.terminal.merchant))

    assert f'action="{address}code/slip/"' in browser.get(address).content.decode()
    assert f'action="{address}code/slip/"' in browser.post(f"{address}code/").content.decode()
    of_receipt = f"/returns/{receipt.order.number}/receipt/"
    assert f'href="{of_receipt}file/"' in merchants.get(of_receipt).content.decode()
    desk = reverse("admin:returns_returnorder_receipt", args=[receipt.order.pk])
    assert f'href="{desk}file/"' in signed_in(receipt.issued_by).get(desk).content.decode()
