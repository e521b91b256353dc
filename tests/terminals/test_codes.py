from datetime import timedelta

import pytest
from stdnum import luhn

from config.accounts.models import User
from config.kernel import clock
from config.kernel.audit import AccessRecord
from config.kernel.lifecycle import Refused
from terminals import codes
from terminals.models import RegistrationCode
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.merchants.factories import owner_of
from tests.terminals.factories import activated, code_of, digits_of, provisioned, wrong_digits

pytestmark = pytest.mark.django_db


def refusal(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_the_merchant_collects_twelve_digits_and_every_look_is_on_record():
    terminal = provisioned()
    code, owner, now = code_of(terminal), owner_of(terminal.merchant), clock.now()

    first = codes.collect(code, by=owner, now=now)
    second = codes.collect(code, by=owner, now=now + timedelta(minutes=1))

    assert first == second
    assert len(first) == 12
    assert luhn.is_valid(first)
    code.refresh_from_db()
    assert code.collected_at == now
    assert AccessRecord.objects.of(code).filter(purpose="registration_code_collected").count() == 2


@pytest.mark.parametrize("role", ["reviewer", "supervisor", "risk", "administrator", "auditor"])
def test_staff_never_see_the_digits(role):
    terminal = provisioned()
    person = StaffFactory(role=role, branch=terminal.branch, is_superuser=True)

    assert refusal(lambda: codes.collect(code_of(terminal), by=person, now=clock.now())) == "not_yours"
    assert not AccessRecord.objects.exists()


def test_staff_who_are_entered_as_members_do_not_see_the_digits_either():
    terminal, person = provisioned(), StaffFactory()
    terminal.merchant.memberships.create(user=person, role="owner", since=clock.now())

    assert refusal(lambda: codes.collect(code_of(terminal), by=person, now=clock.now())) == "not_yours"


def test_another_merchant_does_not_see_the_digits():
    assert (
        refusal(lambda: codes.collect(code_of(provisioned()), by=MerchantUserFactory(), now=clock.now()))
        == "not_yours"
    )


def test_a_late_collection_finds_the_code_expired_and_wiped():
    terminal = provisioned()
    code, late = code_of(terminal), clock.now() + timedelta(days=7, seconds=1)

    assert refusal(lambda: codes.collect(code, by=owner_of(terminal.merchant), now=late)) == "code_expired"
    code.refresh_from_db()
    assert (code.status, code.sealed) == ("expired", None)
    assert not AccessRecord.objects.exists()


def test_a_used_code_cannot_be_collected():
    terminal, _done = activated()

    assert (
        refusal(lambda: codes.collect(code_of(terminal), by=owner_of(terminal.merchant), now=clock.now()))
        == "wrong_state"
    )


def test_a_new_code_takes_the_place_of_the_old_one():
    terminal = provisioned()
    old, digits = code_of(terminal), digits_of(terminal)

    new = codes.reissue(terminal, by=owner_of(terminal.merchant), now=clock.now())

    old.refresh_from_db()
    assert (old.status, old.sealed) == ("revoked", None)
    assert (new.status, new.device, new.application_number) == ("issued", old.device, old.application_number)
    assert new.slip_number != old.slip_number
    assert digits_of(terminal) != digits


def test_an_expired_and_a_locked_code_can_be_replaced():
    terminal = provisioned()
    week_later = clock.now() + timedelta(days=8)
    codes.expire_due(week_later)
    codes.reissue(terminal, by=owner_of(terminal.merchant), now=week_later)
    RegistrationCode.objects.filter(status="issued").update(wrong_tries=5)
    code_of(terminal).lock(by=User.objects.system("device"), now=week_later)

    codes.reissue(terminal, by=owner_of(terminal.merchant), now=week_later)

    assert list(terminal.codes.order_by("id").values_list("status", flat=True)) == [
        "expired",
        "revoked",
        "issued",
    ]


def test_five_new_codes_in_24_hours_and_not_six():
    terminal, now = provisioned(), clock.now()
    owner = owner_of(terminal.merchant)
    for minute in range(5):
        codes.reissue(terminal, by=owner, now=now + timedelta(minutes=minute))

    assert refusal(lambda: codes.reissue(terminal, by=owner, now=now + timedelta(hours=23))) == "no_reissue"
    assert codes.reissue(terminal, by=owner, now=now + timedelta(hours=24, minutes=1))


@pytest.mark.parametrize(
    ("role", "may"), [("reviewer", True), ("supervisor", True), ("risk", False), ("support", False)]
)
def test_who_of_the_staff_may_have_a_new_code_made(role, may):
    terminal = provisioned()
    of_branch, of_another = StaffFactory(role=role, branch=terminal.branch), StaffFactory(role=role)

    assert (codes.reissue_objection(terminal, by=of_branch, now=clock.now()) == "") == may
    assert codes.reissue_objection(terminal, by=of_another, now=clock.now())


def test_only_a_terminal_that_waits_can_have_a_new_code():
    terminal, _done = activated()

    assert (
        refusal(lambda: codes.reissue(terminal, by=owner_of(terminal.merchant), now=clock.now()))
        == "no_reissue"
    )


@pytest.mark.parametrize(("role", "may"), [("reviewer", True), ("risk", True), ("support", False)])
def test_who_of_the_staff_may_take_a_code_back(role, may):
    terminal = provisioned()
    person, code = StaffFactory(role=role, branch=terminal.branch), code_of(terminal)

    if may:
        codes.revoke(code, by=person, now=clock.now(), note="可疑")
    else:
        assert refusal(lambda: codes.revoke(code, by=person, now=clock.now(), note="可疑")) == "not_yours"

    code.refresh_from_db()
    assert code.status == ("revoked" if may else "issued")
    assert (code.sealed is None) == may


def test_the_sweep_expires_what_is_due_and_wipes_it():
    due, fresh = provisioned(now=clock.now() - timedelta(days=8)), provisioned()

    assert codes.expire_due(clock.now()) == 1
    assert codes.expire_due(clock.now()) == 0
    assert (code_of(due).status, code_of(due).sealed) == ("expired", None)
    assert code_of(fresh).status == "issued"


def test_equal_digits_on_two_devices_look_different():
    assert codes.digest_of("P2A1", "407193528616") != codes.digest_of("P2A2", "407193528616")


def test_wrong_digits_are_well_formed():
    right = digits_of(provisioned())

    assert luhn.is_valid(wrong_digits(right))
    assert wrong_digits(right) != right
