"""What must never be false of merchants, each by the name of its constraint."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from config.kernel.clock import now
from config.kernel.constraints import broken_constraint
from merchants.models import BlacklistEntry, ExpiryNotice, Membership, Merchant, Outlet
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.merchants.blacklist import listed
from tests.merchants.factories import OTHER_PERSON, onboarded, uscc

pytestmark = pytest.mark.django_db


def breaks(name, write) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert broken_constraint(error.value).name == name


def change(row, **values):
    return lambda: type(row)._base_manager.filter(pk=row.pk).update(**values)


def test_merchant_once_per_uscc():
    first, second = onboarded(), onboarded()

    breaks("merchant_once_per_uscc", change(second, uscc=first.uscc))


def test_merchant_micro_once_per_person():
    first = onboarded("micro")
    second = onboarded("micro", responsible_id_number=OTHER_PERSON)

    breaks("merchant_micro_once_per_person", change(second, responsible_id_index=first.responsible_id_index))


def test_merchant_uscc_unless_micro():
    breaks("merchant_uscc_unless_micro", change(onboarded(), uscc=""))
    breaks("merchant_uscc_unless_micro", change(onboarded("micro"), uscc=uscc()))


def test_merchant_status_known():
    breaks("merchant_status_known", change(onboarded(), status="asleep"))


def test_merchant_kept_once_ended():
    breaks("merchant_kept_once_ended", change(onboarded(), service_ended_on=date(2026, 9, 11)))
    breaks("merchant_kept_once_ended", change(onboarded(), keep_until=date(2036, 9, 11)))


def test_account_one_in_use():
    merchant = onboarded()
    account = merchant.account_in_use
    account.pk = None

    breaks("account_one_in_use", account.save)


@pytest.mark.parametrize(
    "values", [{"account_kind": ""}, {"account_holder": ""}, {"account_number_index": ""}]
)
def test_account_is_whole(values):
    breaks("account_is_whole", change(onboarded().account_in_use, **values))


def test_membership_once():
    member = onboarded().memberships.get()
    member.pk = None

    breaks("membership_once", member.save)


def test_membership_role_known():
    breaks("membership_role_known", change(onboarded().memberships.get(), role="guest", checked_at=None))


def test_membership_checked_owner():
    breaks("membership_checked_owner", change(onboarded().memberships.get(), role="operator"))


def an_outlet() -> Outlet:
    merchant = onboarded()
    return Outlet.objects.create(
        merchant=merchant, name="门店", division=merchant.business_division, address="示范路 18 号"
    )


def test_outlet_once_per_address():
    outlet = an_outlet()
    outlet.pk = None

    breaks("outlet_once_per_address", outlet.save)


@pytest.mark.parametrize(
    "values",
    [
        {"latitude": 31},
        {"latitude": 31, "longitude": 121},
        {"latitude": 31, "longitude": 121, "coord_system": ""},
        {"latitude": 80, "longitude": 121, "coord_system": "wgs84"},
        {"coord_system": "wgs84"},
    ],
)
def test_outlet_point_is_whole(values):
    breaks("outlet_point_is_whole", change(an_outlet(), **values))


def test_blacklist_once_per_value():
    entry = listed("mobile", "13800138000")
    entry.pk = None

    breaks("blacklist_once_per_value", entry.save)


def test_blacklist_kind_known():
    breaks("blacklist_kind_known", change(listed("mobile", "13800138000"), kind="colour"))


@pytest.mark.parametrize("values", [{"value_index": ""}, {"reason": ""}, {"source": ""}])
def test_blacklist_is_whole(values):
    breaks("blacklist_is_whole", change(listed("mobile", "13800138000"), **values))


def test_blacklist_ends_after_start():
    breaks("blacklist_ends_after_start", change(listed("mobile", "13800138000"), valid_to=date(2020, 1, 1)))


@pytest.mark.parametrize("parts", [("at",), ("by",), ("at", "by"), ("reason",), ("at", "reason")])
def test_blacklist_removed_whole(parts):
    entry = listed("mobile", "13800138000")
    whole = {
        "at": {"removed_at": now()},
        "by": {"removed_by": entry.added_by},
        "reason": {"removal_reason": "误列"},
    }

    breaks(
        "blacklist_removed_whole", change(entry, **{k: v for part in parts for k, v in whole[part].items()})
    )


def test_every_constraint_of_this_room_is_shown_here():
    ours = [BlacklistEntry, Merchant, Membership, Outlet, type(onboarded().account_in_use)]
    named = {constraint.name for model in ours for constraint in model._meta.constraints}
    shown = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}

    assert named <= shown


def test_staff_may_not_be_owners_by_accident():
    """A membership is for merchants' people; staff see merchants through their branch."""
    merchant, clerk = onboarded(), StaffFactory()

    assert merchant not in Merchant.objects.visible_to(clerk)
    Membership.objects.create(user=MerchantUserFactory(), merchant=merchant, role="operator", since=now())
    assert merchant.memberships.count() == 2


def notice(**changed) -> ExpiryNotice:
    given = {"merchant": onboarded(), "about": "licence", "good_until": date(2026, 9, 30), "days_ahead": 30}
    return ExpiryNotice(**given | {"at": now()} | changed)


def test_expiry_notice_once():
    first = notice()
    first.save()
    first.pk = None

    breaks("expiry_notice_once", lambda: first.save(force_insert=True))


def test_expiry_notice_about_known():
    breaks("expiry_notice_about_known", notice(about="weather").save)


@pytest.mark.parametrize(
    ("days_ahead", "suspends_on"),
    [(30, date(2026, 10, 30)), (0, None), (0, date(2026, 9, 30)), (0, date(2026, 9, 1))],
)
def test_expiry_notice_gives_grace(days_ahead, suspends_on):
    breaks("expiry_notice_gives_grace", notice(days_ahead=days_ahead, suspends_on=suspends_on).save)
