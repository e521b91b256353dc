"""The desk of the store room, by what it answers."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from config.kernel import clock
from config.kernel.audit import AccessRecord
from terminals.returns.models import ReturnOrder
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import photo
from tests.terminals.returns.factories import a_file, asked_back, ended, line_of, returned, storekeeper

pytestmark = pytest.mark.django_db
LIST = "/admin/returns/returnorder/"
REMARK = "外壳开裂"


def browser_of(person) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def page_of(order) -> str:
    return reverse("admin:returns_returnorder_change", args=[order.pk])


def step(browser, order, noun, **said):
    path = reverse(f"admin:returns_returnorder_{noun}", args=[order.pk])
    return browser.post(path, {f"{noun}-{name}": value for name, value in said.items()})


def handed_in(order, piece, **said) -> dict:
    pk = line_of(order, piece).pk
    return {f"{name}-{pk}": value for name, value in said.items()}


def test_the_list_shows_what_is_not_done_the_nearest_day_first():
    late, soon, done = asked_back(due_in=9), asked_back(due_in=2), returned("closed")
    head = BranchFactory()
    ReturnOrder.objects.update(branch=head)

    text = browser_of(StaffFactory(role="storekeeper", branch=head)).get(LIST).content.decode()

    assert text.index(soon.number) < text.index(late.number)
    assert done.number not in text


@pytest.mark.parametrize("mark", ["number", "serial", "terminal", "merchant", "waybill", "application"])
def test_a_return_is_found_by_every_mark(mark):
    order = asked_back()
    order.announce(way="courier", waybill="SF1234567", by=storekeeper(), now=clock.now())
    other = asked_back()
    ReturnOrder.objects.update(branch=order.branch)
    ReturnOrder.objects.filter(pk=other.pk).update(application_number="TY-20260911-000002")
    marks = {
        "number": order.number,
        "serial": order.device.serial_number,
        "terminal": order.terminal.number,
        "merchant": order.terminal.merchant.number,
        "waybill": "sf 1234567",
        "application": order.application_number,
    }

    text = browser_of(storekeeper(order)).get(LIST, {"q": marks[mark]}).content.decode()

    assert order.number in text
    assert other.number not in text


@pytest.mark.parametrize(
    ("view", "shown"), [("overdue", {"late"}), ("inspect", {"back"}), ("lost", {"lost"})]
)
def test_the_views(view, shown):
    orders = {"late": asked_back(due_in=-1), "back": returned("received"), "lost": asked_back()}
    orders["lost"].report_lost(police_receipt=a_file(), note="被盗", by=storekeeper(), now=clock.now())
    ReturnOrder.objects.update(branch=orders["late"].branch)

    text = browser_of(storekeeper(orders["late"])).get(LIST, {"view": view}).content.decode()

    assert {name for name, order in orders.items() if order.number in text} == shown


def test_the_list_asks_no_more_for_three_returns_than_for_one(
    django_assert_num_queries, django_assert_max_num_queries
):
    order = asked_back()
    browser = browser_of(storekeeper(order))
    browser.get(LIST)
    with django_assert_max_num_queries(40) as one:
        browser.get(LIST)
    asked_back(), asked_back()
    ReturnOrder.objects.update(branch=order.branch)

    with django_assert_num_queries(len(one)):
        assert browser.get(LIST).content.decode().count("GH-") >= 3


def test_a_clerk_receives_in_parts_inspects_and_closes():
    order = asked_back()
    clerk = browser_of(storekeeper(order))
    cable, charger = handed_in(order, "cable", quantity=1, missing=1, remark="只有一根", condition="good"), {}
    charger = handed_in(order, "charger", quantity=1, condition="damaged", remark=REMARK, photo=photo())
    device = handed_in(order, "terminal", quantity=1, condition="good", serial=order.device.serial_number)

    assert step(clerk, order, "announcement", way="branch").status_code == 302
    assert step(clerk, order, "reception", **device).status_code == 302
    assert step(clerk, order, "reception", **cable, **charger).status_code == 302

    order.refresh_from_db()
    assert order.status == "received"
    assert line_of(order, "charger").photo
    sound = dict.fromkeys(["seal_intact", "powers_on", "log_cleared", "keys_destroyed"], "on")
    tied = step(clerk, order, "inspection", **sound, appearance="good", outcome="stock")
    assert tied.status_code == 409
    assert str(order.device.objection("in_stock", by=None, now=clock.now())) in tied.content.decode()
    ended(order.terminal)
    assert step(clerk, order, "inspection", **sound, appearance="good", outcome="stock").status_code == 302
    assert step(clerk, order, "closure").status_code == 409
    assert step(clerk, order, "acknowledgement").status_code == 302
    assert step(clerk, order, "closure").status_code == 302

    order.refresh_from_db()
    assert order.status == "closed"
    text = clerk.get(page_of(order)).content.decode()
    assert REMARK in text
    assert order.receipts.get().number in text
    assert order.receipts.get().number in clerk.get(f"{LIST}{order.pk}/receipt/").content.decode()


def test_a_wrong_serial_number_is_told_and_shown():
    order = asked_back()
    clerk = browser_of(storekeeper(order))
    wrong = handed_in(order, "terminal", quantity=1, condition="good", serial="X9Z000000001")

    answer = clerk.post(
        reverse("admin:returns_returnorder_reception", args=[order.pk]),
        {f"reception-{name}": value for name, value in wrong.items()},
        follow=True,
    )

    assert "X9Z000000001" in answer.content.decode()
    assert order.findings.count() == 1


def test_what_is_wrong_comes_back_with_what_was_typed_and_no_photo_stays():
    order = asked_back()
    clerk, before = browser_of(storekeeper(order)), a_file().__class__.objects.count()
    worn = handed_in(order, "charger", quantity=1, condition="worn", photo=photo())

    answer = step(clerk, order, "reception", **worn)

    assert answer.status_code == 409
    assert line_of(order, "charger").received == 0
    assert a_file().__class__.objects.count() == before + 1  # the one just made


def test_a_loss_is_reported_by_one_and_written_off_by_another():
    order = asked_back()
    clerk, chief = storekeeper(order), StaffFactory(role="supervisor", branch=order.branch)

    told = step(browser_of(clerk), order, "loss", note="店铺被盗", receipt=photo())
    assert told.status_code == 302
    own = step(browser_of(clerk), order, "write-off", note="核销")
    assert own.status_code == 409
    greyed = browser_of(clerk).get(page_of(order)).content.decode()
    assert escape(order.__class__.objects.get().objection("written_off", by=clerk, now=clock.now())) in greyed
    assert step(browser_of(chief), order, "write-off", note="核销").status_code == 302

    order.refresh_from_db()
    assert order.status == "written_off"


def test_a_file_of_a_return_is_served_with_a_record_and_no_other_is():
    order = asked_back()
    clerk = browser_of(storekeeper(order))
    step(clerk, order, "loss", note="店铺被盗", receipt=photo())
    order.refresh_from_db()

    shown = clerk.get(f"{LIST}{order.pk}/files/{order.police_receipt_id}/view/")
    other = clerk.get(f"{LIST}{order.pk}/files/{a_file().pk}/view/")

    assert (shown.status_code, shown["Content-Type"], other.status_code) == (200, "image/jpeg", 404)
    assert AccessRecord.objects.filter(purpose="return").count() == 1


@pytest.mark.parametrize("role", ["reviewer", "auditor", "support", "field"])
def test_who_only_looks_finds_no_steps(role):
    order = asked_back()
    browser = browser_of(StaffFactory(role=role, branch=order.branch))

    text = browser.get(page_of(order)).content.decode()

    assert order.number in text
    assert not re.search(r'id="step-', text)
    assert step(browser, order, "announcement", way="branch").status_code == 403


def test_a_return_of_another_branch_is_not_found():
    order = asked_back()
    browser = browser_of(storekeeper())

    assert browser.get(page_of(order)).status_code == 404
    assert step(browser, order, "announcement", way="branch").status_code == 404
