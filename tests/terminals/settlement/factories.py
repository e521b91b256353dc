"""Clearances in every state, through the verbs: rows only of people, devices and merchants."""

from __future__ import annotations

from config.kernel import clock
from terminals.models import Terminal
from terminals.settlement.clearance import complete, drop, open_clearance
from terminals.settlement.items import Reason
from terminals.settlement.models import Clearance, ClearanceItem
from tests.accounts.factories import StaffFactory
from tests.terminals.factories import activated, cut_off

APPLICATION = "TY-20261101-000001"


def clerk(branch, **given):
    return StaffFactory(branch=branch, role="settlement", **given)


def supervisor(branch, **given):
    return StaffFactory(branch=branch, role="supervisor", **given)


def stopping(*, terminal: Terminal | None = None, **given) -> Clearance:
    """A terminal whose stop was approved: it only settles, and its clearance is in hand."""
    terminal = terminal or activated(**given)[0]
    by = StaffFactory(branch=terminal.branch)
    terminal.wind_up(by=by, now=clock.now(), note="停用")
    return _opened(terminal, Reason.STOP, by)


def swapping(*, terminal: Terminal | None = None, **given) -> Clearance:
    """A terminal in use whose device is to be replaced."""
    terminal = terminal or activated(**given)[0]
    return _opened(terminal, Reason.SWAP, StaffFactory(branch=terminal.branch))


def after_emergency(*, terminal: Terminal | None = None, **given) -> Clearance:
    """A terminal cut off at once, to be settled by hand."""
    terminal = terminal or activated(**given)[0]
    cut_off(terminal)
    return _opened(terminal, Reason.BY_HAND, StaffFactory(branch=terminal.branch))


OPENED = {Reason.STOP: stopping, Reason.SWAP: swapping, Reason.BY_HAND: after_emergency}


def _opened(terminal, reason, by) -> Clearance:
    return open_clearance(terminal, reason=reason, application_number=APPLICATION, by=by, now=clock.now())


def said(item: ClearanceItem, **changed) -> dict:
    """What a clerk enters for the item."""
    amount = {"amount_fen": 1_268_000} if item.asked.is_money else {}
    return {"evidence": f"批次 000017，主机条目 {item.position}"} | amount | changed


def from_host_totals(item: ClearanceItem, **changed) -> dict:
    return said(item, way=ClearanceItem.Way.HOST_TOTALS, voucher_number="SG-2026-0117", **changed)


def confirmed(item: ClearanceItem, *, by=None, **changed) -> ClearanceItem:
    by = by or clerk(item.clearance.terminal.branch)
    item.confirm(by=by, now=clock.now(), **said(item, **changed))
    return item


def agreed(item: ClearanceItem, *, by=None, **changed) -> ClearanceItem:
    confirmed(item, **changed).agree(by=by or clerk(item.clearance.terminal.branch), now=clock.now())
    return item


def all_agreed(clearance: Clearance) -> Clearance:
    """Every item confirmed by one clerk and checked by another; not completed."""
    first, second = (clerk(clearance.terminal.branch) for _ in range(2))
    for item in clearance.items.all():
        confirmed(item, by=first).agree(by=second, now=clock.now())
    return clearance


def completed(clearance: Clearance) -> Clearance:
    complete(all_agreed(clearance), by=clerk(clearance.terminal.branch), now=clock.now())
    return clearance


def cleared(terminal: Terminal, *, reason: str = Reason.STOP) -> Clearance:
    """The terminal's clearance from its opening to its end; after a stop the terminal is stopped."""
    clearance = completed(OPENED[Reason(reason)](terminal=terminal))
    terminal.refresh_from_db()
    return clearance


def dropped(clearance: Clearance) -> Clearance:
    """No longer needed; a stop is revoked before."""
    terminal, by = clearance.terminal, StaffFactory(branch=clearance.terminal.branch)
    if clearance.reason == Reason.STOP:
        terminal.restore(by=by, now=clock.now(), note="撤销停用")
    drop(clearance, by=by, now=clock.now(), note="不再停用")
    return clearance
