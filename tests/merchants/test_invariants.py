"""The people of merchants asked by themselves: silent about what the verbs made, by number about what a raw UPDATE breaks."""

import pytest

from config.kernel import clock
from merchants.invariants import OF_PEOPLE
from merchants.people import admit
from tests.accounts.factories import MerchantUserFactory
from tests.merchants.factories import handed_over, onboarded, owner_of

pytestmark = pytest.mark.django_db


def broken(name: str) -> list[str]:
    return list(OF_PEOPLE[name][1]())


def test_what_the_verbs_made_holds():
    merchant, person = onboarded(), MerchantUserFactory()
    admit(person, merchant, "owner", by=owner_of(merchant), now=clock.now())
    handed_over(merchant, person)

    assert [name for name in OF_PEOPLE if broken(name)] == []


@pytest.mark.parametrize("fault", ["demoted", "gone", "closed account"])
def test_a_merchant_without_an_owner_is_named(fault):
    merchant = onboarded()
    member = merchant.memberships.get()
    if fault == "demoted":
        merchant.memberships.update(role="operator", checked_at=None)
    elif fault == "gone":
        member.delete()
    else:
        type(member.user).objects.filter(pk=member.user_id).update(is_active=False)

    assert broken("merchants_have_an_owner") == broken("merchants_have_a_checked_owner") == [merchant.number]


def test_a_merchant_whose_owner_nobody_checked_is_named():
    merchant = onboarded()
    merchant.memberships.update(checked_at=None)

    assert broken("merchants_have_an_owner") == []
    assert broken("merchants_have_a_checked_owner") == [merchant.number]
