"""Clearing a terminal before it ends or changes its device: opened, asked about, completed, dropped.

Every verb locks the device, the terminal and then the clearance, so that a stop, its revocation and its completion wait
for each other.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from config.accounts.models import Role, User
from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, lock_in_order
from config.kernel.outbox import enqueue
from merchants.models import Membership
from terminals import stopping
from terminals.models import RegistrationCode, Terminal
from terminals.settlement.items import OF_DEVICE, Code, Reason, codes_for
from terminals.settlement.models import Clearance, ClearanceItem

DESK = "settlement"
Status = Clearance.Status


class Left(NamedTuple):
    """Something that is left to do, in words for the merchant; `is_yours` where the merchant itself can do it."""

    text: str
    is_yours: bool


# -- verbs ------------------------------------------------------------------------------------------------------------


def open_clearance(
    terminal: Terminal, *, reason: str, application_number: str = "", by, now: datetime
) -> Clearance:
    """The clearance of the terminal for this reason and application, opened now unless it is there; the desk hears of it.

    A stop opens it after `Terminal.wind_up`, a replacement while the old device is in place, an emergency after
    `Terminal.cut_off`; clearances that these make pointless are void. Raises `Refused`: "wrong_state", "in_hand" where
    one for another application is open, "nothing_to_settle" where the device was never in use.
    """
    with told_as_refusals(), transaction.atomic():
        _lock(terminal)
        if same := _of_application(terminal, reason, application_number):
            return same
        if other := latest(terminal, reason, status=Status.OPEN):
            raise Refused(
                _("A clearance of this terminal is in hand already, for application %(number)s.")
                % {"number": other.application_number or "--"},
                code="in_hand",
            )
        if terminal.status not in Clearance.STATUS_FOR[Reason(reason)]:
            raise Refused(terminal.out_of_turn(), code="wrong_state")
        if reason == Reason.BY_HAND and terminal.cut_off_by_id is None:
            raise Refused(_("This terminal was cleared before it was stopped."), code="wrong_state")
        if reason == Reason.SWAP and not has_something_to_settle(terminal):
            raise Refused(
                _("This terminal was never in use on its device, so there is nothing to settle."),
                code="nothing_to_settle",
            )
        if reason != Reason.SWAP:
            _void_others(terminal, by=by, now=now)
        clearance = Clearance.objects.create(
            terminal=terminal,
            reason=reason,
            serial_number=_serial_number(terminal),
            application_number=application_number,
            opened_at=now,
            opened_by=by,
        )
        ClearanceItem.objects.bulk_create(
            ClearanceItem(clearance=clearance, code=code, position=position)
            for position, code in enumerate(codes_for(reason), 1)
        )
        record("clearance_opened", by=by, now=now, subject=clearance, detail={"reason": reason})
        _tell_desk(clearance, now=now)
        return clearance


def complete(clearance: Clearance, *, by, now: datetime) -> None:
    """Everything is checked by two people: closed, and after a stop the terminal has ended, or nothing has happened.

    Raises `Refused` "outstanding" with what is open at every desk (`params["items"]`), or the objection of the clearance.
    """
    terminal = Terminal.objects.get(pk=clearance.terminal_id)
    with transaction.atomic():
        _lock(terminal, clearance)
        clearance.terminal = terminal
        is_open = clearance.status == Status.OPEN
        if is_open and (items := outstanding_everywhere(clearance)):
            raise Refused("\n".join(items), code="outstanding", items=items)
        clearance.settle(by=by, now=now)
        if clearance.reason == Reason.STOP:
            terminal.deactivate(by=by, now=now, note=_("Settled and cleared"))
            _tell_owners(terminal, now=now)


def drop(clearance: Clearance, *, by, now: datetime, note: str) -> None:
    """It is no longer needed: the stop was revoked (after `Terminal.restore`), or the replacement does not happen.

    Raises `Refused` while the terminal is still being stopped, and for what an emergency left to be settled.
    """
    with transaction.atomic():
        _lock(Terminal.objects.get(pk=clearance.terminal_id), clearance)
        clearance.void(by=by, now=now, note=note)


# -- questions --------------------------------------------------------------------------------------------------------


def latest(terminal: Terminal, reason: str, *, status: str = "") -> Clearance | None:
    """The newest clearance of the terminal for this reason, of this status where one is given."""
    found = terminal.clearances.filter(reason=reason).order_by("-id")
    return (found.filter(status=status) if status else found).first()


def outstanding(terminal: Terminal) -> list[str]:
    """What the settlement desk has open before this terminal ends, one sentence each; all of it where nothing was begun."""
    clearance = latest(terminal, Reason.STOP)
    if clearance is None or clearance.status == Status.VOID:
        return [_("The settlement of this terminal has not begun.")]
    if items := clearance.open_items():
        return items
    if clearance.status == Status.OPEN:
        return [_("Everything is checked; the settlement desk has yet to complete the clearance.")]
    return []


def outstanding_everywhere(clearance: Clearance) -> list[str]:
    """What stands between this clearance and its end: its own items, and before a stop what the other desks have open."""
    items = clearance.open_items()
    if clearance.reason == Reason.STOP:
        items += stopping.outstanding(clearance.terminal, besides=DESK)
    return items


def is_cleared(terminal: Terminal, reason: str, *, application_number: str = "") -> bool:
    """Whether the clearance for this reason (and application, where one is given) is done, for the device now tied to it.

    A device that was never in use has nothing to settle, so its replacement waits for nothing.
    """
    if reason == Reason.SWAP and not has_something_to_settle(terminal):
        return True
    clearance = latest(terminal, reason)
    return (
        clearance is not None
        and clearance.status == Status.SETTLED
        and clearance.serial_number == _serial_number(terminal)
        and application_number in ("", clearance.application_number)
    )


def has_something_to_settle(terminal: Terminal) -> bool:
    """Whether the terminal was ever in use on the device it is tied to, or was last tied to."""
    used = RegistrationCode.Status.USED
    return terminal.codes.filter(status=used, serial_number=_serial_number(terminal)).exists()


def what_is_left(terminal: Terminal) -> list[Left]:
    """What is left before the terminal ends, for its merchant: steps in plain words, never what the bank's staff noted."""
    if terminal.status != Terminal.Status.SETTLE_ONLY:
        return []
    clearance = latest(terminal, Reason.STOP, status=Status.OPEN)
    if clearance is None:
        return [Left(_("The bank begins the settlement of this terminal."), is_yours=False)]
    items = {item.code: item.status for item in clearance.items.all()}
    still_open = {code for code, status in items.items() if status == ClearanceItem.Status.OPEN}
    left = []
    if still_open & set(OF_DEVICE):
        left.append(Left(_("Settle the batch on the terminal, and keep the printed totals."), is_yours=True))
    if Code.PREAUTH in still_open:
        left.append(Left(_("Complete or void pre-authorisations that are still open."), is_yours=True))
    if Code.PAYOUT in still_open:
        left.append(Left(_("The bank pays out what was settled."), is_yours=False))
    if not still_open:
        left.append(Left(_("The bank checks the settlement and then stops the terminal."), is_yours=False))
    return left


# -- private ----------------------------------------------------------------------------------------------------------


def _lock(terminal: Terminal, clearance: Clearance | None = None) -> None:
    binding = terminal.binding
    lock_in_order(binding.device if binding else None, terminal, clearance)


def _of_application(terminal: Terminal, reason: str, application_number: str) -> Clearance | None:
    """What was opened for the same application before and is not void, so that opening twice opens once."""
    found = terminal.clearances.filter(reason=reason, application_number=application_number)
    found = found.exclude(status=Status.VOID)
    return found.filter(serial_number=_serial_number(terminal)).order_by("-id").first()


def _serial_number(terminal: Terminal) -> str:
    """Of the device the terminal is tied to, or was last tied to."""
    numbers = terminal.bindings.order_by("-id").values_list("device__serial_number", flat=True)
    return numbers.first() or ""


def _void_others(terminal: Terminal, *, by, now: datetime) -> None:
    """A terminal that ends is replaced no more, and one that was cut off is settled by hand."""
    for clearance in terminal.clearances.opened().order_by("id"):
        lock_in_order(clearance)
        clearance.void(by=by, now=now, note=_("Another clearance takes its place"))


def _tell_desk(clearance: Clearance, *, now: datetime) -> None:
    terminal = clearance.terminal
    for person in User.objects.serving(terminal.branch, role=Role.SETTLEMENT):
        enqueue(
            "clearance_opened",
            recipient=person,
            subject=clearance,
            context={"terminal_number": terminal.number},
            now=now,
        )


def _tell_owners(terminal: Terminal, *, now: datetime) -> None:
    owners = terminal.merchant.memberships.filter(role=Membership.Role.OWNER).select_related("user")
    for member in owners:
        enqueue(
            "terminal_stopped",
            recipient=member.user,
            subject=terminal,
            context={"terminal_number": terminal.number},
            now=now,
        )
