from itertools import islice

import pytest

from config.kernel import clock
from config.kernel.history import changes_of
from config.kernel.lifecycle import Refused
from config.kernel.numbering import draw_number
from merchants.models import Merchant
from terminals.models import Binding, Device, RegistrationCode, RiskCase, Terminal
from terminals.provisioning import DeviceLiveElsewhere, numbers, provision
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.merchants.blacklist import listed
from tests.merchants.factories import onboarded
from tests.terminals.factories import DeviceFactory, DeviceModelFactory, placement, provisioned

pytestmark = pytest.mark.django_db


def attempt(line, merchant, number="SQ-1"):
    [terminal] = provision(
        [line],
        merchant=merchant,
        application_number=number,
        by=StaffFactory(branch=merchant.branch),
        now=clock.now(),
    )
    return terminal


def refusal_of(line, merchant) -> str:
    with pytest.raises(Refused) as refused:
        attempt(line, merchant)
    assert not Terminal.objects.filter(merchant=merchant).exists()
    assert refused.value.sentence
    return refused.value.code


def test_a_terminal_waits_with_device_binding_and_code():
    merchant = onboarded()
    device = DeviceFactory(branch=merchant.branch)

    terminal = provisioned(merchant=merchant, device=device, label="外卖窗口")

    device.refresh_from_db()
    binding, code = terminal.binding, terminal.codes.get()
    assert terminal.status == Terminal.Status.PENDING_ACTIVATION
    assert terminal.number.isdigit()
    assert len(terminal.number) == 8
    assert terminal.label == "外卖窗口"
    assert device.status == Device.Status.ALLOCATED
    assert (binding.serial_number, binding.merchant_number) == (device.serial_number, merchant.number)
    assert (binding.acquirer_code, binding.holder_identifier) == (
        merchant.branch.acquirer_code,
        merchant.uscc,
    )
    assert (binding.account, binding.address) == (merchant.account_in_use, "示范路 18 号")
    assert (code.status, code.device, code.terminal_number) == ("issued", device, terminal.number)
    assert [change.to_status for change in changes_of(device)] == ["allocated"]


def test_a_micro_merchant_is_bound_by_its_persons_number():
    merchant = onboarded("micro")

    assert provisioned(merchant=merchant).binding.holder_identifier == merchant.responsible_id_number


def test_a_model_is_taken_from_the_stock_of_the_branch_and_those_below():
    merchant, model = onboarded(), DeviceModelFactory()
    below = BranchFactory(parent=merchant.branch)
    DeviceFactory(model=model)
    wanted = DeviceFactory(model=model, branch=below)

    terminal = attempt(placement(device_model=model), merchant)

    assert terminal.binding.device == wanted
    assert refusal_of_second(model, merchant) == "out_of_stock"


def refusal_of_second(model, merchant) -> str:
    with pytest.raises(Refused) as refused:
        attempt(placement(device_model=model), merchant)
    return refused.value.code


def test_the_longest_waiting_device_goes_first():
    merchant, model = onboarded(), DeviceModelFactory()
    first, _second = (DeviceFactory(model=model, branch=merchant.branch) for _ in range(2))

    assert attempt(placement(device_model=model), merchant).binding.device == first


def test_a_device_on_the_blacklist_is_never_given_out_from_stock():
    merchant, model = onboarded(), DeviceModelFactory()
    struck, sound = DeviceFactory.create_batch(2, model=model, branch=merchant.branch)
    listed("serial", struck.serial_number.lower())

    assert attempt(placement(device_model=model), merchant).binding.device == sound

    assert refusal_of_second(model, merchant) == "out_of_stock"
    struck.refresh_from_db()
    assert struck.status == Device.Status.IN_STOCK


def test_an_entry_that_is_not_in_force_keeps_no_device_back():
    merchant, model = onboarded(), DeviceModelFactory()
    device = DeviceFactory(model=model, branch=merchant.branch)
    listed("serial", device.serial_number, days=(1, None))

    assert attempt(placement(device_model=model), merchant).binding.device == device


@pytest.mark.parametrize("ownership", Device.Ownership.values)
def test_a_device_on_the_blacklist_is_not_given_out_by_name_either(ownership):
    """Also the merchant's own one, which nobody has in the estate yet."""
    merchant, model = onboarded(), DeviceModelFactory()
    serial = "P2A777777777"
    if ownership == Device.Ownership.BANK:
        DeviceFactory(serial_number=serial, model=model, branch=merchant.branch)
    entry = listed("serial", serial)
    line = placement(device_model=model, serial_number=serial, ownership=ownership)

    with pytest.raises(Refused) as refused:
        attempt(line, merchant)

    assert refused.value.code == "device_blacklisted"
    assert entry.number in refused.value.sentence
    assert serial not in refused.value.sentence
    assert not Binding.objects.filter(serial_number=serial).exists()


def test_a_merchants_own_certified_device_joins_the_estate():
    merchant, model = onboarded(), DeviceModelFactory()

    terminal = attempt(
        placement(serial_number="OWN12345678", device_model=model, ownership=Device.Ownership.MERCHANT),
        merchant,
    )

    device = terminal.binding.device
    assert (device.ownership, device.branch, device.model) == ("merchant", merchant.branch, model)


def test_an_unknown_serial_number_of_the_bank_is_refused():
    assert refusal_of(placement(serial_number="UNKNOWN1"), onboarded()) == "serial_not_in_estate"


def test_a_merchants_own_device_needs_a_certified_model():
    line = placement(serial_number="UNKNOWN1", ownership=Device.Ownership.MERCHANT)

    assert refusal_of(line, onboarded()) == "model_unknown"


def test_a_device_that_is_not_in_stock_is_refused():
    merchant = onboarded()
    device = DeviceFactory(branch=merchant.branch)
    device.scrap(by=StaffFactory(), now=clock.now(), note="摔坏")

    assert refusal_of(placement(device=device), merchant) == "device_not_in_stock"


def test_a_device_of_another_branch_is_refused_and_one_of_head_office_is_not():
    merchant = onboarded(branch=BranchFactory(parent=BranchFactory()))
    head_office = merchant.branch.parent

    assert refusal_of(placement(device=DeviceFactory()), merchant) == "device_of_other_branch"
    assert attempt(placement(device=DeviceFactory(branch=head_office)), merchant)


def test_a_device_that_works_elsewhere_opens_a_risk_case_and_says_nothing_of_it():
    live = provisioned()
    serial = live.binding.serial_number
    other = onboarded(branch=live.branch)

    with pytest.raises(Refused) as refused:
        attempt(placement(device=live.binding.device), other, number="SQ-2")

    case = RiskCase.objects.get()
    assert (case.kind, case.serial_number, case.application_number) == (
        "serial_active_elsewhere",
        serial,
        "SQ-2",
    )
    for secret in (serial, live.merchant.number, live.number, str(live.merchant)):
        assert secret not in refused.value.sentence
    assert Binding.objects.filter(valid_to=None).count() == 1


def test_the_risk_case_outlives_the_step_that_was_undone():
    """An approval is undone with everything it wrote; what the risk desk must know stays."""
    live, other = provisioned(), onboarded()

    with (
        pytest.raises(DeviceLiveElsewhere),
        other.moving_to(Merchant.Status.SUSPENDED, by=StaffFactory(), now=clock.now()),
    ):
        Merchant.objects.filter(pk=other.pk).update(trading_name="未发生")
        attempt(placement(device=live.binding.device), other)

    other.refresh_from_db()
    assert (other.status, other.trading_name) == ("active", "晴川便利店")
    assert RiskCase.objects.count() == 1


def test_a_merchant_that_is_not_active_gets_no_terminal():
    merchant = onboarded()
    with merchant.moving_to(Merchant.Status.SUSPENDED, by=StaffFactory(), now=clock.now()):
        pass

    assert (
        refusal_of(placement(device=DeviceFactory(branch=merchant.branch)), merchant) == "merchant_not_active"
    )


def test_the_number_of_a_terminal_that_has_ended_is_not_given_again():
    first = provisioned()
    first.cancel(by=StaffFactory(branch=first.branch), now=clock.now(), note="不办了")
    another = Terminal.objects.get(pk=first.pk)
    another.pk = None

    draw_number(another, iter([first.number, "00000042", "00000007"]))

    assert Terminal.objects.get(pk=another.pk).number == "00000042"
    assert all(len(number) == 8 and number.isdigit() for number in islice(numbers(), 50))


def test_slips_are_numbered_without_gaps_within_a_branch_and_year():
    merchant = onboarded()
    for _ in range(3):
        provisioned(merchant=merchant)
    year = clock.today().year

    numbers = RegistrationCode.objects.order_by("id").values_list("slip_number", flat=True)
    assert list(numbers) == [f"HZ-{merchant.branch.code}-{year}-{n:05d}" for n in (1, 2, 3)]
