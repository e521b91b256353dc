"""The bank's device models and stock. Makes and serial numbers are invented."""

from __future__ import annotations

from datetime import datetime

from applications.demo import people
from applications.demo.branches import JINGAN, NANSHAN, PUDONG
from config.accounts.models import Branch, Role
from terminals.estate import import_devices
from terminals.models import Device, DeviceModel, KitItem
from terminals.models.device import DeviceType

VENDOR = "松果"
SMART, CLASSIC, MINI = "P2", "C1", "M1"
# name, kind, network licence, offered, deposit in fen
_MODELS = [
    (SMART, DeviceType.SMART_POS, "P3100", True, 20_000),
    (CLASSIC, DeviceType.CLASSIC_POS, "P3101", True, 10_000),
    (MINI, DeviceType.MPOS, "P3102", True, 0),
    ("C0", DeviceType.CLASSIC_POS, "P2990", False, 10_000),
]
# What goes out with every device of a model: piece, how many, price when new in fen.
_KITS = {
    SMART: [("terminal", 1, 1_200_00), ("charger", 1, 60_00), ("base", 1, 280_00), ("cable", 1, 15_00)],
    CLASSIC: [("terminal", 1, 800_00), ("charger", 1, 45_00), ("cable", 2, 15_00)],
}
# Every branch that serves merchants has every model on offer: nobody's first application fails for want of stock.
# branch, model, first serial number, how many
_STOCK = [
    (PUDONG, SMART, "P2A004172200", 40),
    (PUDONG, CLASSIC, "C1B007310100", 24),
    (PUDONG, MINI, "M1C000511000", 24),
    (JINGAN, SMART, "P2A004172300", 24),
    (JINGAN, CLASSIC, "C1B007310200", 12),
    (JINGAN, MINI, "M1C000512000", 12),
    (NANSHAN, SMART, "P2A004172400", 24),
    (NANSHAN, CLASSIC, "C1B007310300", 12),
    (NANSHAN, MINI, "M1C000513000", 12),
]
NOT_IN_USE = ("C1B007310120", "C1B007310121", "C1B007310122")


def model(name: str) -> DeviceModel:
    return DeviceModel.objects.get(vendor=VENDOR, name=name)


def fill_stock(*, now: datetime) -> None:
    """Certified models are listed with their kits and each branch has its devices; what is there already stays as it is."""
    for name, kind, licence, is_offered, deposit in _MODELS:
        DeviceModel.objects.get_or_create(
            vendor=VENDOR,
            name=name,
            defaults={
                "device_type": kind,
                "network_licence": licence,
                "is_offered": is_offered,
                "deposit_fen": deposit,
            },
        )
    for name, pieces in _KITS.items():
        for piece, quantity, price in pieces:
            given = {"quantity": quantity, "price_fen": price}
            KitItem.objects.get_or_create(model=model(name), piece=piece, defaults=given)
    present = set(Device.objects.values_list("serial_number", flat=True))
    for branch, name, first, count in _STOCK:
        missing = [serial for serial in serials_from(first, count) if serial not in present]
        if missing:
            _import(missing, name, branch, now)


def serials_from(first: str, count: int) -> list[str]:
    front, number = first[:3], int(first[3:])
    return [f"{front}{number + step:09d}" for step in range(count)]


def _import(serials: list[str], name: str, branch: str, now: datetime) -> None:
    listed = "\n".join(["serial_number,model,vendor", *(f"{serial},{name},{VENDOR}" for serial in serials)])
    report = import_devices(
        listed, branch=Branch.objects.get(code=branch), by=people.staff(Role.STOREKEEPER), now=now
    )
    if report.errors:
        raise ValueError(f"The stock of the demonstration is refused: {report.errors[0].sentence}")
