"""Devices as rows; terminals, bindings and codes only through the verbs."""

from __future__ import annotations

from types import SimpleNamespace

import factory
from factory.django import DjangoModelFactory
from stdnum import luhn

from config.kernel import clock
from merchants.models import Division
from terminals import codes
from terminals.activation import activate
from terminals.models import Device, DeviceModel, SuspensionReason
from terminals.provisioning import provision
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.merchants.factories import onboarded, owner_of


class DeviceModelFactory(DjangoModelFactory):
    class Meta:
        model = DeviceModel

    vendor = "示例"
    name = factory.Sequence(lambda n: f"P{n}")
    device_type = "04"
    network_licence = "P3100"


class DeviceFactory(DjangoModelFactory):
    """A device of the bank in stock."""

    class Meta:
        model = Device

    serial_number = factory.Sequence(lambda n: f"P2A{n:09d}")
    model = factory.SubFactory(DeviceModelFactory)
    branch = factory.SubFactory(BranchFactory)
    joined_at = factory.LazyFunction(clock.now)


def placement(*, device=None, **changed) -> SimpleNamespace:
    """A line of an application: this device, or one by model from the stock."""
    asked = {
        "serial_number": device.serial_number if device else "",
        "device_model": device.model if device else None,
        "ownership": Device.Ownership.BANK,
        "division": Division.objects.get(pk="310115"),
        "address": "示范路 18 号",
        "latitude": None,
        "longitude": None,
        "coord_system": "",
        "label": "收银台",
        "is_mobile": False,
        "use_area": "",
        "is_spare": False,
        "connection": "mobile",
        "bound_phone": "",
        "services": ["sale", "void"],
        "limit_single_fen": 5_000_000,
        "limit_day_fen": 20_000_000,
    }
    return SimpleNamespace(**asked | changed)


def provisioned(
    *, merchant=None, device=None, application_number="SQ-20260911-003824", by=None, now=None, **line
):
    """A terminal waiting for its activation, with a code in force."""
    merchant = merchant or onboarded()
    device = device or DeviceFactory(branch=merchant.branch)
    [terminal] = provision(
        [placement(device=device, **line)],
        merchant=merchant,
        application_number=application_number,
        by=by or StaffFactory(branch=merchant.branch),
        now=now or clock.now(),
    )
    return terminal


def code_of(terminal):
    """The newest code of the terminal."""
    return terminal.codes.order_by("-id").first()


def digits_of(terminal, *, now=None) -> str:
    """The digits as the merchant's owner collects them."""
    return codes.collect(code_of(terminal), by=owner_of(terminal.merchant), now=now or clock.now())


def activated(*, now=None, **given):
    """A terminal in use: its terminal, and what its device was told."""
    terminal = provisioned(now=now, **given)
    done = activate(
        serial_number=code_of(terminal).serial_number,
        registration_code=digits_of(terminal, now=now),
        ip="192.0.2.1",
        now=now or clock.now(),
    )
    terminal.refresh_from_db()
    return terminal, done


def wrong_digits(right: str, *, differently: int = 1) -> str:
    """Well-formed digits that are not these."""
    front = f"{(int(right[:11]) + differently) % 10**11:011d}"
    return front + luhn.calc_check_digit(front)


def reason_to_suspend(*, needs_second: bool = False) -> SuspensionReason:
    """A reason of the catalogue that people give, with or without a second person for the release."""
    return SuspensionReason.objects.filter(needs_second=needs_second, needs_notice=False).first()


def cut_off(terminal) -> None:
    """Stopped at once by two people, as in an emergency."""
    terminal.cut_off(by=StaffFactory(), together_with=StaffFactory(), now=clock.now(), note="停用")
