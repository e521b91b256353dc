"""Returns in every state, each reached through the verbs."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from config.files.models import StoredFile
from config.kernel import clock
from terminals.models import KitItem
from terminals.returns.models import ReturnOrder
from terminals.returns.models.steps import HandedIn, Looked
from terminals.returns.ordering import open_return
from terminals.returns.receipts import issue_receipt
from tests.accounts.factories import StaffFactory
from tests.merchants.factories import onboarded
from tests.terminals.factories import DeviceFactory, activated

SOUND = Looked(
    appearance="good",
    seal_intact=True,
    tamper_marks=False,
    attack_marks=False,
    powers_on=True,
    log_cleared=True,
    keys_destroyed=True,
)
_drawn = count(1)


def storekeeper(order: ReturnOrder | None = None, **given):
    branch = {"branch": order.branch} if order else {}
    return StaffFactory(role="storekeeper", **branch, **given)


def a_file(by=None) -> StoredFile:
    """A row of a picture; what it shows does not matter here."""
    name = f"test/{next(_drawn)}"
    return StoredFile.objects.create(
        display_name="照片.jpg",
        kind="image",
        media_type="image/jpeg",
        size=1,
        sha256="0" * 64,
        width=1,
        height=1,
        original_blob=name,
        view_blob=f"{name}.view",
        view_sha256="0" * 64,
        thumbnail_blob=f"{name}.thumbnail",
        thumbnail_sha256="0" * 64,
        uploaded_by=by or StaffFactory(),
        uploaded_at=clock.now(),
    )


def stopping(*, ownership: str = "bank", merchant=None, terminal=None, now=None):
    """A terminal that only settles, with its device called back; a charger and two cables went out with it.

    A terminal that is given is in use already, with the kit it went out with.
    """
    if terminal is not None:
        return _wound_up(terminal, terminal.bindings.get(valid_to=None).device, now)
    merchant = merchant or onboarded()
    device = DeviceFactory(branch=merchant.branch, ownership=ownership)
    KitItem.objects.create(model=device.model, piece="terminal", price_fen=1200_00)
    KitItem.objects.create(model=device.model, piece="charger", price_fen=60_00)
    KitItem.objects.create(model=device.model, piece="cable", quantity=2, price_fen=15_00)
    terminal, _done = activated(merchant=merchant, device=device, now=now)
    return _wound_up(terminal, device, now)


def _wound_up(terminal, device, now):
    terminal.wind_up(by=StaffFactory(), now=now or clock.now(), note="停用")
    device.refresh_from_db()
    return terminal, device


def ended(terminal) -> None:
    """Nothing ties the device any more."""
    terminal.cut_off(by=StaffFactory(), together_with=StaffFactory(), now=clock.now(), note="停用")


def asked_back(*, way="branch", due_in=10, now=None, **given) -> ReturnOrder:
    now = now or clock.now()
    terminal, device = stopping(now=now, **given)
    return open_return(
        terminal,
        device,
        way=way,
        address="示范路 18 号示范支行库房",
        due_on=clock.local_date(now + timedelta(days=due_in)),
        application_number="TY-20260911-000001",
        by=StaffFactory(branch=terminal.branch),
        now=now,
    )


def line_of(order, piece):
    return order.lines.get(piece=piece)


def whole(order) -> list[HandedIn]:
    """Everything that is still awaited, in good order."""
    return [
        HandedIn(line.pk, quantity=line.awaited, serial_read=line.serial_number)
        for line in order.lines.awaited()
    ]


def only(order, piece, **said) -> HandedIn:
    line = line_of(order, piece)
    given = {"quantity": line.awaited, "serial_read": line.serial_number} | said
    return HandedIn(line.pk, **given)


def returned(state: str, **given) -> ReturnOrder:
    """A return in this state."""
    order = asked_back(**given)
    clerk, now = storekeeper(order), clock.now()
    match state:
        case "sent":
            order.announce(way="branch", by=clerk, now=now)
        case "part_received":
            order.receive([only(order, "terminal")], by=clerk, now=now)
        case "received":
            order.receive(whole(order), by=clerk, now=now)
        case "closed":
            order.receive(whole(order), by=clerk, now=now)
            ended(order.terminal)
            order.inspect(SOUND, outcome="handed_back" if order.is_inspection else "stock", by=clerk, now=now)
            issue_receipt(order, by=clerk, now=now)
            order.close(by=clerk, now=now)
        case "written_off":
            order.report_lost(police_receipt=a_file(), note="店铺被盗", by=clerk, now=now)
            order.write_off(by=storekeeper(order), now=now, note="已核对报案回执")
        case "called_off":
            order.call_off(by=clerk, now=now, note="停用已撤销")
    assert order.status == state
    return order
