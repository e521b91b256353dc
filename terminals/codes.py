"""Registration codes: made, collected, replaced, taken back, expired. Nobody but the merchant ever sees one."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum import luhn

from config.accounts.models import User
from config.accounts.roles import MemberRight
from config.kernel.audit import record, record_access
from config.kernel.clock import local_date
from config.kernel.genuine import Paper
from config.kernel.lifecycle import Refused, lock_in_order
from config.kernel.numbering import take_number
from config.kernel.policy import current_policy
from config.kernel.sweeping import sweep_rows
from config.privacy.sealing import digest
from merchants.people import objection_to
from terminals.models import Device, RegistrationCode, Terminal

RANDOM_DIGITS = 11
REISSUE_WINDOW = timedelta(hours=24)
SLIP_SERIES = "slip"
SLIP = gettext_lazy("Terminal registration slip")


def issue(
    terminal: Terminal, device: Device, *, application_number: str, by, now: datetime
) -> RegistrationCode:
    """A new code in force for this terminal on this device, with its slip number, inside the caller's transaction.

    Its digits are returned to nobody.
    """
    digits = _drawn()
    year = local_date(now).year
    number = take_number(SLIP_SERIES, scope=terminal.branch.code, year=year)
    code = RegistrationCode.objects.create(
        terminal=terminal,
        device=device,
        serial_number=device.serial_number,
        merchant_number=terminal.merchant.number,
        terminal_number=terminal.number,
        application_number=application_number,
        digest=digest_of(device.serial_number, digits),
        sealed=digits,
        issued_at=now,
        expires_at=now + timedelta(days=current_policy().code_valid_days),
        receipt_token=secrets.token_urlsafe(32),
        slip_number=f"HZ-{terminal.branch.code}-{year}-{number:05d}",
    )
    record("code_issued", by=by, now=now, subject=code)
    return code


def collect(code: RegistrationCode, *, by, now: datetime) -> str:
    """The twelve digits, for the merchant's own people with the right; every look is on record before the digits leave.

    Raises `Refused`: "not_yours" for anybody else, staff above all; "code_expired" (then the code is wiped), "wrong_state".
    """
    with transaction.atomic():
        lock_in_order(code.device, code)
        if sentence := objection_to(MemberRight.COLLECT_CODES, by, code.terminal.merchant):
            raise Refused(sentence, code="not_yours")
        if not code.is_due_to_expire(now):
            return _revealed(code, by=by, now=now)
        code.expire(by=User.objects.system("cron"), now=now)
    raise Refused(_("The registration code has expired. Get a new one."), code="code_expired")


def reissue_objection(terminal: Terminal, *, by, now: datetime) -> str:
    """Why this person cannot have a new code made for the terminal now, or ""."""
    if not _is_staff_of(terminal, by, "terminals.reissue_registrationcode"):
        if by.is_staff:
            return _(
                "Only an owner of the merchant and the reviewers of its branch can have a new code made."
            )
        if sentence := objection_to(MemberRight.REPLACE_CODES, by, terminal.merchant):
            return sentence
    if terminal.status != Terminal.Status.PENDING_ACTIVATION:
        return _("Only a terminal that waits for its activation can have a new code.")
    made = (
        terminal.codes.filter(issued_at__gt=now - REISSUE_WINDOW).exclude(pk=_first_code_of(terminal)).count()
    )
    if made >= current_policy().code_reissues_per_day:
        return _("This terminal has had as many new codes as one day allows. Try again tomorrow, or call us.")
    return ""


def reissue(terminal: Terminal, *, by, now: datetime, note: str = "") -> RegistrationCode:
    """A new code in force, the former one revoked and wiped, the reason on record. Raises `Refused` with the objection."""
    with transaction.atomic():
        former = terminal.codes.order_by("-id").first()
        if former is None or (binding := terminal.binding) is None:
            raise Refused(
                _("This terminal is tied to no device, so it cannot have a code."), code="wrong_state"
            )
        lock_in_order(binding.device, terminal)
        if sentence := reissue_objection(terminal, by=by, now=now):
            raise Refused(sentence, code="no_reissue")
        for code in terminal.codes.filter(status__in=RegistrationCode.REPLACEABLE):
            code.revoke(by=by, now=now, note=note or _("Replaced by a new code"))
        new = issue(terminal, binding.device, application_number=former.application_number, by=by, now=now)
        record("code_reissued", by=by, now=now, subject=new, detail={"reason": note})
        return new


def revoke_objection(code: RegistrationCode, *, by, now: datetime) -> str:
    """Why this person cannot take the code back now, or ""."""
    if not _is_staff_of(code.terminal, by, "terminals.revoke_registrationcode"):
        if by.is_staff:
            return _("Only an owner of the merchant and the bank's desks of its branch can take a code back.")
        if sentence := objection_to(MemberRight.REPLACE_CODES, by, code.terminal.merchant):
            return sentence
    return code.objection(RegistrationCode.Status.REVOKED, by=by, now=now)


def revoke(code: RegistrationCode, *, by, now: datetime, note: str) -> None:
    """The code is void and its copy wiped. An owner of the merchant may, and staff of the branch with the right."""
    with transaction.atomic():
        lock_in_order(code.device, code)
        if sentence := revoke_objection(code, by=by, now=now):
            is_void = code.status not in RegistrationCode.REPLACEABLE
            raise Refused(sentence, code="wrong_state" if is_void else "not_yours")
        code.revoke(by=by, now=now, note=note)


def slip_paper(token: str) -> Paper | None:
    """The slip printed with this receipt token: valid until its code is revoked."""
    found = RegistrationCode.objects.filter(receipt_token=token).values_list("issued_at", "status").first()
    if found is None:
        return None
    issued_at, status = found
    return Paper(SLIP, issued_at, status != RegistrationCode.Status.REVOKED)


def tries_left(code: RegistrationCode | None) -> int:
    """How often a wrong code may still be typed before it locks."""
    return max(current_policy().code_max_tries - code.wrong_tries, 0) if code else 0


def expire_due(now: datetime) -> int:
    """Every code past its time is expired and wiped. Returns how many; one that moved meanwhile is passed over."""
    cron = User.objects.system("cron")
    return sweep_rows(RegistrationCode.objects.due_to_expire(now), lambda code: code.expire(by=cron, now=now))


def digest_of(serial_number: str, digits: str) -> str:
    """What is kept for checking: bound to the device, so that equal digits on two devices look different."""
    return digest(f"{serial_number}:{digits}", purpose="registration_code")


def _drawn() -> str:
    random = f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"
    return random + luhn.calc_check_digit(random)


def _revealed(code: RegistrationCode, *, by, now: datetime) -> str:
    if code.status != RegistrationCode.Status.ISSUED:
        raise Refused(
            _("This registration code is “%(status)s” and cannot be collected any more.")
            % {"status": code.get_status_display()},
            code="wrong_state",
        )
    record_access("registration_code_collected", by=by, now=now, subject=code)
    if code.collected_at is None:
        code.collected_at = now
        code.save(update_fields=["collected_at"])
    return code.sealed or ""


def _first_code_of(terminal: Terminal):
    return terminal.codes.order_by("id").values("pk")[:1]


def _is_staff_of(terminal: Terminal, person, permission: str) -> bool:
    return bool(
        person.is_staff
        and person.has_perm(permission)
        and person.branch
        and person.branch.contains(terminal.branch)
    )
