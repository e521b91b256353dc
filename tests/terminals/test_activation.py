import re
from base64 import b64decode
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.kernel import clock
from config.kernel.history import changes_of
from config.kernel.outbox import OutboxMessage
from merchants.models import Merchant
from terminals import codes
from terminals.activation import ActivationRefused, activate, forget_old_attempts
from terminals.models import ActivationAttempt, Device, DeviceKey, RiskCase, Terminal
from terminals.patience import TooManyTries
from tests.accounts.factories import StaffFactory
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import (
    DeviceFactory,
    activated,
    code_of,
    cut_off,
    digits_of,
    provisioned,
    wrong_digits,
)

pytestmark = pytest.mark.django_db


def enter(serial, digits, *, ip="192.0.2.1", now=None):
    return activate(serial_number=serial, registration_code=digits, ip=ip, now=now or clock.now())


def refusal(serial, digits, **given) -> str:
    with pytest.raises(ActivationRefused) as refused:
        enter(serial, digits, **given)
    return refused.value.code


def serial_of(terminal) -> str:
    return code_of(terminal).serial_number


def test_the_right_code_makes_the_terminal_live():
    terminal = provisioned()

    done = enter(serial_of(terminal), digits_of(terminal))

    terminal.refresh_from_db()
    code, device, key = code_of(terminal), terminal.binding.device, DeviceKey.objects.get()
    assert (terminal.status, code.status, device.status) == ("active", "used", "installed")
    assert terminal.activated_at
    assert code.sealed is None
    assert (key.key_id, key.secret, key.device, key.terminal) == (done.key_id, done.secret, device, terminal)
    assert len(b64decode(done.secret)) == 32
    for row in (terminal, code, device):
        assert changes_of(row).first().to_status == row.status
        assert changes_of(row).first().by.system_name == "device"
    message = OutboxMessage.objects.inbox_of(owner_of(terminal.merchant)).get()
    assert message.kind == "terminal_activated"
    assert terminal.number in message.title("en")
    assert not ActivationAttempt.objects.exists()


def test_a_code_works_once():
    terminal, _done = activated()
    serial, code = serial_of(terminal), code_of(terminal)
    code.sealed = None

    first = provisioned(merchant=terminal.merchant)
    digits = digits_of(first)
    enter(serial_of(first), digits)

    assert refusal(serial_of(first), digits) == "code_used"
    assert refusal(serial, digits) == "code_unknown"


def test_wrong_digits_and_an_unknown_device_are_answered_alike():
    terminal = provisioned()
    digits = digits_of(terminal)

    assert refusal("NOSUCHSERIAL", digits) == "code_unknown"
    assert refusal(serial_of(terminal), wrong_digits(digits)) == "code_unknown"
    assert list(ActivationAttempt.objects.values_list("outcome", flat=True)) == [
        "code_unknown",
        "code_unknown",
    ]


def statements_of(act) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        act()
    return [re.sub(r"'[^']*'|\b[0-9]+\b|\"s[0-9_]+x?[0-9]*\"", "?", query["sql"])[:60] for query in queries]


def test_guesses_run_the_same_statements_whatever_exists():
    waiting, used, expired, revoked = provisioned(), activated()[0], provisioned(), provisioned()
    no_code = DeviceFactory()
    digits = "407193528616"
    codes.expire_due(clock.now())
    code_of(expired).expire(by=StaffFactory(), now=clock.now() + timedelta(days=8))
    codes.revoke(code_of(revoked), by=owner_of(revoked.merchant), now=clock.now(), note="")
    serials = [
        "NOSUCHSERIAL",
        no_code.serial_number,
        *(serial_of(row) for row in (waiting, used, expired, revoked)),
    ]

    seen = [statements_of(lambda serial=serial: refusal(serial, digits)) for serial in serials]

    assert all(statements == seen[0] for statements in seen), seen
    assert ActivationAttempt.objects.count() == len(serials)


def test_five_wrong_tries_lock_the_code_for_good():
    terminal = provisioned()
    serial, digits, now = serial_of(terminal), digits_of(terminal), clock.now()

    for step in range(1, 6):
        assert refusal(serial, wrong_digits(digits, differently=step), now=now) == "code_unknown"

    code = code_of(terminal)
    assert (code.status, code.wrong_tries, code.sealed) == ("locked", 5, None)
    assert RiskCase.objects.get().kind == RiskCase.Kind.CODE_LOCKED
    assert refusal(serial, digits, now=now) == "code_locked"
    terminal.refresh_from_db()
    assert terminal.status == Terminal.Status.PENDING_ACTIVATION


def test_four_wrong_tries_leave_a_last_one():
    terminal = provisioned()
    serial, digits = serial_of(terminal), digits_of(terminal)
    for step in range(1, 5):
        refusal(serial, wrong_digits(digits, differently=step))

    assert enter(serial, digits).key_id


def test_wrong_tries_on_one_device_leave_the_others_alone():
    first, second = provisioned(), provisioned()
    for step in range(1, 6):
        refusal(
            serial_of(first),
            wrong_digits(digits_of(first) if step == 1 else "407193528616", differently=step),
        )

    assert enter(serial_of(second), digits_of(second)).key_id


def test_an_expired_code_says_so_and_is_wiped():
    terminal = provisioned()
    serial, digits, late = serial_of(terminal), digits_of(terminal), clock.now() + timedelta(days=7)

    assert refusal(serial, digits, now=late) == "code_expired"
    assert (code_of(terminal).status, code_of(terminal).sealed) == ("expired", None)
    assert refusal(serial, digits, now=late) == "code_expired"


def test_a_replaced_code_says_so():
    terminal = provisioned()
    serial, digits = serial_of(terminal), digits_of(terminal)
    codes.reissue(terminal, by=owner_of(terminal.merchant), now=clock.now())

    assert refusal(serial, digits) == "code_revoked"
    assert enter(serial, digits_of(terminal)).key_id


def test_swapped_slips_of_one_merchant_are_told_and_count_as_a_try():
    first = provisioned()
    second = provisioned(merchant=first.merchant)

    assert refusal(serial_of(first), digits_of(second)) == "serial_mismatch"
    assert code_of(first).wrong_tries == 1
    assert code_of(second).status == "issued"


def test_the_code_of_another_merchant_is_simply_unknown():
    first, second = provisioned(), provisioned()

    assert refusal(serial_of(first), digits_of(second)) == "code_unknown"


def test_a_used_code_of_a_neighbour_is_simply_unknown():
    first = provisioned()
    second = provisioned(merchant=first.merchant)
    digits = digits_of(second)
    enter(serial_of(second), digits)

    assert refusal(serial_of(first), digits) == "code_unknown"


def test_a_merchant_that_is_not_active_is_told_03():
    terminal = provisioned()
    serial, digits = serial_of(terminal), digits_of(terminal)
    with terminal.merchant.moving_to(Merchant.Status.SUSPENDED, by=StaffFactory(), now=clock.now()):
        pass

    with pytest.raises(ActivationRefused) as refused:
        enter(serial, digits)
    assert (refused.value.code, refused.value.response_code) == ("merchant_not_active", "03")


def cancelled(terminal):
    terminal.cancel(by=StaffFactory(), now=clock.now(), note="不办了")


@pytest.mark.parametrize("end", [cancelled, cut_off])
def test_a_stopped_terminal_is_told_58(end):
    terminal = provisioned()
    serial, digits = serial_of(terminal), digits_of(terminal)
    end(terminal)

    with pytest.raises(ActivationRefused) as refused:
        enter(serial, digits)
    assert (refused.value.code, refused.value.response_code) == ("terminal_stopped", "58")


def test_a_lost_device_is_not_activated():
    terminal = provisioned()
    serial, digits = serial_of(terminal), digits_of(terminal)
    terminal.binding.device.report_lost(by=StaffFactory(), now=clock.now(), note="丢失")

    assert refusal(serial, digits) == "serial_not_in_estate"
    assert code_of(terminal).status == "issued"


def test_a_device_bound_elsewhere_meanwhile_is_refused_with_a_risk_case():
    """No verb leads here while the constraints hold; the check is the second line."""
    terminal = provisioned()
    serial, digits = serial_of(terminal), digits_of(terminal)
    other = provisioned()
    terminal.bindings.update(valid_to=clock.now())
    other.bindings.update(device=Device.objects.get(serial_number=serial), serial_number=serial)

    assert refusal(serial, digits) == "serial_active_elsewhere"
    assert RiskCase.objects.get().kind == RiskCase.Kind.SERIAL_ACTIVE_ELSEWHERE
    other.refresh_from_db()
    assert other.status == Terminal.Status.PENDING_ACTIVATION


def test_ten_refusals_in_a_minute_make_an_address_wait_and_no_other():
    terminal, now = provisioned(), clock.now()
    for _ in range(10):
        refusal("NOSUCHSERIAL", "407193528616", ip="198.51.100.7", now=now)

    with pytest.raises(TooManyTries) as refused:
        enter(serial_of(terminal), digits_of(terminal), ip="198.51.100.7", now=now + timedelta(seconds=20))
    assert refused.value.retry_after == 40
    assert ActivationAttempt.objects.count() == 10
    assert enter(serial_of(terminal), digits_of(terminal), ip="192.0.2.1", now=now)


def test_after_the_minute_the_address_may_try_again():
    terminal, now = provisioned(), clock.now()
    for _ in range(10):
        refusal("NOSUCHSERIAL", "407193528616", now=now)

    assert enter(serial_of(terminal), digits_of(terminal), now=now + timedelta(seconds=61))


def test_under_guessing_from_many_addresses_each_has_one_try_and_newcomers_get_through():
    terminal, now = provisioned(), clock.now()
    ActivationAttempt.objects.bulk_create(
        ActivationAttempt(at=now, ip=f"203.0.113.{n % 250}", serial_number="X", outcome="code_unknown")
        for n in range(300)
    )

    with pytest.raises(TooManyTries):
        enter("NOSUCHSERIAL", "407193528616", ip="203.0.113.1", now=now)
    assert enter(serial_of(terminal), digits_of(terminal), ip="192.0.2.1", now=now)


def test_refused_activations_are_forgotten_after_thirty_days():
    now = clock.now()
    refusal("NOSUCHSERIAL", "407193528616", now=now - timedelta(days=31))
    refusal("NOSUCHSERIAL", "407193528616", now=now)

    assert forget_old_attempts(now) == 1
    assert ActivationAttempt.objects.count() == 1


def test_two_terminals_of_one_merchant_have_two_keys():
    merchant = onboarded()
    activated(merchant=merchant)
    activated(merchant=merchant)

    assert DeviceKey.objects.count() == 2
