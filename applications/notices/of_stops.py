"""The notice of a stop that has just taken effect: every figure read from the record at that moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings

from applications.models.notice import DeactivationNotice
from applications.notices.facts import NoticeFacts, NoticeReason, ReturnItem, StoppedTerminal, Words
from applications.notices.issuing import issue_notice
from config.kernel.calendar import add_working_days
from config.kernel.clock import end_of_day, local_date
from config.kernel.policy import current_policy
from terminals.models import Binding, Device, Terminal
from terminals.models.kit import Piece
from terminals.returns.models import ReturnLine, ReturnOrder

if TYPE_CHECKING:
    from applications.models.deactivation import Deactivation


def give_notice(
    case: Deactivation, terminals: Sequence[Terminal], *, by, now: datetime
) -> DeactivationNotice | None:
    """The notice in force for these terminals, which were in use until now; None where there were none."""
    branch, given = case.branch, case.reason
    if not terminals or branch is None or given is None:
        return None
    today, policy = local_date(now), current_policy()
    bindings = [_last_binding(terminal) for terminal in terminals]
    orders = list(ReturnOrder.objects.filter(application_number=case.number, terminal__in=terminals))
    settle_by = end_of_day(
        add_working_days(today, 0 if case.is_emergency else policy.stop_settle_working_days)
    )
    pre_authorises = any(Terminal.Service.PRE_AUTHORISATION in terminal.services for terminal in terminals)
    facts = NoticeFacts(
        application=case,
        terminals=tuple(
            StoppedTerminal(
                binding.serial_number,
                terminal.number,
                str(binding.device.model),
                f"{binding.division or ''}{binding.address}",
            )
            for terminal, binding in zip(terminals, bindings, strict=True)
        ),
        reason=NoticeReason.of(given),
        settlement_only_from=now,
        full_stop_on=today if case.is_emergency else add_working_days(today, policy.return_working_days),
        settle_by=settle_by,
        preauthorisations_by=settle_by if pre_authorises else None,
        items=_items(orders),
        return_by=min((order.due_on for order in orders), default=None),
        return_place=(orders[0].address or branch.name) if orders else "",
        return_way=Words.of(ReturnOrder.Way(orders[0].way).label) if orders else None,
        deposit_fen=_deposit(bindings) or None,
        contact=branch.name,
        phone=branch.phone or settings.HELP_PHONE,
        hotline=settings.HELP_PHONE,
        # Whoever decided answers for it, also where the stop begins by itself on its day.
        handled_by=str(case.decided_by or by),
    )
    return issue_notice(facts, by=by, now=now)


def _last_binding(terminal: Terminal) -> Binding:
    rows = terminal.bindings.select_related("device__model", "division")
    return rows.order_by("-id")[:1].get()


def _items(orders: Sequence[ReturnOrder]) -> tuple[ReturnItem, ...]:
    """What is to be given back for all of them together, in the order of the check list."""
    counted: Counter[str] = Counter()
    for line in ReturnLine.objects.filter(order__in=orders):
        counted[line.piece] += line.expected
    return tuple(ReturnItem(Words.of(piece.label), counted[piece]) for piece in Piece if counted[piece.value])


def _deposit(bindings: Sequence[Binding]) -> int:
    """What was left with the bank for its devices, in fen."""
    owned = [binding.device for binding in bindings if binding.device.ownership == Device.Ownership.BANK]
    return sum(device.model.deposit_fen for device in owned)
