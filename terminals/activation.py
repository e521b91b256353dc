"""A registration code is typed into a device: the terminal is live and the device has its key, or both sides learn why not.

What a stranger could guess against is answered alike, by the same statements and one row, whether the serial number exists
or not (`code_unknown`). Only who typed digits that belong to the device learns more.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from config.accounts.models import User
from config.kernel.audit import record
from config.kernel.lifecycle import Refused, lock_in_order
from config.kernel.outbox import enqueue
from config.kernel.policy import Policy, current_policy
from merchants.models import Membership, Merchant
from terminals.codes import digest_of
from terminals.models import ActivationAttempt, Device, DeviceKey, RegistrationCode, RiskCase, Terminal
from terminals.patience import insist_on_patience
from terminals.refusals import REFUSALS

CODES_LOOKED_AT = 10
NEIGHBOURS_LOOKED_AT = 200
KEEP_ATTEMPTS = timedelta(days=30)
READY_DEVICES = (Device.Status.ALLOCATED, Device.Status.ISSUED)


class ActivationRefused(Refused):
    """Why the terminal is not live. `code` names an entry of `terminals.refusals`, which has the words for the screen."""

    def __init__(self, code: str) -> None:
        super().__init__(str(REFUSALS[code].message), code=code)

    @property
    def response_code(self) -> str:
        return REFUSALS[self.code].response_code


@dataclass(frozen=True)
class Activation:
    """What the device is told once, its secret included (base64 of 32 bytes)."""

    terminal: Terminal
    key_id: str
    secret: str


@dataclass(frozen=True)
class _Request:
    serial_number: str
    registration_code: str
    ip: str | None
    now: datetime
    app_version: str
    location: dict | None
    policy: Policy


def activate(
    *,
    serial_number: str,
    registration_code: str,
    ip: str | None,
    now: datetime,
    app_version: str = "",
    location: dict | None = None,
) -> Activation:
    """The terminal in use, its code used up, its device installed and given a new key: all in one transaction.

    Serial number and code come in their normal form. Raises `ActivationRefused` after its trace has been committed, and
    `TooManyTries` before anything is looked up.
    """
    policy = current_policy()
    insist_on_patience(ip, now=now, policy=policy)
    asked = _Request(serial_number, registration_code, ip, now, app_version, location, policy)
    with transaction.atomic():
        outcome = _outcome(asked)
        if isinstance(outcome, str):
            ActivationAttempt.objects.create(at=now, ip=ip, serial_number=serial_number, outcome=outcome)
    if isinstance(outcome, str):
        raise ActivationRefused(outcome)
    return outcome


def forget_old_attempts(now: datetime) -> int:
    """Refused activations are kept for 30 days. Returns how many went."""
    gone, _rows = ActivationAttempt.objects.filter(at__lt=now - KEEP_ATTEMPTS).delete()
    return gone


def _outcome(asked: _Request) -> Activation | str:
    """The activation, or the code of its refusal with what must be remembered of it already written."""
    typed = digest_of(asked.serial_number, asked.registration_code)
    # Nothing is decrypted for a guess, so that a known serial number costs no more than an unknown one.
    codes = RegistrationCode.objects.filter(serial_number=asked.serial_number).defer("sealed")
    known = list(codes.order_by("-id")[:CODES_LOOKED_AT])
    matching = [code for code in known if hmac.compare_digest(code.digest, typed)]
    return _with_right_digits(matching[0], asked) if matching else _with_wrong_digits(known, asked)


# -- digits that do not belong to this device -----------------------------------------------------------------------


def _with_wrong_digits(known: list[RegistrationCode], asked: _Request) -> str:
    """One try less for the code in force, where there is one; the same statements where there is nothing."""
    mine = next((code for code in known if code.status == RegistrationCode.Status.ISSUED), None)
    in_force = RegistrationCode.objects.filter(
        pk=mine.pk if mine else 0, status=RegistrationCode.Status.ISSUED
    )
    is_neighbours = _is_of_a_neighbour(known[0] if known else None, asked)
    in_force.update(wrong_tries=F("wrong_tries") + 1)
    is_used_up = in_force.filter(wrong_tries__gte=asked.policy.code_max_tries).exists()
    if mine and is_used_up:
        _lock(mine, asked)
    return "serial_mismatch" if is_neighbours else "code_unknown"


def _is_of_a_neighbour(mine: RegistrationCode | None, asked: _Request) -> bool:
    """Whether the digits are in force for another terminal of the same merchant: two slips were swapped."""
    others = RegistrationCode.objects.filter(
        merchant_number=mine.merchant_number if mine else "", status=RegistrationCode.Status.ISSUED
    ).exclude(serial_number=asked.serial_number)
    # All of them are compared, so that the time does not say which one it was.
    fits = [
        hmac.compare_digest(digest, digest_of(serial_number, asked.registration_code))
        for serial_number, digest in others.values_list("serial_number", "digest")[:NEIGHBOURS_LOOKED_AT]
    ]
    return any(fits)


def _lock(code: RegistrationCode, asked: _Request) -> None:
    code.lock(by=User.objects.system("device"), now=asked.now)
    RiskCase.objects.create(
        kind=RiskCase.Kind.CODE_LOCKED,
        serial_number=code.serial_number,
        application_number=code.application_number,
        branch=code.terminal.branch,
        opened_at=asked.now,
    )


# -- digits that belong to this device ------------------------------------------------------------------------------


def _with_right_digits(code: RegistrationCode, asked: _Request) -> Activation | str:
    device, terminal = code.device, code.terminal
    lock_in_order(device, terminal, code)
    if refusal := _objection(code, terminal, device, now=asked.now):
        if refusal == "code_expired" and code.status == RegistrationCode.Status.ISSUED:
            code.expire(by=User.objects.system("cron"), now=asked.now)
        if refusal == "serial_active_elsewhere":
            _report_live_elsewhere(code, asked)
        return refusal
    by = User.objects.system("device")
    code.redeem(by=by, now=asked.now)
    terminal.activate(by=by, now=asked.now, app_version=asked.app_version)
    device.install(by=by, now=asked.now)
    key_id, secret = _new_key(device, terminal, now=asked.now)
    facts = {"app_version": asked.app_version, "sent_location": asked.location is not None}
    record("terminal_activated", by=by, now=asked.now, subject=terminal, detail=facts)
    for member in terminal.merchant.memberships.filter(role=Membership.Role.OWNER).select_related("user"):
        enqueue(
            "terminal_activated",
            recipient=member.user,
            subject=terminal,
            context={"terminal_number": terminal.number},
            now=asked.now,
        )
    return Activation(terminal, key_id, secret)


def _objection(code: RegistrationCode, terminal: Terminal, device: Device, *, now: datetime) -> str:  # noqa: PLR0911
    """The code of the refusal, or "". The rows are locked."""
    if terminal.status in Terminal.ENDED:
        return "terminal_stopped"
    if code.status != RegistrationCode.Status.ISSUED:
        return f"code_{code.status}"
    if code.is_due_to_expire(now):
        return "code_expired"
    if terminal.merchant.status != Merchant.Status.ACTIVE:
        return "merchant_not_active"
    bound = device.bindings.filter(valid_to=None).values_list("terminal_id", flat=True)
    if list(bound) != [terminal.pk]:
        return "serial_active_elsewhere" if bound else "serial_not_in_estate"
    if device.status not in READY_DEVICES:
        return "serial_not_in_estate"
    return ""


def _report_live_elsewhere(code: RegistrationCode, asked: _Request) -> None:
    RiskCase.objects.create(
        kind=RiskCase.Kind.SERIAL_ACTIVE_ELSEWHERE,
        serial_number=code.serial_number,
        application_number=code.application_number,
        branch=code.terminal.branch,
        opened_at=asked.now,
    )


def _new_key(device: Device, terminal: Terminal, *, now: datetime) -> tuple[str, str]:
    secret = b64encode(secrets.token_bytes(32)).decode()
    key = DeviceKey.objects.create(
        key_id=secrets.token_hex(8), device=device, terminal=terminal, secret=secret, issued_at=now
    )
    return key.key_id, secret
