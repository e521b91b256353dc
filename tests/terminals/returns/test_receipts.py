"""The receipt: numbered without gaps, a snapshot, confirmed by the merchant, found genuine by anybody."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.constraints import broken_constraint
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from terminals.returns.models import ReturnReceipt
from terminals.returns.receipts import confirm_receipt, facts_of, issue_receipt, objection_to_confirmation
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.merchants.factories import onboarded, owner_of
from tests.races import all_at_once
from tests.terminals.returns.factories import asked_back, returned, storekeeper

pytestmark = pytest.mark.django_db


def issued(order=None) -> ReturnReceipt:
    order = order or returned("received")
    return issue_receipt(order, by=storekeeper(order), now=clock.now())


def test_receipts_of_a_branch_and_year_are_numbered_without_gaps():
    merchant, year = onboarded(), clock.today().year
    orders = [returned("received", merchant=merchant) for _ in range(2)]

    with pytest.raises(Refused):
        issue_receipt(asked_back(merchant=merchant), by=storekeeper(), now=clock.now())
    numbers = [issued(order).number for order in orders]

    code = merchant.branch.code
    assert numbers == [f"GHZ-{code}-{year}-00001", f"GHZ-{code}-{year}-00002"]


def test_a_return_has_one_receipt():
    order = returned("received")
    issued(order)

    with pytest.raises(Refused):
        issued(order)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        ReturnReceipt.objects.create(
            order=order, number="x", token="x", facts={}, issued_at=clock.now(), issued_by=storekeeper()
        )
    assert broken_constraint(error.value).name == "return_receipt_once"


def test_what_changes_later_does_not_change_the_receipt():
    receipt = issued()
    before = facts_of(receipt)

    receipt.order.terminal.merchant.__class__.objects.update(registered_name="改名商行")
    receipt.order.lines.update(remark="后来写的")
    receipt = ReturnReceipt.objects.get()

    assert facts_of(receipt) == before
    assert [line["received"] for line in before["lines"]] == [1, 1, 2]
    assert before["keys_destroyed"] is None


def test_the_merchant_confirms_once():
    receipt = issued()
    owner = owner_of(receipt.order.terminal.merchant)

    confirm_receipt(receipt, by=owner, now=clock.now())

    assert receipt.confirmed_by == owner
    assert facts_of(receipt)["confirmed_at"]
    assert AuditEvent.objects.of(receipt).filter(action="return_receipt_confirmed", by=owner).exists()
    with pytest.raises(Refused):
        confirm_receipt(receipt, by=owner, now=clock.now())


@pytest.mark.parametrize(
    "person", [MerchantUserFactory, StaffFactory, lambda: StaffFactory(is_superuser=True)]
)
def test_nobody_else_confirms(person):
    receipt = issued()

    with pytest.raises(Refused):
        confirm_receipt(receipt, by=person(), now=clock.now())

    assert objection_to_confirmation(receipt, by=person())
    receipt.refresh_from_db()
    assert receipt.confirmed_at is None


def test_return_receipt_confirmed_whole():
    receipt = issued()

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        ReturnReceipt.objects.filter(pk=receipt.pk).update(confirmed_at=clock.now())
    assert broken_constraint(error.value).name == "return_receipt_confirmed_whole"


def test_a_stranger_learns_that_it_is_genuine_its_kind_and_its_date():
    receipt = issued()

    page = Client().get(f"/receipts/{receipt.token}/").content.decode()

    assert "有效" in page
    assert "归还收据" in page
    assert clock.local_date(receipt.issued_at).isoformat() in page
    for told in (receipt.order.terminal.merchant.registered_name, receipt.number, receipt.order.number):
        assert told not in page


def test_an_unknown_token_is_not_valid():
    assert "没有这份文件" in Client().get(f"/receipts/{'x' * 43}/").content.decode()


def test_the_merchant_is_told_once_there_is_a_receipt():
    receipt = issued()

    told = OutboxMessage.objects.inbox_of(owner_of(receipt.order.terminal.merchant)).filter(
        kind="return_received"
    )
    assert [message.context for message in told] == [{"number": receipt.order.number}]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_issued_at_once_there_is_one_receipt():
    order = returned("received")
    clerk = storekeeper(order)

    answers = all_at_once(4, lambda _number: issue_receipt(order, by=clerk, now=clock.now()))

    assert sum(isinstance(answer, ReturnReceipt) for answer in answers) == 1
    assert ReturnReceipt.objects.get().number.endswith("00001")
