"""One line of evidence for each terminal: what a merchant is told about it besides its status, and what lies ahead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.kernel.clock import local_date
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import day, deadline, moment
from terminals.announcing import About
from terminals.dormancy import announced, known_until
from terminals.models import Binding, RegistrationCode, Suspension, Terminal, UseConfirmation

Status = Terminal.Status


class Line(NamedTuple):
    """A terminal of a list with its latest code, the place it is bound to, one sentence about it, and what lies ahead of it."""

    terminal: Terminal
    place: str
    evidence: str
    can_collect: bool
    ahead: str = ""
    can_confirm: bool = False


def lines_of(terminals: Iterable[Terminal], *, now: datetime) -> list[Line]:
    """A line for each terminal, by as many queries however many they are."""
    terminals = list(terminals)
    known = _Known(terminals, now)
    return [_line(terminal, known) for terminal in terminals]


class _Known:
    """What the lines are made of, read once for all of them."""

    def __init__(self, terminals: list[Terminal], now: datetime) -> None:
        keys = [terminal.pk for terminal in terminals]
        self.now, self.on = now, local_date(now)
        codes = RegistrationCode.objects.filter(terminal__in=keys).order_by("id")
        self.codes = {code.terminal_id: code for code in codes}
        bindings = Binding.objects.filter(terminal__in=keys).select_related("division").order_by("id")
        self.places = {binding.terminal_id: binding.address for binding in bindings}
        pauses = Suspension.objects.filter(terminal__in=keys, ended_at=None).select_related("reason")
        self.pauses = {pause.terminal_id: pause for pause in pauses}
        said = UseConfirmation.objects.filter(terminal__in=keys).order_by("id")
        self.confirmed = dict(said.values_list("terminal_id", "at"))
        self.policy, self.host_until = current_policy(), known_until()


def _line(terminal: Terminal, known: _Known) -> Line:
    code, place = known.codes.get(terminal.pk), known.places.get(terminal.pk, "")
    if code and terminal.status == Status.PENDING_ACTIVATION:
        can_collect = code.status == RegistrationCode.Status.ISSUED and not code.is_due_to_expire(known.now)
        return Line(terminal, place, _waiting(code, known.now), can_collect)
    ahead, can_confirm = _what_lies_ahead(terminal, known)
    return Line(
        terminal, place, _evidence(terminal, known.pauses.get(terminal.pk)), False, ahead, can_confirm
    )


def _what_lies_ahead(terminal: Terminal, known: _Known) -> tuple[str, bool]:
    """What is planned for the terminal with the step that prevents it, and whether that step is a confirmation."""
    pause = known.pauses.get(terminal.pk)
    if pause and pause.until:
        return _comes_back(pause.until, known.on), False
    near = announced(terminal, on=known.on, policy=known.policy, known=known.host_until)
    is_stop = near is not None and near.about == About.STOP
    stop = _will_be_stopped(terminal, near.days_left(known.on)) if near and is_stop else ""
    if terminal.status == Status.DORMANT_REVIEW:
        said, can_confirm = _under_verification(terminal, known.confirmed.get(terminal.pk))
        return " ".join(filter(None, [said, stop])), can_confirm
    if near is None or is_stop:
        return stop, False
    return _will_be_verified(near.days_left(known.on)), True


def _under_verification(terminal: Terminal, confirmed_at: datetime | None) -> tuple[str, bool]:
    if confirmed_at and terminal.found_unused_at and confirmed_at >= terminal.found_unused_at:
        return _("You have confirmed that it is in use. The bank verifies it now."), False
    return _("Confirm that it is in use where it is registered, or it is suspended."), True


def _comes_back(until: date, on: date) -> str:
    left = (until - on).days
    said = ngettext(
        "Takes payments again by itself in %(count)d day, on %(day)s",
        "Takes payments again by itself in %(count)d days, on %(day)s",
        left,
    )
    return said % {"count": left, "day": day(until)}


def _will_be_verified(left: int) -> str:
    if left < 1:
        return _("About to be verified as unused: one transaction, or your confirmation, prevents it.")
    said = ngettext(
        "Verified as unused in %(count)d day: one transaction, or your confirmation, prevents it.",
        "Verified as unused in %(count)d days: one transaction, or your confirmation, prevents it.",
        left,
    )
    return said % {"count": left}


def _will_be_stopped(terminal: Terminal, left: int) -> str:
    said = ngettext(
        "Stopped as unused in %(count)d day: one transaction prevents it.",
        "Stopped as unused in %(count)d days: one transaction prevents it.",
        left,
    )
    if left < 1:
        said = _("About to be stopped as unused: one transaction prevents it.")
    resumed_first = _("Have it resumed first.") if terminal.status == Status.SUSPENDED else ""
    return " ".join(filter(None, [said % {"count": left}, resumed_first]))


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


def _evidence(terminal: Terminal, pause: Suspension | None) -> str:
    if pause:
        return " ".join(filter(None, [pause.reason.told, pause.reason.told_remedy]))
    if terminal.status in Terminal.ENDED:
        return _("No longer in the bank's register")
    if terminal.status == Status.SETTLE_ONLY:
        return _("It is being stopped: settle its last batch and give back what the bank asks for.")
    if terminal.activated_at is None:
        return _("Registered on %(day)s") % {"day": day(terminal.provisioned_at)}
    if terminal.last_transaction_at:
        return _("Last transaction on %(when)s") % {"when": moment(terminal.last_transaction_at)}
    return _("Activated on %(when)s") % {"when": moment(terminal.activated_at)}
