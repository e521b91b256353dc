"""What the demonstration tells whoever starts it: accounts to sign in with and, for programs, everything that was made."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import override

from applications.demo import people
from applications.models import Registration
from config.accounts.models import Role, User
from config.kernel.folders import shown
from config.kernel.lifecycle import Refused
from merchants.models import Membership, Merchant
from terminals import codes
from terminals.models import Device, RegistrationCode, Terminal

APPLICANT = "applicant"


def table(papers: Path) -> str:
    """The accounts for people, one password and a line each, and where papers to upload are found."""
    with override("en"):
        staff = [(member.login, member.name, str(Role(member.role).label)) for member in people.STAFF]
    merchants = [(person.login, person.name, person.about) for person in people.APPLICANTS]
    lines = ["", f"  Demonstration. The password of every account is  {people.password()}", ""]
    for title, rows in (("Merchants", merchants), ("Bank staff", staff)):
        lines.append(f"  {title}")
        lines += [f"    {login:<31}{_padded(name, 8)}{about}" for login, name, about in rows]
    lines += ["", f"  Sample papers    {shown(papers)}"]
    return "\n".join(lines)


def document(*, now: datetime) -> dict[str, Any]:
    """Everything for programs. Each code in force is collected by its merchant's owner, and that look is on record."""
    applicants = [people.of(person.login).pk for person in people.APPLICANTS]
    merchants = Merchant.objects.filter(memberships__user__in=applicants).distinct().order_by("pk")
    terminals = Terminal.objects.filter(merchant__in=merchants).order_by("pk")
    registrations = Registration.objects.filter(applicant__in=applicants).order_by("pk")
    all_codes = (
        RegistrationCode.objects.filter(terminal__in=terminals)
        .select_related("terminal__merchant", "device")
        .order_by("pk")
    )
    return {
        "accounts": _accounts(),
        "merchants": [_merchant(one) for one in merchants],
        "applications": [
            _application(one) for one in registrations.select_related("branch", "applicant", "merchant")
        ],
        "terminals": [_terminal(one) for one in terminals.select_related("merchant")],
        "devices": [_device(one) for one in Device.objects.select_related("model", "branch").order_by("pk")],
        "codes": [line for code in all_codes.in_force() if (line := _code(code, now=now))],
        "spent_codes": [_about(code) for code in all_codes.exclude(status=RegistrationCode.Status.ISSUED)],
    }


def _accounts() -> list[dict[str, Any]]:
    secret = people.password()
    accounts: list[dict[str, Any]] = [
        {
            "role": member.role,
            "login": member.login,
            "password": secret,
            "name": member.name,
            "branch": member.branch,
        }
        for member in people.STAFF
    ]
    for person in people.APPLICANTS:
        membership = people.of(person.login).memberships.select_related("merchant").order_by("pk").first()
        accounts.append(
            {
                "role": membership.role if membership else APPLICANT,
                "login": person.login,
                "password": secret,
                "name": person.name,
                "merchant_number": membership.merchant.number if membership else None,
                "merchant_type": membership.merchant.merchant_type if membership else None,
            }
        )
    return accounts


def _merchant(one: Merchant) -> dict[str, Any]:
    return {
        "number": one.number,
        "name": one.registered_name,
        "merchant_type": one.merchant_type,
        "uscc": one.uscc,
        "status": one.status,
        "branch": one.branch.code,
    }


def _application(one: Registration) -> dict[str, Any]:
    return {
        "number": one.number,
        "kind": one.kind,
        "status": one.status,
        "round": one.round,
        "applicant": _login(one.applicant),
        "merchant_type": one.merchant_type,
        "merchant_number": one.merchant.number if one.merchant else None,
        "branch": one.branch.code if one.branch else None,
    }


def _terminal(one: Terminal) -> dict[str, Any]:
    latest = one.codes.order_by("-id").first()
    return {
        "number": one.number,
        "merchant_number": one.merchant.number,
        "serial_number": latest.serial_number if latest else None,
        "label": one.label,
        "status": one.status,
    }


def _device(one: Device) -> dict[str, Any]:
    return {
        "serial_number": one.serial_number,
        "model": str(one.model),
        "branch": one.branch.code,
        "ownership": one.ownership,
        "status": one.status,
    }


def _about(code: RegistrationCode) -> dict[str, Any]:
    return {
        "serial_number": code.serial_number,
        "merchant_number": code.merchant_number,
        "terminal_number": code.terminal_number,
        "application_number": code.application_number,
        "status": code.status,
        "expires_at": code.expires_at.isoformat(),
    }


def _code(code: RegistrationCode, *, now: datetime) -> dict[str, Any] | None:
    """A code in force with its digits; None for one whose time has run out before the sweep wrote it down."""
    membership = code.terminal.merchant.memberships.filter(role=Membership.Role.OWNER).earliest("pk")
    try:
        digits = codes.collect(code, by=membership.user, now=now)
    except Refused:
        return None
    return _about(code) | {"registration_code": digits, "login": _login(membership.user)}


def _login(person: User) -> str:
    return person.email or person.mobile


def _padded(text: str, width: int) -> str:
    """Chinese characters take two columns of a terminal window."""
    columns = sum(2 if unicodedata.east_asian_width(sign) in "FW" else 1 for sign in text)
    return text + " " * max(width - columns, 1)
