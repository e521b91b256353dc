"""What a device is told of its terminal in every state: its status, what it may still do, and how it is refused."""

import pytest

from config.kernel import clock
from terminals.models import SuspensionReason, Terminal
from tests.accounts.factories import StaffFactory
from tests.terminals.devices import Device, post
from tests.terminals.factories import (
    activated,
    code_of,
    cut_off,
    digits_of,
    provisioned,
    reason_to_suspend,
)
from tests.terminals.test_rebinding import swapped

pytestmark = pytest.mark.django_db
SERVING = ["sale", "void", "settlement", "reversal"]


def suspend(terminal):
    terminal.suspend(by=StaffFactory(), now=clock.now(), reason=reason_to_suspend(), note="核实")


def find_unused(terminal):
    terminal.find_unused(by=StaffFactory(), now=clock.now(), note="")


def wind_up(terminal):
    terminal.wind_up(by=StaffFactory(), now=clock.now(), note="停用")


TOLD = {
    "active": (lambda terminal: None, SERVING),
    "suspended": (suspend, []),
    "dormant_review": (find_unused, SERVING),
    "settle_only": (wind_up, ["settlement", "reversal", "refund", "sign_off"]),
}


@pytest.mark.parametrize("status", TOLD)
def test_a_live_terminal_is_told_its_status_and_what_it_may_do(status):
    terminal, done = activated()
    lead, may = TOLD[status]
    lead(terminal)

    answer = Device(done.key_id, done.secret).me()

    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["allowed"]) == (status, may)


def test_every_state_is_told():
    """Waiting there is no key yet, and with the end the key is void."""
    assert set(TOLD) | {"pending_activation", "deactivated", "cancelled"} == set(Terminal.Status.values)


def test_a_stopped_terminal_is_told_so_and_never_that_it_is_unknown():
    terminal, done = activated()
    cut_off(terminal)

    answer = Device(done.key_id, done.secret).me()

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["response_code"]) == (410, "terminal_stopped", "58")


def test_a_resumed_terminal_goes_on_with_the_same_key():
    terminal, done = activated()
    suspend(terminal)
    device = Device(done.key_id, done.secret)
    before = device.me().json()["allowed"]
    terminal.resume(by=StaffFactory(), now=clock.now(), note="已更新")

    assert (before, device.me().json()["allowed"]) == ([], SERVING)


def test_a_device_that_was_swapped_out_has_no_say_any_more():
    terminal, done = activated()
    swapped(terminal)

    answer = Device(done.key_id, done.secret).me()

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "key_revoked")


@pytest.mark.parametrize("reason", ["risk", "authority_order", "account", "other"])
def test_no_answer_names_the_reason(reason):
    terminal, done = activated()
    row = SuspensionReason.objects.get(pk=reason)
    terminal.suspend(by=StaffFactory(), now=clock.now(), reason=row, note="内部备注")

    answer = Device(done.key_id, done.secret).me()

    assert set(answer.json()) == {
        "terminal_number", "merchant_number", "merchant_name", "outlet_address", "status", "allowed",
        "limit_single_fen", "limit_day_fen", "server_time", "report_every_s",
    }  # fmt: skip
    for told in (row.text_zh, row.internal_text or "内部备注", "内部备注", reason):
        assert told not in answer.content.decode()


@pytest.mark.parametrize("end", ["cancelled", "deactivated"])
def test_a_code_of_a_terminal_that_has_ended_activates_nothing(end):
    terminal = provisioned()
    asked = {"serial_number": code_of(terminal).serial_number, "registration_code": digits_of(terminal)}
    if end == "cancelled":
        terminal.cancel(by=StaffFactory(), now=clock.now(), note="撤回")
    else:
        cut_off(terminal)

    answer = post(asked)

    assert (answer.status_code, answer.json()["error"]["response_code"]) == (410, "58")
    terminal.refresh_from_db()
    assert terminal.status == end
