"""How somebody comes to act for a merchant, and how that ends."""

import pytest

from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from merchants.models import Merchant
from merchants.people import admit, change_role, dismiss, role_of
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.merchants.factories import handed_over, onboarded, owner_of
from tests.races import all_at_once


def joined(merchant, role="operator"):
    person = MerchantUserFactory()
    admit(person, merchant, role, by=owner_of(merchant), now=clock.now())
    return person


def checked_too(merchant):
    """A second owner of the time when whoever was an owner counted as checked."""
    person = joined(merchant, "owner")
    merchant.memberships.filter(user=person).update(checked_at=clock.now())
    return person


def refusal(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.sentence
    return refused.value.code


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["owner", "operator"])
def test_an_owner_admits_and_it_is_on_record(role):
    merchant, person, now = onboarded(), MerchantUserFactory(), clock.now()
    owner = owner_of(merchant)

    admit(person, merchant, role, by=owner, now=now)

    assert role_of(person, merchant) == role
    event = AuditEvent.objects.of(merchant).get(action="member_admitted")
    assert (event.by, event.at, event.detail) == (owner, now, {"person": person.pk, "role": role})
    assert merchant in Merchant.objects.visible_to(person)


@pytest.mark.django_db
def test_nobody_else_admits():
    merchant = onboarded()
    people = [
        joined(merchant),
        MerchantUserFactory(),
        owner_of(onboarded()),
        StaffFactory(role="administrator"),
    ]

    for by in people:
        assert (
            refusal(lambda by=by: admit(MerchantUserFactory(), merchant, "owner", by=by, now=clock.now()))
            == "not_yours"
        )
    assert merchant.memberships.count() == 2


@pytest.mark.django_db
def test_nobody_is_admitted_twice_or_as_something_unknown():
    merchant = onboarded()
    owner, operator = owner_of(merchant), joined(merchant)

    for person, role in [(operator, "owner"), (owner, "operator"), (MerchantUserFactory(), "guest")]:
        code = refusal(lambda p=person, r=role: admit(p, merchant, r, by=owner, now=clock.now()))
        assert code == "constraint"
    assert sorted(merchant.memberships.values_list("role", flat=True)) == ["operator", "owner"]


@pytest.mark.django_db
def test_staff_and_closed_accounts_are_not_admitted():
    merchant = onboarded()

    for person in (StaffFactory(), MerchantUserFactory(is_active=False)):
        code = refusal(
            lambda p=person: admit(p, merchant, "operator", by=owner_of(merchant), now=clock.now())
        )
        assert code == "not_a_merchants"


@pytest.mark.django_db
def test_who_is_dismissed_sees_nothing_any_more():
    merchant = onboarded()
    owner, operator, now = owner_of(merchant), joined(merchant), clock.now()

    dismiss(operator, merchant, by=owner, now=now)

    assert role_of(operator, merchant) is None
    assert merchant not in Merchant.objects.visible_to(operator)
    event = AuditEvent.objects.of(merchant).get(action="member_dismissed")
    assert (event.by, event.detail) == (owner, {"person": operator.pk, "role": "operator"})
    assert refusal(lambda: dismiss(operator, merchant, by=owner, now=now)) == "not_a_member"


@pytest.mark.django_db
def test_an_operator_dismisses_only_themselves():
    merchant = onboarded()
    one, other = joined(merchant), joined(merchant)

    assert refusal(lambda: dismiss(other, merchant, by=one, now=clock.now())) == "not_yours"
    assert refusal(lambda: dismiss(owner_of(merchant), merchant, by=one, now=clock.now())) == "not_yours"

    dismiss(one, merchant, by=one, now=clock.now())
    assert role_of(one, merchant) is None


@pytest.mark.django_db
def test_the_last_owner_whom_the_bank_has_checked_stays():
    merchant, now = onboarded(), clock.now()
    first, second = owner_of(merchant), joined(merchant, "owner")

    for by in (first, second):
        assert refusal(lambda by=by: dismiss(first, merchant, by=by, now=now)) == "last_owner"
        assert refusal(lambda by=by: change_role(first, merchant, "operator", by=by, now=now)) == "last_owner"
    assert owner_of(merchant) == first

    dismiss(second, merchant, by=second, now=now)
    assert role_of(second, merchant) is None


@pytest.mark.django_db
def test_the_former_owner_leaves_once_the_bank_has_checked_the_successor():
    merchant = onboarded()
    first, second = owner_of(merchant), joined(merchant, "owner")

    handed_over(merchant, second)

    dismiss(first, merchant, by=first, now=clock.now())
    assert owner_of(merchant) == second
    assert refusal(lambda: dismiss(second, merchant, by=second, now=clock.now())) == "last_owner"


@pytest.mark.django_db
def test_of_two_checked_owners_one_may_leave_or_step_back():
    merchant, now = onboarded(), clock.now()
    first, second = owner_of(merchant), checked_too(merchant)

    change_role(first, merchant, "operator", by=second, now=now)
    assert refusal(lambda: dismiss(second, merchant, by=second, now=now)) == "last_owner"

    # An owner again, but not one whom the bank has checked as such.
    change_role(first, merchant, "owner", by=second, now=now)
    assert refusal(lambda: dismiss(second, merchant, by=first, now=now)) == "last_owner"
    assert owner_of(merchant) == second


@pytest.mark.django_db
def test_once_the_contract_has_ended_any_owner_is_enough():
    merchant, now = onboarded(), clock.now()
    first, second = owner_of(merchant), joined(merchant, "owner")
    merchant.close(by=StaffFactory(), now=now, on=clock.today())

    dismiss(first, merchant, by=first, now=now)
    assert refusal(lambda: dismiss(second, merchant, by=second, now=now)) == "last_owner"


@pytest.mark.django_db
def test_whom_an_owner_admits_is_not_checked():
    merchant = onboarded()
    joined(merchant, "owner")
    promoted = joined(merchant)
    change_role(promoted, merchant, "owner", by=owner_of(merchant), now=clock.now())

    assert [row.is_checked for row in merchant.memberships.order_by("id")] == [True, False, False]


@pytest.mark.django_db
def test_an_owner_changes_a_role_and_the_person_is_told():
    merchant, now = onboarded(), clock.now()
    owner, person = owner_of(merchant), joined(merchant)

    change_role(person, merchant, "owner", by=owner, now=now)

    assert role_of(person, merchant) == "owner"
    event = AuditEvent.objects.of(merchant).get(action="member_role_changed")
    assert (event.by, event.detail) == (
        owner,
        {"person": person.pk, "role": "owner", "former": "operator"},
    )
    assert "membership_changed" in told_to(person)
    assert told_to(owner) == []


def told_to(person) -> list[str]:
    return list(OutboxMessage.objects.inbox_of(person).values_list("kind", flat=True))


@pytest.mark.django_db
def test_what_no_change_of_role_can_be():
    merchant, now = onboarded(), clock.now()
    owner, operator = owner_of(merchant), joined(merchant)

    def code_of(person, role, by=owner):
        return refusal(lambda: change_role(person, merchant, role, by=by, now=now))

    assert code_of(operator, "owner", by=operator) == "not_yours"
    assert code_of(operator, "owner", by=StaffFactory(role="administrator")) == "not_yours"
    assert code_of(owner, "operator") == "last_owner"
    assert code_of(operator, "operator") == "same_role"
    assert code_of(operator, "") == "constraint" == code_of(operator, "guest")
    assert code_of(MerchantUserFactory(), "owner") == "not_a_member"
    assert sorted(merchant.memberships.values_list("role", flat=True)) == ["operator", "owner"]


@pytest.mark.django_db
def test_who_leaves_is_told_of_to_the_owners_and_who_is_removed_is_told():
    merchant, now = onboarded(), clock.now()
    owner, one, other = owner_of(merchant), joined(merchant), joined(merchant)

    dismiss(one, merchant, by=one, now=now)
    assert (told_to(owner), told_to(one)) == (["people_changed"], [])

    dismiss(other, merchant, by=owner, now=now)
    assert (told_to(owner), told_to(other)) == (["people_changed"], ["membership_changed"])


def checked_owners(merchant) -> int:
    return merchant.memberships.filter(checked_at__isnull=False).count()


def owners_left_of_two_who_leave_at_once() -> int:
    merchant = onboarded()
    first, second = owner_of(merchant), checked_too(merchant)

    def part(number: int) -> None:
        person = (first, second)[number]
        dismiss(person, Merchant.objects.get(pk=merchant.pk), by=person, now=clock.now())

    all_at_once(2, part)
    return checked_owners(merchant)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_leave_at_once_one_stays():
    assert {owners_left_of_two_who_leave_at_once() for _round in range(10)} == {1}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_leave(settings):
    settings.RACE_WITHOUT_LOCKS = True

    assert 0 in {owners_left_of_two_who_leave_at_once() for _round in range(30)}


def owners_left_of_two_who_step_back_at_once() -> int:
    merchant = onboarded()
    first, second = owner_of(merchant), checked_too(merchant)

    def part(number: int) -> None:
        person = (first, second)[number]
        change_role(person, Merchant.objects.get(pk=merchant.pk), "operator", by=person, now=clock.now())

    all_at_once(2, part)
    return checked_owners(merchant)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_step_back_at_once_one_stays():
    assert {owners_left_of_two_who_step_back_at_once() for _round in range(10)} == {1}


def owners_left_of_two_who_dismiss_each_other() -> int:
    merchant = onboarded()
    first, second = owner_of(merchant), checked_too(merchant)
    pairs = [(first, second), (second, first)]

    def part(number: int) -> None:
        by, other = pairs[number]
        dismiss(other, Merchant.objects.get(pk=merchant.pk), by=by, now=clock.now())

    all_at_once(2, part)
    return checked_owners(merchant)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_dismiss_each_other_one_stays():
    assert {owners_left_of_two_who_dismiss_each_other() for _round in range(10)} == {1}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_be_gone(settings):
    settings.RACE_WITHOUT_LOCKS = True

    assert 0 in {owners_left_of_two_who_dismiss_each_other() for _round in range(30)}
