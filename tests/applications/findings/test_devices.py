"""Devices asked for: what the approval would refuse, and who else asks for them."""

import pytest

from applications.models import ApplicationTerminal
from config.kernel import clock
from terminals.models import Device
from tests.accounts.factories import BranchFactory
from tests.applications.factories import RegistrationFactory
from tests.applications.findings.cases import (
    NOTHING_IN_COMMON,
    answers_of,
    ask_for,
    case_of,
    found,
    levels,
    line,
    shows,
)
from tests.merchants.factories import onboarded
from tests.terminals.factories import DeviceModelFactory, provisioned

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return case_of()


def device_of(case) -> Device:
    return Device.objects.get(serial_number=line(case).serial_number)


DEVICE = "placement:1:device"


def test_a_device_in_the_stock_of_the_branch_passes(case):
    shows(case, "device_in_estate", "ok", DEVICE)


def test_a_device_that_works_for_somebody(case):
    provisioned(device=device_of(case), merchant=onboarded(branch=case.branch))

    shows(case, "device_bound", "bad", DEVICE)


def test_a_device_that_this_application_gave_out_passes():
    approved = RegistrationFactory(state="approved")

    shows(approved, "device_bound_here", "ok", DEVICE)


@pytest.mark.parametrize(
    ("ownership", "has_model", "code", "level"),
    [
        ("bank", True, "device_unknown", "bad"),
        ("merchant", False, "device_model_unknown", "bad"),
        ("merchant", True, "device_joins", "ok"),
    ],
)
def test_a_device_that_the_estate_does_not_know(case, ownership, has_model, code, level):
    model = DeviceModelFactory() if has_model else None
    ask_for(case, serial_number="P2A999999999", ownership=ownership, device_model=model)

    shows(case, code, level, DEVICE)


def test_a_serial_number_that_cannot_be_one(case):
    ask_for(case, serial_number="12345")

    shows(case, "device_serial_shape", "bad", DEVICE)


@pytest.mark.parametrize(
    ("verb", "said"), [("allocate", {}), ("send_to_repair", {"note": "x"}), ("report_lost", {"note": "x"})]
)
def test_a_device_whose_state_forbids_it(case, verb, said):
    getattr(device_of(case), verb)(by=case.applicant, now=clock.now(), **said)

    shows(case, "device_not_usable", "bad", DEVICE)


def test_a_device_of_another_branch(case):
    Device.objects.filter(pk=device_of(case).pk).update(branch=BranchFactory())
    shows(case, "device_of_other_branch", "bad", DEVICE)

    Device.objects.filter(pk=device_of(case).pk).update(branch=BranchFactory(parent=case.branch))
    shows(case, "device_in_estate", "ok", DEVICE)


def test_a_device_of_another_model_than_chosen(case):
    ask_for(case, device_model=DeviceModelFactory())

    shows(case, "device_other_model", "warn", DEVICE)


@pytest.mark.parametrize("how", ["link", "terminal", "line"])
def test_a_device_that_another_open_application_asks_for(case, how):
    serial = line(case).serial_number
    other = RegistrationFactory(answers=answers_of(**NOTHING_IN_COMMON), state="submitted")
    if how == "link":
        ApplicationTerminal.objects.filter(application=other).update(serial_number=serial)
    elif how == "terminal":
        terminal = provisioned(device=device_of(case), merchant=onboarded(branch=case.branch))
        ApplicationTerminal.objects.filter(application=other).update(serial_number="", terminal=terminal)
    else:
        ask_for(other, serial_number=serial)

    shows(case, "device_asked_twice", "warn", DEVICE) if how != "terminal" else None
    assert found(case)["device_asked_twice"][0].see == (other.number,)
    other.withdraw(by=other.applicant, now=clock.now())
    assert levels(case, "device_asked_twice") == set()


def test_a_draft_that_names_the_same_device_is_its_applicants_own(case):
    ask_for(
        RegistrationFactory(answers=answers_of(**NOTHING_IN_COMMON)), serial_number=line(case).serial_number
    )

    assert levels(case, "device_asked_twice") == set()
