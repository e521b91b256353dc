"""Joining a customer by invitation: once, in time, and only for whoever has confirmed the invited address."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from config.accounts.reach import Reach
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.message import OutboxMessage
from config.kernel.policy import current_policy
from config.privacy.sealing import digest
from merchants.invitations import PURPOSE, accept, call_off, decline, expire_due, invite, invited
from merchants.models import Invitation, Membership
from merchants.people import role_of
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.merchants.factories import onboarded, owner_of
from tests.merchants.inviting import invited_to
from tests.merchants.test_constraints import breaks, change
from tests.merchants.test_people import joined, refusal
from tests.races import all_at_once

pytestmark = pytest.mark.django_db
ADDRESS = "new@shop.example"
MOBILE = "13900139000"


def newcomer(address=ADDRESS):
    if "@" in address:
        return MerchantUserFactory(email=address)
    return MerchantUserFactory(email=None, mobile=address, mobile_verified_at=clock.now())


@pytest.mark.parametrize("address", [ADDRESS, MOBILE])
@pytest.mark.parametrize("role", ["owner", "operator"])
def test_whoever_has_confirmed_the_address_joins_and_the_owners_are_told(address, role):
    now = clock.now()
    invitation, token = invited_to(address, role=role, now=now)
    merchant, person = invitation.merchant, newcomer(address)

    accept(invited(person, token, now=now), by=person, now=now)

    assert role_of(person, merchant) == role
    event = AuditEvent.objects.of(merchant).get(action="member_admitted")
    assert (event.by, event.detail) == (person, {"person": person.pk, "role": role})
    told = OutboxMessage.objects.inbox_of(owner_of_first(merchant)).values_list("kind", flat=True)
    assert list(told) == ["member_joined"]


def owner_of_first(merchant):
    return merchant.memberships.order_by("id").first().user


def test_the_link_is_used_up_and_nothing_of_the_address_is_kept():
    now = clock.now()
    invitation, token = invited_to(now=now)
    person = newcomer()
    accept(invited(person, token, now=now), by=person, now=now)

    invitation.refresh_from_db()

    assert invited(person, token, now=now) is None
    assert (invitation.status, invitation.address, invitation.address_index, invitation.token_digest) == (
        "accepted",
        "",
        "",
        "",
    )


def test_the_token_is_kept_as_a_digest_only():
    invitation, token = invited_to()

    stored = Invitation.objects.filter(pk=invitation.pk).values().get()

    assert stored["token_digest"] == digest(token, purpose=PURPOSE)
    assert token not in str(stored)


def test_the_letter_carries_the_link_and_says_nothing_of_the_merchant(
    capsys, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        invitation, token = invited_to(MOBILE)

    said = capsys.readouterr().out

    assert f"/people/invited/{token}/" in said
    assert invitation.merchant.trading_name not in said
    assert invitation.merchant.number not in said


@pytest.mark.parametrize(
    "who",
    [
        MerchantUserFactory,
        lambda: MerchantUserFactory(email=ADDRESS, confirmed=False),
        lambda: MerchantUserFactory(email=None, mobile=MOBILE),
        lambda: StaffFactory(email=ADDRESS),
    ],
    ids=["another address", "not confirmed", "another mobile", "staff"],
)
def test_anybody_else_finds_nothing_and_cannot_accept(who):
    now = clock.now()
    invitation, token = invited_to(now=now)
    person = who()

    assert invited(person, token, now=now) is None
    assert refusal(lambda: accept(invitation, by=person, now=now)) == "wrong_state"
    assert refusal(lambda: decline(invitation, by=person, now=now)) == "wrong_state"
    assert invitation.merchant.memberships.count() == 1


def test_a_mobile_that_was_only_typed_in_is_not_confirmed():
    now = clock.now()
    _invitation, token = invited_to(MOBILE, now=now)
    person = MerchantUserFactory(email=None, mobile=MOBILE)
    assert invited(person, token, now=now) is None

    person.mobile_verified_at = now
    person.save()

    assert invited(person, token, now=now) is not None


def test_an_address_that_is_no_longer_theirs_opens_nothing():
    now = clock.now()
    _invitation, token = invited_to(now=now)
    person = newcomer()
    EmailAddress.objects.filter(user=person).update(email="other@shop.example")

    assert invited(person, token, now=now) is None


def test_after_its_day_nobody_joins_and_the_sweep_wipes_it():
    now = clock.now()
    invitation, token = invited_to(now=now)
    person, later = newcomer(), now + timedelta(days=current_policy().invitation_days)
    assert expire_due(later - timedelta(seconds=1)) == 0
    assert invited(person, token, now=later - timedelta(seconds=1)) is not None

    assert invited(person, token, now=later) is None
    assert refusal(lambda: accept(invitation, by=person, now=later)) == "wrong_state"
    assert expire_due(later) == 1
    assert expire_due(later) == 0

    invitation.refresh_from_db()
    assert (invitation.status, invitation.address) == ("expired", "")


def test_an_owner_calls_off_and_the_invited_declines():
    now = clock.now()
    first, token = invited_to(now=now)
    call_off(first, by=owner_of(first.merchant), now=now)
    person = newcomer()
    assert invited(person, token, now=now) is None

    second, token = invited_to(merchant=first.merchant, now=now)
    decline(invited(person, token, now=now), by=person, now=now)

    second.refresh_from_db()
    assert second.status == "declined"
    assert role_of(person, first.merchant) is None


def test_only_an_owner_invites_and_calls_off():
    merchant, now = onboarded(), clock.now()
    invitation, _token = invited_to(merchant=merchant)
    for by in (joined(merchant), owner_of(onboarded()), StaffFactory(role="administrator")):
        reach = Reach("email", "x@shop.example")
        assert refusal(lambda by=by, r=reach: invite(r, merchant, "owner", by=by, now=now)) == "not_yours"
        assert refusal(lambda by=by: call_off(invitation, by=by, now=now)) == "not_yours"
    assert list(merchant.invitations.all()) == [invitation]


def test_what_is_not_sent():
    merchant, now = onboarded(), clock.now()
    owner, operator = owner_of(merchant), joined(merchant)
    invited_to(merchant=merchant, now=now)

    def code_of(address, role="operator"):
        reach = Reach("email" if "@" in address else "phone", address)
        return refusal(lambda: invite(reach, merchant, role, by=owner, now=now))

    assert code_of(operator.email) == "already_there"
    assert code_of(ADDRESS) == "constraint"
    assert code_of("third@shop.example", "guest") == "constraint"


def test_no_more_are_sent_in_a_day_than_the_policy_says():
    merchant, now = onboarded(), clock.now()
    most = current_policy().invitations_per_day
    for number in range(most):
        invited_to(f"n{number}@shop.example", merchant=merchant, now=now)
    reach, by = Reach("email", "one.more@shop.example"), owner_of(merchant)

    assert refusal(lambda: invite(reach, merchant, "operator", by=by, now=now)) == "too_many"

    invite(reach, merchant, "operator", by=by, now=now + timedelta(days=1))
    assert merchant.invitations.count() == most + 1


# name: what the stored row of an open invitation is made to hold
BREACHES = {
    "invitation_wiped_once_over": {"status": "expired"},
    "invitation_status_known": {"status": "lost", "address": "", "address_index": "", "token_digest": ""},
    "invitation_role_known": {"role": "guest"},
}


@pytest.mark.parametrize("name", BREACHES)
def test_what_the_database_refuses(name):
    invitation, _token = invited_to()

    breaks(name, change(invitation, **BREACHES[name]))


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("invitation_open_once", {"token_digest": "0" * 64}),
        ("invitation_token_once", {"address": "other@shop.example"}),
    ],
)
def test_an_address_and_a_link_are_open_once(name, changed):
    invitation, _token = invited_to()
    twin = Invitation.objects.get(pk=invitation.pk)
    twin.pk = None
    for field, value in changed.items():
        setattr(twin, field, value)

    breaks(name, lambda: twin.save(force_insert=True))


def sent_by_two_owners_at_once(settings_most: int) -> int:
    """How many invitations a merchant has that may send one more, after two were sent at the same moment."""
    merchant, now = onboarded(), clock.now()
    for number in range(settings_most - 1):
        invited_to(f"n{number}@shop.example", merchant=merchant, now=now)
    owner = owner_of(merchant)
    all_at_once(
        2,
        lambda number: invited_to(
            f"last{number}@shop.example",
            merchant=type(merchant).objects.get(pk=merchant.pk),
            by=owner,
            now=now,
        ),
    )
    return merchant.invitations.count() - settings_most


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_when_two_are_sent_at_once():
    most = current_policy().invitations_per_day

    assert {sent_by_two_owners_at_once(most) for _round in range(5)} == {0}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_one_too_many_would_go(settings):
    settings.RACE_WITHOUT_LOCKS = True
    most = current_policy().invitations_per_day

    assert 1 in {sent_by_two_owners_at_once(most) for _round in range(20)}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_link_opened_twice_at_once_admits_once():
    now = clock.now()
    invitation, token = invited_to(now=now)
    person = newcomer()

    answers = all_at_once(4, lambda _number: accept(invited(person, token, now=now), by=person, now=now))

    assert sum(isinstance(answer, Membership) for answer in answers) == 1
    assert invitation.merchant.memberships.count() == 2
