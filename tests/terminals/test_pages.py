"""A merchant's terminals in the browser: the code is collected by a POST, stands on the slip alone, and is replaced within limits."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from config.kernel import clock
from config.kernel.audit import AccessRecord
from terminals.models import RegistrationCode, Terminal
from tests.applications.factories import RegistrationFactory
from tests.applications.portal import hidden_of, signed_in

pytestmark = pytest.mark.django_db

DIGITS = re.compile(r"\d{4}-\d{4}-\d{4}")


@pytest.fixture
def terminal_page():
    registration = RegistrationFactory(state="approved")
    return (
        signed_in(registration.applicant),
        Terminal.objects.get(),
        f"/terminals/{Terminal.objects.get().number}/",
    )


def collected(browser, address):
    return browser.post(f"{address}code/", hidden_of(browser.get(address), f"{address}code/"))


def test_the_digits_are_on_the_slip_and_nowhere_else(terminal_page):
    browser, _terminal, address = terminal_page

    slip = collected(browser, address)

    digits = DIGITS.search(slip.content.decode())[0]
    assert "no-store" in slip.headers["Cache-Control"]
    assert "data:image/svg+xml" in slip.content.decode()
    for page in ("/", "/terminals/", address, "/applications/"):
        body = browser.get(page).content.decode()
        assert digits not in body
        assert digits.replace("-", "") not in body
    assert AccessRecord.objects.filter(purpose="registration_code_collected").count() == 1


def test_the_slip_is_no_page_to_come_back_to(terminal_page):
    browser, _terminal, address = terminal_page

    assert browser.get(f"{address}code/").status_code == 405
    assert browser.get(f"{address}code/replacement/").status_code == 405


def test_every_look_is_on_record(terminal_page):
    browser, _terminal, address = terminal_page

    first, second = collected(browser, address), collected(browser, address)

    assert DIGITS.search(first.content.decode())[0] == DIGITS.search(second.content.decode())[0]
    assert AccessRecord.objects.filter(purpose="registration_code_collected").count() == 2


def test_a_new_code_makes_the_former_one_void(terminal_page):
    browser, terminal, address = terminal_page
    former = terminal.codes.get()

    asked = browser.get(f"{address}?ask=code")
    browser.post(f"{address}code/replacement/", hidden_of(asked, f"{address}code/replacement/"))

    former.refresh_from_db()
    assert former.status == RegistrationCode.Status.REVOKED
    assert terminal.codes.count() == 2
    assert DIGITS.search(collected(browser, address).content.decode())


def test_too_many_new_codes_are_refused_with_a_sentence(terminal_page):
    browser, terminal, address = terminal_page

    for _ in range(7):
        page = browser.post(f"{address}code/replacement/", follow=True)

    assert page.status_code == 200
    assert terminal.codes.count() == 6
    assert page.context["objection"]


def test_an_expired_code_is_not_shown(terminal_page):
    browser, terminal, address = terminal_page

    with time_machine.travel(clock.now() + timedelta(days=8)):
        browser = signed_in(terminal.merchant.memberships.get().user)
        page = browser.get(address)
        answer = browser.post(f"{address}code/", follow=True)

    assert not page.context["line"].can_collect
    assert not DIGITS.search(answer.content.decode())


def test_a_receipt_says_only_that_it_is_genuine(terminal_page):
    _browser, terminal, _address = terminal_page
    code = terminal.codes.get()

    page = Client().get(f"/receipts/{code.receipt_token}/")
    unknown = Client().get("/receipts/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/")

    for told in (
        code.serial_number,
        code.terminal_number,
        code.merchant_number,
        str(terminal.merchant),
        code.slip_number,
    ):
        assert told not in page.content.decode()
    assert page.status_code == unknown.status_code == 200
    assert page.context["paper"].is_valid
    assert unknown.context["paper"] is None
    assert page["X-Robots-Tag"] == unknown["X-Robots-Tag"] == "noindex"


def test_a_receipt_of_a_replaced_code_is_no_longer_valid(terminal_page):
    browser, terminal, address = terminal_page
    code = terminal.codes.get()

    browser.post(f"{address}code/replacement/")

    assert not Client().get(f"/receipts/{code.receipt_token}/").context["paper"].is_valid


def test_the_page_masks_what_is_personal(terminal_page):
    browser, terminal, address = terminal_page

    page = browser.get(address).content.decode()

    assert terminal.binding.account.account_number not in page
    assert terminal.merchant.responsible_id_number not in page
    assert terminal.binding.serial_number in page
