"""A merchant's returns in the browser."""

import pytest
from django.test import Client

from config.kernel import clock
from merchants.people import admit
from terminals.returns.receipts import issue_receipt
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.merchants.factories import owner_of
from tests.terminals.returns.factories import asked_back, returned, storekeeper

pytestmark = pytest.mark.django_db


def browser_of(person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def owners(order) -> Client:
    return browser_of(owner_of(order.terminal.merchant))


def test_the_merchant_reads_what_to_bring_until_when_and_where():
    order = asked_back()

    pages = [
        owners(order).get(path).content.decode() for path in ("/", "/returns/", f"/returns/{order.number}/")
    ]

    assert all(order.due_on.isoformat() in page for page in pages)
    for said in (order.address, order.device.serial_number, "电源适配器", "数据线或电话线"):
        assert said in pages[2]
    terminal = owners(order).get(f"/terminals/{order.terminal.number}/").content.decode()
    assert order.number in terminal


def test_the_merchant_says_that_it_is_sent():
    order = asked_back()
    path = f"/returns/{order.number}/announcement/"

    lacking = owners(order).post(path, {"way": "courier"})
    assert lacking.status_code == 200
    assert "error-summary" in lacking.content.decode()
    assert owners(order).post(path, {"way": "courier", "waybill": "SF1234567"}).status_code == 302

    order.refresh_from_db()
    assert (order.status, order.waybill) == ("sent", "SF1234567")


def test_an_operator_may_bring_devices_and_confirm():
    order = returned("received")
    merchant, operator = order.terminal.merchant, MerchantUserFactory()
    admit(operator, merchant, "operator", by=owner_of(merchant), now=clock.now())
    receipt = issue_receipt(order, by=storekeeper(order), now=clock.now())

    page = browser_of(operator).get(f"/returns/{order.number}/receipt/").content.decode()
    answer = browser_of(operator).post(f"/returns/{order.number}/receipt/confirmation/")

    receipt.refresh_from_db()
    assert receipt.number in page
    assert answer.status_code == 302
    assert receipt.confirmed_by == operator


def test_a_step_that_is_not_possible_is_told():
    order = returned("received")

    answer = owners(order).post(f"/returns/{order.number}/announcement/", {"way": "branch"}, follow=True)

    assert order.objection("sent", by=None, now=clock.now()) in answer.content.decode()


def test_without_a_receipt_there_is_no_page_of_it():
    order = returned("received")

    assert owners(order).get(f"/returns/{order.number}/receipt/").status_code == 404
    assert owners(order).post(f"/returns/{order.number}/receipt/confirmation/").status_code == 404


@pytest.mark.parametrize("person", [MerchantUserFactory, StaffFactory])
def test_others_find_nothing(person):
    order = asked_back()

    answer = browser_of(person()).get(f"/returns/{order.number}/")

    assert answer.status_code in (302, 404)
    assert order.address not in answer.content.decode()


@pytest.mark.parametrize("number", ["GH-20260911-000000", "GH-1"])
def test_an_unknown_return_is_not_found(number):
    assert owners(asked_back()).get(f"/returns/{number}/").status_code == 404


def test_the_list_asks_no_more_for_three_returns_than_for_one(
    django_assert_num_queries, django_assert_max_num_queries
):
    order = asked_back()
    browser = owners(order)
    browser.get("/returns/")
    with django_assert_max_num_queries(30) as one:
        browser.get("/returns/")
    asked_back(merchant=order.terminal.merchant)
    asked_back(merchant=order.terminal.merchant)

    with django_assert_num_queries(len(one)):
        assert browser.get("/returns/").content.decode().count("/returns/GH-") == 3


def test_once_a_part_has_arrived_the_page_asks_for_the_rest():
    order = returned("part_received")

    page = owners(order).get(f"/returns/{order.number}/").content.decode()

    assert "银行已收到一部分。请将其余物品交到或寄到网点" in page
    assert "不能这样办理" not in page
