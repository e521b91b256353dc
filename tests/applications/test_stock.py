"""A device that one application names is not given to another from stock, also where both move at the same moment."""

import pytest

from applications.models import Registration
from applications.verdicts import all_in_order
from config.kernel import clock
from config.kernel.lifecycle import Refused
from terminals.models import Binding
from tests.accounts.factories import BranchFactory
from tests.applications.factories import RegistrationFactory, consent, reviewer_for
from tests.races import all_at_once
from tests.terminals.factories import DeviceFactory


def by_model(device, *, branch) -> Registration:
    """Under review: it asks for any device of this device's model."""
    registration = RegistrationFactory(branch=branch)
    registration.placements.update(serial_number="", device_model=device.model)
    registration.submit(by=registration.applicant, now=clock.now(), consent=consent())
    registration.claim(by=reviewer_for(registration), now=clock.now())
    return registration


def by_name(device, *, branch) -> Registration:
    """A draft: it asks for this device by its serial number."""
    registration = RegistrationFactory(branch=branch)
    registration.placements.update(serial_number=device.serial_number, device_model=device.model)
    return registration


def submit(registration) -> None:
    registration.submit(by=registration.applicant, now=clock.now(), consent=consent())


def approve(registration) -> None:
    case = Registration.objects.get(pk=registration.pk)
    case.approve(
        by=case.assignee,
        now=clock.now(),
        version=case.version,
        verdicts=all_in_order(case),
        account_verified=True,
    )


def device_of(registration) -> str:
    return Binding.objects.get(application_number=registration.number).serial_number


@pytest.mark.django_db
def test_a_device_that_is_asked_for_by_name_stays_for_whoever_asked():
    branch = BranchFactory()
    device = DeviceFactory(branch=branch)
    named, any_of_them = by_name(device, branch=branch), by_model(device, branch=branch)
    submit(named)

    with pytest.raises(Refused) as refused:
        approve(any_of_them)
    assert refused.value.code == "out_of_stock"

    other = DeviceFactory(branch=branch, model=device.model)
    approve(any_of_them)
    assert device_of(any_of_them) == other.serial_number
    named.claim(by=reviewer_for(named), now=clock.now())
    approve(named)
    assert device_of(named) == device.serial_number


@pytest.mark.django_db
def test_a_name_that_was_taken_back_holds_nothing():
    branch = BranchFactory()
    device = DeviceFactory(branch=branch)
    named, any_of_them = by_name(device, branch=branch), by_model(device, branch=branch)
    submit(named)
    named.withdraw(by=named.applicant, now=clock.now())

    approve(any_of_them)

    assert device_of(any_of_them) == device.serial_number


def promised_twice() -> bool:
    """Whether an approval got the device from stock while an application that names it went in as if it were free."""
    branch = BranchFactory()
    device = DeviceFactory(branch=branch)
    named, any_of_them = by_name(device, branch=branch), by_model(device, branch=branch)

    all_at_once(2, lambda number: approve(any_of_them) if number else submit(named))

    named.refresh_from_db()
    assert named.status == "submitted"
    is_given_out = Binding.objects.filter(serial_number=device.serial_number).exists()
    return is_given_out and named.risk != named.Risk.HIGH


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_putting_a_name_down_and_taking_from_stock_do_not_pass_each_other():
    assert not [number for number in range(20) if promised_twice()]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_locks_they_do(settings):
    settings.RACE_WITHOUT_LOCKS = True

    assert any(promised_twice() for _round in range(40))
