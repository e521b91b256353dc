"""Which devices an approval gives out: none that another application names, none on the blacklist, also where both move at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from applications.models import Registration
from applications.verdicts import all_in_order
from config.kernel import clock
from config.kernel.lifecycle import Refused
from terminals.models import Binding, Device
from tests.accounts.factories import BranchFactory
from tests.applications.factories import RegistrationFactory, consent, reviewer_for
from tests.merchants.blacklist import listed
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


@pytest.mark.django_db
def test_an_approval_that_names_a_device_on_the_blacklist_is_refused():
    branch = BranchFactory()
    device = DeviceFactory(branch=branch)
    named = by_name(device, branch=branch)
    submit(named)
    named.claim(by=reviewer_for(named), now=clock.now())
    entry = listed("serial", device.serial_number)

    with pytest.raises(Refused) as refused:
        approve(named)

    assert entry.number in refused.value.sentence
    assert not Binding.objects.exists()


@pytest.mark.django_db
def test_an_approval_passes_over_a_device_on_the_blacklist():
    branch = BranchFactory()
    struck = DeviceFactory(branch=branch)
    any_of_them = by_model(struck, branch=branch)
    listed("serial", struck.serial_number)

    with pytest.raises(Refused) as refused:
        approve(any_of_them)

    assert refused.value.code == "out_of_stock"
    assert not Binding.objects.exists()


def somebody_waits_for_me() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone() is not None


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_an_entry_made_while_the_approval_waits_for_the_device_is_seen():
    branch = BranchFactory()
    device = DeviceFactory(branch=branch)
    named = by_name(device, branch=branch)
    submit(named)
    named.claim(by=reviewer_for(named), now=clock.now())

    def approve_elsewhere():
        try:
            return approve(named)
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as colleague:
        with transaction.atomic():
            Device.objects.select_for_update().get(pk=device.pk)
            running = colleague.submit(approve_elsewhere)
            while not somebody_waits_for_me():
                assert not running.done()
            entry = listed("serial", device.serial_number)
        answer = running.result()

    assert isinstance(answer, Refused)
    assert entry.number in answer.sentence
    assert not Binding.objects.exists()
