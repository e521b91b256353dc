"""Every status and every step of device, terminal and code: only the arrows change anything."""

from datetime import timedelta
from itertools import product

import pytest

from config.accounts.models import User
from config.kernel import clock
from config.kernel.history import changes_of
from config.kernel.lifecycle import Refused
from terminals import stopping
from terminals.models import Device, RegistrationCode, Terminal
from tests.accounts.factories import StaffFactory
from tests.terminals.factories import DeviceFactory, activated, code_of, provisioned, reason_to_suspend

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
Asset, Host, Code = Device.Status, Terminal.Status, RegistrationCode.Status

DEVICE_STEPS = {
    "allocate": Asset.ALLOCATED,
    "release": Asset.IN_STOCK,
    "restock": Asset.IN_STOCK,
    "hand_out": Asset.ISSUED,
    "install": Asset.INSTALLED,
    "keep_in_place": Asset.INSTALLED,
    "call_back": Asset.RETURNING,
    "take_back": Asset.RETURNED,
    "send_to_repair": Asset.REPAIR,
    "scrap": Asset.SCRAPPED,
    "report_lost": Asset.LOST,
}
DEVICE_ROADS = {
    Asset.IN_STOCK: [],
    Asset.ALLOCATED: ["allocate"],
    Asset.ISSUED: ["allocate", "hand_out"],
    Asset.INSTALLED: ["allocate", "install"],
    Asset.RETURNING: ["allocate", "install", "call_back"],
    Asset.RETURNED: ["allocate", "install", "call_back", "take_back"],
    Asset.REPAIR: ["send_to_repair"],
    Asset.SCRAPPED: ["scrap"],
    Asset.LOST: ["report_lost"],
}
WITH_NOTE = {"scrap", "report_lost"}


def step(row, verb, **given) -> str:
    """The code of the refusal, or "" where the step was taken."""
    try:
        getattr(row, verb)(by=User.objects.system("device"), now=given.pop("now", clock.now()), **given)
    except Refused as refused:
        return refused.code if refused.sentence else "without a sentence"
    return ""


def device_in(status) -> Device:
    device = DeviceFactory()
    for verb in DEVICE_ROADS[status]:
        assert step(device, verb, **({"note": "测试"} if verb in WITH_NOTE else {})) == ""
    assert device.status == status
    return device


@pytest.mark.parametrize(("status", "verb"), list(product(DEVICE_ROADS, DEVICE_STEPS)))
def test_a_device_goes_along_its_arrows_only(status, verb):
    device = device_in(status)
    steps_before = changes_of(device).count()

    refused = step(device, verb, **({"note": "测试"} if verb in WITH_NOTE else {}))

    device.refresh_from_db()
    is_arrow = DEVICE_STEPS[verb] in Device.NEXT[status]
    assert (refused == "") == is_arrow
    assert device.status == (DEVICE_STEPS[verb] if is_arrow else status)
    assert changes_of(device).count() == steps_before + is_arrow


def test_every_status_of_a_device_is_reached_and_every_verb_is_tried():
    assert set(DEVICE_ROADS) == set(Asset)
    assert set().union(*Device.NEXT.values()) <= set(DEVICE_STEPS.values())


def waiting() -> Terminal:
    return provisioned()


def active() -> Terminal:
    return activated()[0]


def after(start, verb, **given):
    def reach() -> Terminal:
        terminal = start()
        assert step(terminal, verb, **{name: say() for name, say in given.items()}) == ""
        return terminal

    return reach


NOTE = {"note": lambda: "测试"}
SUSPENDING = {**NOTE, "reason": reason_to_suspend}
TERMINAL_ROADS = {
    Host.PENDING_ACTIVATION: waiting,
    Host.ACTIVE: active,
    Host.SUSPENDED: after(active, "suspend", **SUSPENDING),
    Host.DORMANT_REVIEW: after(active, "find_unused", **NOTE),
    Host.SETTLE_ONLY: after(active, "wind_up", **NOTE),
    Host.DEACTIVATED: after(active, "cut_off", together_with=StaffFactory, **NOTE),
    Host.CANCELLED: after(waiting, "cancel", **NOTE),
}
TERMINAL_STEPS = {
    "activate": (Host.ACTIVE, {}),
    "suspend": (Host.SUSPENDED, SUSPENDING),
    "resume": (Host.ACTIVE, NOTE),
    "find_unused": (Host.DORMANT_REVIEW, NOTE),
    "verify_use": (Host.ACTIVE, NOTE),
    "wind_up": (Host.SETTLE_ONLY, NOTE),
    "restore": (Host.ACTIVE, NOTE),
    "cancel": (Host.CANCELLED, NOTE),
    "deactivate": (Host.DEACTIVATED, NOTE),
    "cut_off": (Host.DEACTIVATED, {**NOTE, "together_with": StaffFactory}),
}
# The verb that each way out of a state is for; whatever else leads to the same state is refused there.
MEANT_FOR = {
    "resume": {Host.SUSPENDED},
    "verify_use": {Host.DORMANT_REVIEW},
    "restore": {Host.SETTLE_ONLY},
    "deactivate": {Host.SETTLE_ONLY},
}


@pytest.mark.parametrize(("status", "verb"), list(product(TERMINAL_ROADS, TERMINAL_STEPS)))
def test_a_terminal_goes_along_its_arrows_only(status, verb, monkeypatch):
    monkeypatch.setattr(stopping, "_desks", {"settlement": lambda terminal: []})
    terminal = TERMINAL_ROADS[status]()
    target, given = TERMINAL_STEPS[verb]

    refused = step(terminal, verb, **{name: say() for name, say in given.items()})

    terminal.refresh_from_db()
    # Out of PENDING_ACTIVATION leads a code only.
    is_arrow = target in Terminal.NEXT[status] and (status, target) != (Host.PENDING_ACTIVATION, Host.ACTIVE)
    is_arrow = is_arrow and status in MEANT_FOR.get(verb, set(Host))
    assert (refused == "") == is_arrow
    assert terminal.status == (target if is_arrow else status)


@pytest.mark.parametrize("status", list(Host))
def test_a_terminal_that_has_ended_is_never_opened_again(status):
    assert set(TERMINAL_ROADS) == set(Host)
    for ended in Terminal.ENDED:
        assert status not in Terminal.NEXT[ended]


@pytest.mark.parametrize(
    ("terminal", "verb", "device_status"),
    [
        (waiting, "cancel", "in_stock"),
        (waiting, "cut_off", "in_stock"),
        (active, "cut_off", "returning"),
        (after(active, "wind_up", **NOTE), "deactivate", "returning"),
    ],
)
def test_the_end_of_a_terminal_takes_everything_with_it(terminal, verb, device_status, monkeypatch):
    monkeypatch.setattr(stopping, "_desks", {"settlement": lambda terminal: []})
    terminal = terminal()
    device = terminal.binding.device
    given = {"together_with": StaffFactory()} if verb == "cut_off" else {}

    step(terminal, verb, note="结束", **given)

    device.refresh_from_db()
    assert device.status == device_status
    assert terminal.binding is None
    assert not terminal.codes.filter(status__in=["issued", "locked"]).exists()
    assert not terminal.keys.filter(revoked_at=None).exists()


def test_a_device_tied_to_a_terminal_does_not_go_back_into_the_stock():
    device = provisioned().binding.device

    assert step(device, "release") == "wrong_state"


def code_in(status) -> RegistrationCode:
    code = code_of(provisioned(now=clock.now() - timedelta(days=7)))
    match status:
        case Code.USED:
            assert step(code, "redeem", now=code.issued_at) == ""
        case Code.EXPIRED:
            assert step(code, "expire") == ""
        case Code.REVOKED:
            assert step(code, "revoke") == ""
        case Code.LOCKED:
            RegistrationCode.objects.filter(pk=code.pk).update(wrong_tries=5)
            assert step(code, "lock") == ""
    return code


CODE_STEPS = {"redeem": Code.USED, "expire": Code.EXPIRED, "revoke": Code.REVOKED, "lock": Code.LOCKED}


@pytest.mark.parametrize(("status", "verb"), list(product(Code, CODE_STEPS)))
def test_a_code_goes_along_its_arrows_only(status, verb):
    code = code_in(status)
    RegistrationCode.objects.filter(pk=code.pk).update(wrong_tries=5)
    now = clock.now() if verb == "expire" else code.issued_at

    refused = step(code, verb, now=now)

    code.refresh_from_db()
    is_arrow = CODE_STEPS[verb] in RegistrationCode.NEXT[status]
    assert (refused == "") == is_arrow
    assert code.status == (CODE_STEPS[verb] if is_arrow else status)
    assert (code.sealed is None) == (code.status != Code.ISSUED)


def test_a_code_expires_locks_and_is_used_only_in_its_time():
    code = code_of(provisioned())
    now = clock.now()

    assert step(code, "expire", now=now) == "wrong_state"
    assert step(code, "lock", now=now) == "wrong_state"
    assert step(code, "redeem", now=now + timedelta(days=7)) == "wrong_state"
    assert code_of(code.terminal).status == Code.ISSUED
