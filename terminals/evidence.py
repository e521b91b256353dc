"""One line of evidence for each terminal, and its life: what a merchant is told about a terminal besides its status."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from config.kernel.history import StatusChange
from config.kernel.templatetags.formats import day, deadline, moment
from terminals.models import Binding, RegistrationCode, Terminal

Status = Terminal.Status


class Line(NamedTuple):
    """A terminal of a list with its latest code, the place it is bound to and one sentence about it."""

    terminal: Terminal
    place: str
    evidence: str
    can_collect: bool


def lines_of(terminals: Iterable[Terminal], *, now: datetime) -> list[Line]:
    """A line for each terminal, by two queries however many they are."""
    terminals = list(terminals)
    keys = [terminal.pk for terminal in terminals]
    codes = {
        code.terminal_id: code for code in RegistrationCode.objects.filter(terminal__in=keys).order_by("id")
    }
    bindings = Binding.objects.filter(terminal__in=keys).select_related("division").order_by("id")
    places = {binding.terminal_id: binding.address for binding in bindings}
    lines = []
    for terminal in terminals:
        code = codes.get(terminal.pk)
        can_collect, evidence = False, _evidence(terminal)
        if code and terminal.status == Status.PENDING_ACTIVATION:
            can_collect = code.status == RegistrationCode.Status.ISSUED and not code.is_due_to_expire(now)
            evidence = _waiting(code, now)
        lines.append(Line(terminal, places.get(terminal.pk, ""), evidence, can_collect))
    return lines


def _waiting(code: RegistrationCode, now: datetime) -> str:
    if code.is_due_to_expire(now) or code.status == RegistrationCode.Status.EXPIRED:
        return _("The registration code has expired. Get a new one.")
    if code.status == RegistrationCode.Status.LOCKED:
        return _("The registration code is locked after too many wrong tries. Get a new one.")
    if code.status == RegistrationCode.Status.REVOKED:
        return _("The registration code has been revoked. Get a new one.")
    return _("Registration code valid until %(when)s, type it into the terminal") % {
        "when": deadline(code.expires_at)
    }


def _evidence(terminal: Terminal) -> str:
    if terminal.status in Terminal.ENDED:
        return _("No longer in the bank's register")
    if terminal.activated_at is None:
        return _("Registered on %(day)s") % {"day": day(terminal.provisioned_at)}
    return _("Activated on %(when)s") % {"when": moment(terminal.activated_at)}


def life_of(
    terminal: Terminal, changes: Iterable[StatusChange], code: RegistrationCode | None
) -> list[dict[str, Any]]:
    """What the terminal has been through, newest first, for its merchant: why the bank stopped it is the bank's own note."""
    events: list[dict[str, Any]] = [
        {"what": terminal.Status(change.to_status).label, "at": change.at} for change in changes
    ]
    if code and code.collected_at:
        events.append({"what": _("Registration code collected"), "at": code.collected_at})
    events.append(
        {"what": _("Approved and registered"), "at": terminal.provisioned_at, "by": terminal.branch.name}
    )
    return sorted(events, key=lambda event: event["at"], reverse=True)
