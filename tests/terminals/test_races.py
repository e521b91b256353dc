"""Many hands at one code, one device, one number. Shown on PostgreSQL: SQLite lets one writer in at a time."""

import pytest
from django.db import connection
from django.test import Client

from config.accounts.models import User
from config.kernel import clock
from config.kernel.history import StatusChange
from config.kernel.lifecycle import Refused
from terminals.activation import ActivationRefused, activate
from terminals.codes import digest_of, reissue
from terminals.models import Binding, Device, DeviceKey, RegistrationCode, Terminal
from terminals.provisioning import provision
from tests.accounts.factories import StaffFactory
from tests.merchants.factories import onboarded, owner_of
from tests.races import all_at_once, without_unique
from tests.terminals import devices
from tests.terminals.factories import (
    DeviceFactory,
    DeviceModelFactory,
    activated,
    code_of,
    cut_off,
    digits_of,
    placement,
    provisioned,
    wrong_digits,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
PEOPLE = 16


def kinds(answers) -> dict[str, int]:
    """How often each outcome occurred: a class of answers, or the code of a refusal."""
    counted: dict[str, int] = {}
    for answer in answers:
        name = answer.code if isinstance(answer, Refused) else type(answer).__name__
        counted[name] = counted.get(name, 0) + 1
    return counted


def activations_at_once(terminal, *, digits=None):
    serial, right = code_of(terminal).serial_number, digits_of(terminal)
    entered = digits or (lambda number: right)
    return all_at_once(
        PEOPLE,
        lambda number: activate(
            serial_number=serial, registration_code=entered(number), ip=f"192.0.2.{number}", now=clock.now()
        ),
    )


def test_sixteen_activations_of_one_code_make_one_terminal_live():
    terminal = provisioned()

    assert kinds(activations_at_once(terminal)) == {"Activation": 1, "code_used": PEOPLE - 1}
    assert DeviceKey.objects.count() == 1
    assert StatusChange.objects.filter(to_status="used").count() == 1


def test_sixteen_requests_over_the_api_get_one_201():
    terminal = provisioned()
    body = {"serial_number": code_of(terminal).serial_number, "registration_code": digits_of(terminal)}

    answers = all_at_once(PEOPLE, lambda number: devices.post(body).status_code)

    assert sorted(answers) == [201] + [409] * (PEOPLE - 1)


def test_sixteen_requests_under_one_key_get_the_same_answer():
    terminal = provisioned()
    body = {"serial_number": code_of(terminal).serial_number, "registration_code": digits_of(terminal)}

    answers = all_at_once(PEOPLE, lambda number: devices.post(body, **{"Idempotency-Key": "k"}))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["device_key"]["secret"] for answer in answers}) == 1


def redeemed_at_once() -> int:
    """How often sixteen hands used up one code."""
    code, by = code_of(provisioned()), User.objects.system("device")
    all_at_once(
        PEOPLE, lambda number: RegistrationCode.objects.get(pk=code.pk).redeem(by=by, now=clock.now())
    )
    return StatusChange.objects.of(code).filter(to_status="used").count()


def test_a_code_is_used_up_once():
    assert redeemed_at_once() == 1


def test_without_locks_a_code_is_used_up_more_than_once(settings):
    """The negative control: the same sixteen hands with the lock switched off."""
    settings.RACE_WITHOUT_LOCKS = True

    assert max(redeemed_at_once() for _ in range(5)) > 1


def test_without_locks_more_than_one_activation_gets_past_the_code(settings):
    """What then still stops the second one is the terminal's own status, one row later."""
    settings.RACE_WITHOUT_LOCKS = True

    answers = [kinds(activations_at_once(provisioned())) for _ in range(5)]

    assert any(set(counted) - {"Activation", "code_used"} for counted in answers), answers


def test_wrong_tries_in_parallel_lock_the_code():
    terminal = provisioned()
    right = digits_of(terminal)

    answers = activations_at_once(terminal, digits=lambda n: wrong_digits(right, differently=n + 1))

    code = code_of(terminal)
    assert kinds(answers) == {"code_unknown": PEOPLE}
    assert (code.status, code.wrong_tries, code.sealed) == ("locked", 5, None)
    assert StatusChange.objects.filter(to_status="locked").count() == 1
    with pytest.raises(ActivationRefused) as refused:
        activate(serial_number=code.serial_number, registration_code=right, ip=None, now=clock.now())
    assert refused.value.code == "code_locked"


def test_wrong_tries_beside_the_right_one_never_leave_a_locked_code_used():
    terminal = provisioned()
    right = digits_of(terminal)

    answers = activations_at_once(
        terminal, digits=lambda n: right if n % 2 else wrong_digits(right, differently=n + 1)
    )

    code, counted = code_of(terminal), kinds(answers)
    terminal.refresh_from_db()
    assert "OperationalError" not in counted
    assert (code.status == "used") == (terminal.status == "active") == (counted.get("Activation", 0) == 1)


def provisions_at_once(device_model, merchants):
    staff = StaffFactory(branch=merchants[0].branch)
    line = placement(device_model=device_model)
    return all_at_once(
        PEOPLE,
        lambda number: provision(
            [line],
            merchant=merchants[number % len(merchants)],
            application_number=f"SQ-{number}",
            by=staff,
            now=clock.now(),
        )[0],
    )


def stock(count):
    """So many devices of one model in stock, and sixteen merchants of the branch."""
    model = DeviceModelFactory()
    first = onboarded()
    for _ in range(count):
        DeviceFactory(model=model, branch=first.branch)
    return model, [first, *(onboarded(branch=first.branch) for _ in range(PEOPLE - 1))]


def test_sixteen_applications_for_the_last_device_get_it_once():
    model, merchants = stock(1)

    assert kinds(provisions_at_once(model, merchants)) == {"Terminal": 1, "out_of_stock": PEOPLE - 1}
    assert Binding.objects.count() == Terminal.objects.count() == RegistrationCode.objects.count() == 1


def test_sixteen_applications_for_sixteen_devices_get_one_each_without_waiting():
    model, merchants = stock(PEOPLE)

    assert kinds(provisions_at_once(model, merchants)) == {"Terminal": PEOPLE}
    assert len(set(Binding.objects.values_list("device", flat=True))) == PEOPLE
    slips = sorted(RegistrationCode.objects.values_list("slip_number", flat=True))
    assert [int(slip[-5:]) for slip in slips] == list(range(1, PEOPLE + 1))


def test_without_locks_the_last_device_is_given_out_more_than_once(settings):
    settings.RACE_WITHOUT_LOCKS = True
    worst = 0
    with without_unique(
        [
            ("terminals_binding", "binding_one_live_per_serial"),
            ("terminals_registrationcode", "terminals_registrationcode_slip_number_key"),
        ]
    ):
        for _ in range(5):
            model, merchants = stock(1)
            worst = max(worst, kinds(provisions_at_once(model, merchants)).get("Terminal", 0))

    assert worst > 1


def test_one_device_by_its_serial_number_is_tied_once():
    merchant = onboarded()
    device, staff = DeviceFactory(branch=merchant.branch), StaffFactory(branch=merchant.branch)
    line = placement(device=device)

    answers = all_at_once(
        PEOPLE,
        lambda number: provision(
            [line], merchant=merchant, application_number=f"SQ-{number}", by=staff, now=clock.now()
        )[0],
    )

    assert kinds(answers) == {"Terminal": 1, "serial_active_elsewhere": PEOPLE - 1}
    assert Device.objects.get().status == "allocated"


def test_a_new_code_and_an_activation_do_not_both_succeed_nor_wait_for_ever():
    for _ in range(5):
        terminal = provisioned()
        serial, right, owner = (
            code_of(terminal).serial_number,
            digits_of(terminal),
            owner_of(terminal.merchant),
        )

        def act(number, *, terminal=terminal, serial=serial, right=right, owner=owner):
            if number % 2:
                return reissue(Terminal.objects.get(pk=terminal.pk), by=owner, now=clock.now())
            return activate(
                serial_number=serial, registration_code=right, ip=f"192.0.2.{number}", now=clock.now()
            )

        counted = kinds(all_at_once(4, act))

        terminal.refresh_from_db()
        assert not {"OperationalError", "IntegrityError"} & set(counted), counted
        assert (counted.get("Activation", 0) == 1) == (terminal.status == "active")
        live = terminal.codes.filter(status="issued").count()
        assert live == (0 if terminal.status == "active" else 1)


def test_a_stop_and_an_activation_never_leave_a_live_terminal_without_a_key():
    for _ in range(5):
        terminal = provisioned()
        serial, right = code_of(terminal).serial_number, digits_of(terminal)

        def act(number, *, terminal=terminal, serial=serial, right=right):
            if number % 2:
                return cut_off(Terminal.objects.get(pk=terminal.pk))
            return activate(
                serial_number=serial, registration_code=right, ip=f"192.0.2.{number}", now=clock.now()
            )

        counted = kinds(all_at_once(2, act))

        terminal.refresh_from_db()
        assert "OperationalError" not in counted, counted
        assert terminal.status == "deactivated"
        assert not terminal.keys.filter(revoked_at=None).exists()


def test_one_sequence_number_is_used_once():
    _terminal, done = activated()
    headers = devices.Device(done.key_id, done.secret).headers(sequence=5)
    answers = all_at_once(PEOPLE, lambda number: Client().get(devices.ME, headers=headers).status_code)

    assert sorted(answers) == [200] + [409] * (PEOPLE - 1)


def test_these_races_run_on_postgresql():
    assert connection.vendor == "postgresql"
    assert digest_of("A", "1") != digest_of("B", "1")
