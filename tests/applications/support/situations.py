"""A merchant before a refusing terminal, once for each outcome: real rows, reached through the verbs."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple

from applications.scheduled_effects import carry_out_due
from applications.support.checking import reports
from applications.support.checking.questions import Screen
from applications.support.checking.tree import Known
from config.accounts.branches import Branch
from config.kernel import clock
from config.kernel.lifecycle import Refused
from merchants.expiry import tell_all
from terminals.activation import activate
from terminals.models import Bulletin, Device, SuspensionReason, Terminal
from terminals.returns.charging import raise_charge
from tests.accounts.factories import StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.applications.requests import requested
from tests.merchants.expiring import expiring
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.bulletins import published, writer
from tests.terminals.factories import (
    DeviceFactory,
    activated,
    code_of,
    cut_off,
    digits_of,
    provisioned,
    wrong_digits,
)
from tests.terminals.returns.factories import storekeeper, whole
from tests.terminals.settlement.factories import confirmed


class Situation(NamedTuple):
    """Who asks with which number and what on the screen; `desk` is what a desk reports while this is tested."""

    person: Any
    number: str
    screen: str = Screen.NOT_REGISTERED
    code: str = ""
    desk: dict[str, Known] | None = None

    @property
    def sent(self) -> dict[str, str]:
        return {"typed": self.number, "screen": self.screen, "code": self.code}


def in_use(**given) -> Terminal:
    return activated(now=clock.now() - timedelta(days=1), **given)[0]


def of(terminal: Terminal, screen: str = Screen.NOT_REGISTERED, **given) -> Situation:
    return Situation(owner_of(terminal.merchant), terminal.number, screen, **given)


def announced(branch: Branch | None = None, **given) -> Bulletin:
    """A running upgrade of the bank's, or of a branch."""
    by = writer(branch=branch) if branch else writer()
    return published(by=by, kind="upgrade", branch=branch, **given)


def applied(state: str) -> Situation:
    registration = RegistrationFactory(state=state)
    return Situation(registration.applicant, registration.placements.get().serial_number)


def waiting(**given) -> Terminal:
    return provisioned(**given)


def locked() -> Situation:
    terminal = waiting()
    wrong = wrong_digits(digits_of(terminal))
    for _try in range(5):
        with suppress(Refused):
            activate(
                serial_number=code_of(terminal).serial_number,
                registration_code=wrong,
                ip=None,
                now=clock.now(),
            )
    assert code_of(terminal).status == "locked"
    return of(terminal)


def suspended(reason: str, *, until=None, terminal: Terminal | None = None) -> Situation:
    terminal = terminal or in_use()
    row = SuspensionReason.objects.get(pk=reason)
    terminal.suspend(
        by=StaffFactory(branch=terminal.branch), now=clock.now(), reason=row, note="见内部记录", until=until
    )
    return of(terminal, Screen.STOPPED)


def documents_expired() -> Situation:
    """Notice was given and its grace has passed."""
    start = clock.now() - timedelta(days=400)
    licence_to = clock.local_date(clock.now()) - timedelta(days=45)
    merchant = expiring(licence_to=licence_to)
    terminal, _done = activated(merchant=merchant, now=start)
    tell_all(clock.now() - timedelta(days=44))
    notice = merchant.expiry_notices.exclude(suspends_on=None).get()
    terminal.suspend(
        by=StaffFactory(),
        now=clock.now(),
        reason=SuspensionReason.objects.get(pk="documents_expired"),
        note="到期",
        expiry_notice=notice,
    )
    return of(terminal, Screen.STOPPED)


def fee_overdue() -> Situation:
    terminal = in_use()
    raise_charge(
        merchant=terminal.merchant, amount_fen=12_300, reason="逾期", by=StaffFactory(), now=clock.now()
    )
    return suspended("fee_overdue", terminal=terminal)


def settling() -> Terminal:
    """A stop that its merchant asked for, on its day."""
    terminal = activated(now=clock.now() - timedelta(days=30))[0]
    requested("deactivation", terminal=terminal, state="approved", now=clock.now() - timedelta(days=14))
    carry_out_due(clock.now())
    terminal.refresh_from_db()
    assert terminal.status == Terminal.Status.SETTLE_ONLY
    return terminal


def nothing_left() -> Situation:
    """The merchant has done its part: batch and pre-authorisations confirmed, the device back."""
    terminal = settling()
    for item in terminal.clearances.get().items.all():
        confirmed(item)
    order = terminal.returns.get()
    order.receive(whole(order), by=storekeeper(order), now=clock.now())
    return of(terminal, Screen.STOPPED)


def ended_on_request() -> Situation:
    terminal = settling()
    cut_off(terminal)
    return of(terminal, Screen.STOPPED)


def ended_by_bank() -> Situation:
    terminal = activated(now=clock.now() - timedelta(days=30))[0]
    cut_off(terminal)
    return of(terminal, Screen.STOPPED)


def replaced() -> Situation:
    terminal = in_use()
    former = terminal.binding.serial_number
    requested("replacement", terminal=terminal, state="approved")
    return Situation(owner_of(terminal.merchant), former)


def with_desk(**known: Known) -> Situation:
    return of(in_use(), desk=known)


def changing() -> Situation:
    return of(requested("relocation", state="submitted").terminal)


def near() -> Situation:
    terminal = in_use()
    last = "0" if terminal.number[-1] != "0" else "1"
    return Situation(owner_of(terminal.merchant), terminal.number[:-1] + last)


def fresh_serial() -> str:
    """A number that is far from every other one, also where nothing is emptied between tests."""
    return f"QX{secrets.token_hex(6).upper()}"


def unlike(serial: str) -> Device:
    """A device whose number is like no other one's: those of the factory differ by one character."""
    return DeviceFactory(serial_number=serial)


def somebody_elses(serial: str) -> Terminal:
    merchant = onboarded()
    return in_use(merchant=merchant, device=DeviceFactory(serial_number=serial, branch=merchant.branch))


def of_an_owner(number: Callable[[], str]) -> Callable[[], Situation]:
    """Somebody who has a terminal asks about a number that is none of theirs."""
    return lambda: Situation(owner_of(in_use(label="我的").merchant), number())


def during_an_upgrade() -> Situation:
    """Of the terminal's own branch, so that what else is tested goes on undisturbed."""
    terminal = in_use()
    announced(branch=terminal.branch)
    return of(terminal)


SITUATIONS: dict[str, Callable[[], Situation]] = {
    "O-01": during_an_upgrade,
    "O-02": lambda: of(in_use(), Screen.OTHER, code="51"),
    "O-03": lambda: of(in_use(), Screen.NO_CONNECTION),
    "O-04": near,
    "O-05": of_an_owner(lambda: somebody_elses(fresh_serial()).binding.serial_number),
    "O-06": of_an_owner(lambda: "ZZX777000111"),
    "O-07": of_an_owner(lambda: unlike(fresh_serial()).serial_number),
    "O-08": lambda: applied("draft"),
    "O-09": lambda: applied("submitted"),
    "O-10": lambda: applied("returned"),
    "O-11": lambda: applied("rejected"),
    "O-12": lambda: of(waiting()),
    "O-13": lambda: of(waiting(now=clock.now() - timedelta(days=8))),
    "O-14": locked,
    "O-15": lambda: with_desk(report_pending=Known.YES),
    "O-16": lambda: with_desk(serial_differs=Known.YES),
    "O-17": lambda: with_desk(moved=Known.YES),
    "O-18": changing,
    "O-19": lambda: with_desk(parameters_old=Known.YES),
    "O-20": lambda: of(in_use()),
    "O-21": documents_expired,
    "O-22": lambda: suspended("unused"),
    "O-23": lambda: suspended("account"),
    "O-24": lambda: suspended("risk"),
    "O-25": fee_overdue,
    "O-26": lambda: suspended("end_of_life"),
    "O-27": lambda: suspended("planned_closure", until=clock.today() + timedelta(days=9)),
    "O-28": lambda: of(settling(), Screen.STOPPED),
    "O-29": nothing_left,
    "O-30": ended_on_request,
    "O-31": replaced,
    "O-32": ended_by_bank,
    "O-33": lambda: of(in_use(), Screen.MISSING_SALE),
}


def declare(situation: Situation) -> None:
    """A desk reports on this terminal until `reports._desks` is put back."""
    if situation.desk:
        known = {situation.number: situation.desk}
        reports.reports_on_terminals("tests", lambda terminal, now: known.get(terminal.number, {}))


__all__ = ["SITUATIONS", "Situation", "announced", "declare", "in_use", "of", "suspended"]
