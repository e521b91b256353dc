"""What a terminal is given is on its list from the moment it is provisioned."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.constraints import broken_constraint
from terminals import kit
from terminals.models import IssuedItem, KitItem
from tests.accounts.factories import StaffFactory
from tests.merchants.factories import onboarded
from tests.terminals.factories import DeviceFactory, activated, provisioned

pytestmark = pytest.mark.django_db


def with_kit(merchant=None, **device):
    """A device in stock of a model whose kit holds a charger and two cables."""
    device = DeviceFactory(**({"branch": merchant.branch} if merchant else {}), **device)
    KitItem.objects.create(model=device.model, piece="cable", quantity=2, price_fen=15_00)
    KitItem.objects.create(model=device.model, piece="charger", price_fen=60_00)
    KitItem.objects.create(model=device.model, piece="terminal", price_fen=1200_00)
    return device


def listed(terminal):
    return [
        (item.piece, item.serial_number, item.quantity, item.price_fen)
        for item in terminal.issued_items.all()
    ]


def test_a_terminal_is_given_its_device_the_kit_and_the_sim_card_in_it():
    merchant = onboarded()
    device = with_kit(merchant, sim_iccid="89860012345678901234")

    terminal = provisioned(merchant=merchant, device=device)

    assert listed(terminal) == [
        ("terminal", device.serial_number, 1, 1200_00),
        ("charger", "", 1, 60_00),
        ("cable", "", 2, 15_00),
        ("sim", "89860012345678901234", 1, 0),
    ]


def test_with_a_device_of_its_own_a_merchant_is_given_nothing():
    merchant = onboarded()
    device = with_kit(merchant, ownership="merchant", sim_iccid="89860012345678901234")

    terminal = provisioned(merchant=merchant, device=device)

    assert listed(terminal) == [("terminal", device.serial_number, 1, 0)]


def test_later_changes_of_the_kit_do_not_change_what_was_given():
    merchant = onboarded()
    device = with_kit(merchant)
    terminal = provisioned(merchant=merchant, device=device)

    device.model.kit.all().delete()

    assert len(kit.given_with(terminal, device, now=clock.now())) == 3


def test_where_nothing_was_put_down_the_kit_of_today_counts():
    merchant = onboarded()
    device = with_kit(merchant)
    terminal = provisioned(merchant=merchant, device=device)
    IssuedItem.objects.all().delete()

    assert [item.piece for item in kit.given_with(terminal, device, now=clock.now())] == [
        "terminal",
        "charger",
        "cable",
    ]


def test_what_never_left_is_not_out():
    terminal = provisioned()

    terminal.cancel(by=StaffFactory(), now=clock.now(), note="不再需要")

    assert terminal.issued_items.count() == 1
    assert not terminal.issued_items.out().exists()


def test_what_was_in_use_stays_out_after_the_end_of_its_terminal():
    terminal, _done = activated()

    terminal.wind_up(by=StaffFactory(), now=clock.now(), note="停用")

    assert terminal.issued_items.out().count() == 1


def breaks(name, write):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert broken_constraint(error.value).name == name


def test_kit_item_once():
    model = with_kit().model

    breaks("kit_item_once", lambda: KitItem.objects.create(model=model, piece="cable"))


def test_kit_item_some():
    model = with_kit().model

    breaks("kit_item_some", lambda: KitItem.objects.create(model=model, piece="base", quantity=0))


def given_twice(**changed):
    item = provisioned().issued_items.get()
    item.pk = None
    for name, value in changed.items():
        setattr(item, name, value)
    return lambda: item.save(force_insert=True)


def test_issued_item_once():
    breaks("issued_item_once", given_twice())


def test_issued_item_some():
    breaks("issued_item_some", given_twice(piece="base", quantity=0))


def formset(*rows) -> dict:
    said = {"kit-TOTAL_FORMS": len(rows), "kit-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        said |= {f"kit-{number}-{name}": value for name, value in row.items()}
    return said


@pytest.mark.parametrize(("role", "may"), [("storekeeper", True), ("reviewer", False)])
def test_the_storekeeper_edits_the_kit_of_a_model(role, may):
    model, browser = DeviceFactory().model, Client()
    browser.force_login(StaffFactory(role=role))
    said = {
        "vendor": model.vendor,
        "name": model.name,
        "device_type": "04",
        "network_licence": "P3100",
        "deposit_fen": "0",
        "is_offered": "on",
    } | formset({"piece": "charger", "quantity": "1", "price_fen": "60.50"})

    answer = browser.post(f"/admin/terminals/devicemodel/{model.pk}/change/", said)

    assert answer.status_code == (302 if may else 405)
    assert list(model.kit.values_list("piece", "price_fen")) == ([("charger", 60_50)] if may else [])
    assert AuditEvent.objects.filter(action="kit_changed").exists() == may
