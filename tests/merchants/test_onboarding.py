from datetime import date
from itertools import islice

import pytest
from django.db import connection

from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.lifecycle import Refused
from merchants.models import Merchant, SettlementAccount
from merchants.onboarding import amend, numbers, onboard, outlet_at
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.merchants.factories import OTHER_PERSON, PERSON, application, onboarded

pytestmark = pytest.mark.django_db


def approve(asked):
    return onboard(asked, by=StaffFactory(branch=asked.branch), now=clock.now())


def test_a_new_customer_has_its_number_account_and_owner():
    asked = application("enterprise")

    merchant = approve(asked)

    assert merchant.number.startswith("1025840" + "5411")
    assert len(merchant.number) == 15
    assert merchant.account_in_use.account_number == asked.account_number
    assert merchant.memberships.get().user == asked.applicant
    assert merchant.memberships.get().role == "owner"
    assert merchant.memberships.get().checked_at == merchant.onboarded_at
    assert AuditEvent.objects.of(merchant).filter(action="merchant_onboarded").exists()


def test_a_micro_merchant_is_booked_under_its_person():
    assert approve(application("micro")).registered_name == "商户_王小明"


def test_the_history_names_who_approved():
    asked, reviewer = application(), StaffFactory()

    merchant = onboard(asked, by=reviewer, now=clock.now())

    assert merchant.history.get().history_user == reviewer


def test_a_member_is_given_the_merchant_it_already_is():
    asked = application()
    first = approve(asked)

    assert approve(asked) == first
    assert SettlementAccount.objects.filter(merchant=first).count() == 1


@pytest.mark.parametrize("merchant_type", ["sole_trader", "micro"])
def test_a_stranger_cannot_join_a_customer(merchant_type):
    first = application(merchant_type)
    approve(first)
    second = application(merchant_type, uscc=first.uscc)

    with pytest.raises(Refused) as refused:
        approve(second)

    assert refused.value.code == "already_customer"
    assert Merchant.objects.count() == 1


def test_particulars_that_no_longer_hold_are_refused():
    asked = application(responsible_id_to=date(2020, 1, 1))

    with pytest.raises(Refused) as refused:
        approve(asked)

    assert refused.value.code == "incomplete"
    assert not Merchant.objects.exists()


def test_merchant_numbers_use_letters_when_digits_have_been_tried():
    branch = application().branch

    found = list(islice(numbers(branch, "5411", below=lambda count: count - 1), 14))

    assert found == ["102584054119999"] * 12 + ["10258405411ZZZZ"] * 2


def test_an_amendment_is_in_the_history_and_names_its_fields_only():
    merchant, clerk = onboarded(), StaffFactory()

    amend(merchant, {"trading_name": "晴川超市", "contact_mobile": "13900139000"}, by=clerk, now=clock.now())

    merchant.refresh_from_db()
    assert merchant.trading_name == "晴川超市"
    assert [row.trading_name for row in merchant.history.all()] == ["晴川超市", "晴川便利店"]
    event = AuditEvent.objects.of(merchant).filter(action="merchant_amended").get()
    assert event.detail == {"fields": ["contact_mobile", "trading_name"]}


def test_an_amendment_that_does_not_fit_changes_nothing():
    merchant = onboarded()

    with pytest.raises(Refused):
        amend(merchant, {"trading_name": "<b>"}, by=StaffFactory(), now=clock.now())

    merchant.refresh_from_db()
    assert merchant.trading_name == "晴川便利店"


@pytest.mark.parametrize("name", ["status", "number", "branch", "id", "keep_until"])
def test_only_particulars_can_be_amended(name):
    with pytest.raises(KeyError):
        amend(onboarded(), {name: "x"}, by=StaffFactory(), now=clock.now())


def test_an_outlet_is_opened_once_per_address():
    merchant = onboarded()
    division = merchant.business_division

    assert outlet_at(merchant, division=division, address="示范路 18 号") == outlet_at(
        merchant, division=division, address="示范路 18 号"
    )


def test_numbers_of_people_and_accounts_are_not_at_rest_in_clear():
    merchant = onboarded()
    with connection.cursor() as cursor:
        for table in ("merchants_merchant", "merchants_historicalmerchant", "merchants_settlementaccount"):
            cursor.execute(f'SELECT * FROM "{table}"')
            text = repr(cursor.fetchall())
            assert PERSON not in text
            assert merchant.account_in_use.account_number not in text
            assert merchant.contact_mobile not in text


def test_merchants_are_seen_by_their_people_and_their_branch():
    merchant = onboarded()
    owner, stranger = merchant.memberships.get().user, MerchantUserFactory()

    assert merchant in Merchant.objects.visible_to(owner)
    assert merchant not in Merchant.objects.visible_to(stranger)
    assert merchant in Merchant.objects.visible_to(StaffFactory(branch=merchant.branch))
    assert merchant not in Merchant.objects.visible_to(StaffFactory())


def test_two_micro_merchants_of_two_people_are_two_customers():
    approve(application("micro"))
    approve(application("micro", responsible_id_number=OTHER_PERSON))

    assert Merchant.objects.count() == 2
