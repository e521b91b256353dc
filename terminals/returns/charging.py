"""What a merchant owes under the agreement: reckoned by tariff from the return, or entered by hand with a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from config.accounts.roles import MemberRight
from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, lock_in_order
from config.kernel.outbox import enqueue
from config.kernel.policy import current_policy
from terminals.returns.models import Charge, ReturnLine, ReturnOrder, Tariff, Violation
from terminals.returns.telling import people_with

LATE, PIECE, LOSS = "late_per_day", "piece_by_price", "loss_depreciated"


class Reckoning(NamedTuple):
    """An amount with what it was reckoned from."""

    amount_fen: int
    facts: dict[str, Any]


def reckon_late(tariff: Tariff, order: ReturnOrder, *, on: date) -> Reckoning:
    """For each day after the day it was due, until it was received or `on`; never more than everything cost when new."""
    until = local_date(order.received_at) if order.received_at else on
    days = max((until - order.due_on).days, 0)
    most = sum(line.price_fen * line.expected for line in order.lines.all())
    amount = days * tariff.day_fen
    return Reckoning(
        min(amount, most) if most else amount, {"days": days, "day_fen": tariff.day_fen, "most_fen": most}
    )


def reckon_piece(tariff: Tariff, line: ReturnLine) -> Reckoning:
    """The tariff's share of the price, for what is missing, or for all of a line that came back damaged."""
    is_damaged = line.condition == ReturnLine.Condition.DAMAGED
    count = line.received if is_damaged else line.missing
    amount = count * line.price_fen * tariff.percent // 100
    facts = {"piece": line.piece, "count": count, "price_fen": line.price_fen, "percent": tariff.percent}
    return Reckoning(amount, facts)


def reckon_loss(tariff: Tariff, order: ReturnOrder, *, on: date) -> Reckoning:
    """The device's price less depreciation in equal parts by whole months since it was handed out, to the share that remains."""
    device = order.lines.get(piece="terminal")
    given = (
        order.device.issued_items.filter(terminal=order.terminal_id, piece="terminal").order_by("-pk").first()
    )
    since = local_date(given.issued_at) if given else local_date(order.opened_at)
    months = max((on.year - since.year) * 12 + on.month - since.month - (on.day < since.day), 0)
    used_up = device.price_fen * min(months, tariff.life_months) // tariff.life_months
    least = device.price_fen * tariff.percent // 100
    facts = {
        "price_fen": device.price_fen,
        "months": months,
        "life_months": tariff.life_months,
        "least_fen": least,
    }
    return Reckoning(max(device.price_fen - used_up, least), facts)


def raise_charge(
    *,
    merchant,
    amount_fen: int,
    by,
    now: datetime,
    order: ReturnOrder | None = None,
    violation: Violation | None = None,
    tariff: Tariff | None = None,
    reckoning: dict[str, Any] | None = None,
    reason: str = "",
) -> Charge:
    """Due from now on, and the merchant's people have been told.

    Raises `Refused`: "constraint" without amount or ground, "wrong_state" for a violation that is not decided.
    """
    with told_as_refusals(), transaction.atomic():
        lock_in_order(violation)
        if violation is not None and violation.status != Violation.Status.DECIDED:
            raise Refused(violation.out_of_turn(), code="wrong_state")
        charge = Charge.objects.create(
            merchant=merchant,
            branch=merchant.branch,
            order=order,
            violation=violation,
            tariff=tariff,
            amount_fen=amount_fen,
            reckoning=reckoning or {},
            reason=reason.strip(),
            due_on=local_date(now) + timedelta(days=current_policy().charge_days),
            raised_at=now,
            raised_by=by,
        )
        record("charge_raised", by=by, now=now, subject=charge)
        for person in people_with(MemberRight.MAKE_STATEMENTS, merchant):
            enqueue("charge_due", recipient=person, subject=charge, context={"number": str(charge)}, now=now)
        return charge


def charges_for_return(order: ReturnOrder, *, by, now: datetime) -> list[Charge]:
    """Everything the tariffs find in a return that is back or written off, each once: lateness, pieces, the loss."""
    tariffs = {tariff.pk: tariff for tariff in Tariff.objects.filter(is_active=True)}
    today = local_date(now)
    found: list[tuple[Tariff, Reckoning]] = []
    if tariff := tariffs.get(LATE):
        found.append((tariff, reckon_late(tariff, order, on=today)))
    if tariff := tariffs.get(PIECE):
        broken = order.lines.filter(condition__in=["missing", "damaged"])
        found += [(tariff, reckon_piece(tariff, line)) for line in broken]
    if order.status == ReturnOrder.Status.WRITTEN_OFF and (tariff := tariffs.get(LOSS)):
        found.append((tariff, reckon_loss(tariff, order, on=today)))
    with transaction.atomic():
        ReturnOrder.objects.select_for_update(no_key=True).get(pk=order.pk)
        standing = {
            (charge.tariff_id, charge.reckoning.get("piece")) for charge in Charge.objects.filter(order=order)
        }
        return [
            raise_charge(
                merchant=order.terminal.merchant,
                order=order,
                tariff=tariff,
                amount_fen=reckoning.amount_fen,
                reckoning=reckoning.facts,
                by=by,
                now=now,
            )
            for tariff, reckoning in found
            if reckoning.amount_fen and (tariff.pk, reckoning.facts.get("piece")) not in standing
        ]
