from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from config.kernel import clock
from terminals.models import DeviceKey
from tests.accounts.factories import StaffFactory
from tests.terminals.devices import ME, Device
from tests.terminals.factories import activated, cut_off, reason_to_suspend

pytestmark = pytest.mark.django_db


@pytest.fixture
def terminal_and_device():
    terminal, done = activated()
    return terminal, Device(done.key_id, done.secret)


@pytest.fixture
def device(terminal_and_device) -> Device:
    return terminal_and_device[1]


def refusal(response) -> str:
    return response.json()["error"]["code"]


def test_a_terminal_learns_what_it_is_and_may_do(terminal_and_device):
    terminal, device = terminal_and_device

    response = device.me()

    facts = response.json()
    assert response.status_code == 200
    assert (facts["terminal_number"], facts["status"]) == (terminal.number, "active")
    assert facts["allowed"] == ["sale", "void", "settlement", "reversal"]
    assert datetime.fromisoformat(facts["server_time"])


def test_a_suspended_terminal_may_do_nothing(terminal_and_device):
    terminal, device = terminal_and_device
    terminal.suspend(by=StaffFactory(), now=clock.now(), reason=reason_to_suspend(), note="核实")

    facts = device.me().json()

    assert (facts["status"], facts["allowed"]) == ("suspended", [])


@pytest.mark.parametrize("header", ["X-Key-Id", "X-Timestamp", "X-Sequence", "X-Signature"])
@pytest.mark.parametrize("value", [None, "", "x", "１", "0" * 100, "-1", "1e3", "9" * 19, "\x00"])
def test_headers_that_do_not_fit_are_one_refusal(device, header, value):
    headers = device.headers()
    if value is None:
        del headers[header]
    else:
        headers[header] = value

    response = Client().get(ME, headers=headers)

    assert (response.status_code, refusal(response)) == (401, "signature_invalid")
    assert DeviceKey.objects.get().last_sequence == 0


def test_one_changed_character_breaks_the_signature(device):
    headers = device.headers()
    for name, value in {
        "X-Sequence": "2",
        "X-Timestamp": "1",
        "X-Signature": "0" * 64,
        "X-Key-Id": "0" * 16,
    }.items():
        assert refusal(Client().get(ME, headers=headers | {name: value})) == "signature_invalid"
    assert refusal(Client().get(ME + "?a=1", headers=headers)) == "signature_invalid"
    assert Client().get(ME, headers=headers).status_code == 200


def test_another_devices_key_does_not_sign_for_this_one(device):
    _terminal, other = activated()
    forged = Device(device.key_id, other.secret)

    assert refusal(forged.me()) == "signature_invalid"


def test_a_replay_is_refused_and_told_the_last_sequence(device):
    headers = device.headers(sequence=7)
    assert Client().get(ME, headers=headers).status_code == 200

    replayed = Client().get(ME, headers=headers)

    assert (replayed.status_code, refusal(replayed)) == (409, "sequence_used")
    assert replayed.json()["error"]["last_sequence"] == 7
    assert refusal(device.me(sequence=6)) == "sequence_used"
    assert device.me(sequence=8).status_code == 200


@pytest.mark.parametrize("away", [timedelta(minutes=6), -timedelta(minutes=6), timedelta(hours=1)])
def test_a_wrong_clock_is_told_the_time_once_the_signature_is_right(device, away):
    response = device.me(at=clock.now() + away)

    assert (response.status_code, refusal(response)) == (401, "clock_skew")
    said = datetime.fromisoformat(response.json()["error"]["server_time"])
    assert abs(said - clock.now()) < timedelta(minutes=1)
    assert DeviceKey.objects.get().last_sequence == 0


@pytest.mark.parametrize("year", [1970, 2038, 9999])
def test_clocks_of_other_centuries_are_wrong_and_no_fault(device, year):
    moment = datetime(year, 2, 1, tzinfo=UTC)
    if year == 9999:
        headers = device.headers()
        headers["X-Timestamp"] = "99999999999"
        assert refusal(Client().get(ME, headers=headers)) == "signature_invalid"
    else:
        assert refusal(device.me(at=moment)) == "clock_skew"


def test_a_clock_four_minutes_off_is_let_be(device):
    assert device.me(at=clock.now() - timedelta(minutes=4)).status_code == 200


def test_a_stopped_terminal_is_told_so(terminal_and_device):
    terminal, device = terminal_and_device
    cut_off(terminal)

    response = device.me()

    assert (response.status_code, refusal(response)) == (410, "terminal_stopped")
    assert response.json()["error"]["response_code"] == "58"
    assert refusal(Device(device.key_id, "A" * 43 + "=").me()) == "signature_invalid"


def test_a_replaced_key_says_so(terminal_and_device):
    _terminal, device = terminal_and_device
    DeviceKey.objects.update(revoked_at=clock.now())

    assert refusal(device.me()) == "key_revoked"


def test_staff_cookies_are_no_signature():
    client = Client()
    client.force_login(StaffFactory(role="supervisor"))

    assert client.get(ME).status_code == 401
