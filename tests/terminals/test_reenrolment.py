"""A stopped device refuses every code until it was inspected, or two people allow it exactly one issue."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from config.kernel import clock
from config.kernel.constraints import broken_constraint
from config.kernel.lifecycle import Refused
from terminals import reenrolment
from terminals.models import Device, ReenrolmentAllowance, Terminal
from tests.accounts.factories import StaffFactory
from tests.merchants.factories import onboarded
from tests.races import all_at_once
from tests.terminals.factories import activated, cut_off, provisioned

pytestmark = pytest.mark.django_db


def clerk(role="storekeeper", **given):
    return StaffFactory(role=role, **given)


def stopped(*, merchant=None) -> Device:
    """A device whose terminal has ended, back in the store room without a look at it."""
    terminal, _done = activated(merchant=merchant)
    device = terminal.binding.device
    cut_off(terminal)
    device.refresh_from_db()
    device.take_back(by=clerk(), now=clock.now())
    device.restock(by=clerk(), now=clock.now())
    return device


def allowed(device, *, by=None) -> ReenrolmentAllowance:
    allowance = reenrolment.grant(device, reason="旺季急用", by=by or clerk(), now=clock.now())
    reenrolment.confirm(allowance, by=clerk("risk"), now=clock.now())
    return allowance


def refusal(device, *, merchant=None, now=None) -> str:
    try:
        provisioned(merchant=merchant or onboarded(branch=device.branch), device=device, now=now)
    except Refused as refused:
        return refused.code
    return ""


def test_a_stopped_device_refuses_a_code():
    device = stopped()

    assert device.status == "in_stock"
    assert refusal(device) == "terminal_stopped"
    assert not Device.objects.in_stock().exists()


def test_inspected_into_stock_it_is_free_again():
    device = stopped()
    device.send_to_repair(by=clerk(), now=clock.now())
    device.restock(by=clerk(), now=clock.now(), is_inspected=True)

    assert refusal(device) == ""


def test_an_allowance_permits_exactly_one_issue_and_stopping_arms_the_block_again():
    merchant = onboarded()
    device = stopped(merchant=merchant)
    allowance = allowed(device)

    assert refusal(device, merchant=merchant) == ""
    allowance.refresh_from_db()
    assert allowance.spent_at
    assert allowance.spent_for == "SQ-20260911-003824"

    terminal = Terminal.objects.latest("pk")
    device.refresh_from_db()
    device.install(by=clerk(), now=clock.now())
    cut_off(terminal)
    device.refresh_from_db()
    device.take_back(by=clerk(), now=clock.now())
    device.restock(by=clerk(), now=clock.now())

    assert refusal(device, merchant=merchant) == "terminal_stopped"


def test_an_allowance_of_before_the_stop_is_none():
    device = stopped()
    allowed(device)
    device.report_lost(by=clerk(), now=clock.now(), note="找不到")
    device.take_back(by=clerk(), now=clock.now())

    assert refusal(device) == "terminal_stopped"
    assert reenrolment.objection_to_grant(device, by=clerk(), now=clock.now()) == ""


@pytest.mark.parametrize("superuser", [False, True])
def test_who_grants_does_not_confirm(superuser):
    person, device = clerk("risk", is_superuser=superuser), stopped()
    allowance = reenrolment.grant(device, reason="旺季急用", by=person, now=clock.now())

    with pytest.raises(Refused, match="."):
        reenrolment.confirm(allowance, by=person, now=clock.now())

    assert refusal(device) == "terminal_stopped"


@pytest.mark.parametrize("role", ["reviewer", "auditor", "administrator"])
def test_other_roles_neither_grant_nor_confirm(role):
    device = stopped()
    with pytest.raises(Refused):
        reenrolment.grant(device, reason="急用", by=clerk(role), now=clock.now())
    allowance = reenrolment.grant(device, reason="急用", by=clerk(), now=clock.now())
    with pytest.raises(Refused):
        reenrolment.confirm(allowance, by=clerk(role), now=clock.now())


def test_after_its_time_an_allowance_is_none_and_a_new_one_can_be_granted():
    device = stopped()
    old = allowed(device)
    later = clock.now() + timedelta(days=8)

    with pytest.raises(Refused, match=device.serial_number):
        reenrolment.spend(device, application_number="", by=clerk(), now=later)
    new = reenrolment.grant(device, reason="再次急用", by=clerk(), now=later)

    old.refresh_from_db()
    assert (old.lapsed_at, new.lapsed_at) == (later, None)


def test_a_device_that_is_not_stopped_or_not_there_needs_none():
    terminal, _done = activated()
    device = terminal.binding.device

    assert reenrolment.objection_to_grant(device, by=clerk(), now=clock.now())
    cut_off(terminal)
    device.refresh_from_db()
    assert reenrolment.objection_to_grant(device, by=clerk(), now=clock.now())


def breaks(name, write):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert broken_constraint(error.value).name == name


def change(row, **values):
    return lambda: type(row).objects.filter(pk=row.pk).update(**values)


def test_allowance_by_two():
    allowance = allowed(stopped())

    breaks("allowance_by_two", change(allowance, checker=allowance.granted_by))


def test_allowance_spent_confirmed():
    allowance = reenrolment.grant(stopped(), reason="急用", by=clerk(), now=clock.now())

    breaks("allowance_spent_confirmed", change(allowance, spent_at=clock.now()))


def test_allowance_one_at_a_time():
    allowance = allowed(stopped())
    allowance.pk = None

    breaks("allowance_one_at_a_time", lambda: allowance.save(force_insert=True))


def test_at_the_desk_one_asks_and_another_confirms():
    device = stopped()
    first, second = (clerk(role, branch=device.branch) for role in ("storekeeper", "supervisor"))
    page = f"/admin/terminals/device/{device.pk}/"

    def post(person, noun, **said):
        browser = Client()
        browser.force_login(person)
        return browser.post(f"{page}{noun}/", said).status_code

    assert post(first, "allowance", **{"allowance-reason": ""}) == 200
    assert post(first, "allowance", **{"allowance-reason": "旺季急用"}) == 302
    assert post(first, "allowance-confirmation") == 409
    assert post(second, "allowance-confirmation") == 302

    assert refusal(device) == ""


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_locks", [True, False])
def test_spent_at_once_it_is_spent_once(settings, with_locks):
    """Also without the lock on the device: the update that counts is conditional."""
    settings.RACE_WITHOUT_LOCKS = not with_locks
    device = stopped()
    allowed(device)
    person = clerk()

    def spend(number):
        mine = Device.objects.get(pk=device.pk)
        with transaction.atomic():
            reenrolment.spend(
                mine, application_number=f"SQ-20260911-00000{number}", by=person, now=clock.now()
            )

    answers = all_at_once(6, spend)

    assert sum(answer is None for answer in answers) == 1
    assert all(isinstance(answer, Refused) for answer in answers if answer is not None)
