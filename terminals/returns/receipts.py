"""The receipt of a return: issued by the store room, confirmed by the merchant, found genuine by anybody."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.accounts.roles import MemberRight
from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.genuine import Paper
from config.kernel.lifecycle import Refused, lock_in_order
from config.kernel.numbering import take_number
from merchants.people import objection_to
from terminals.models.kit import Piece
from terminals.returns.models import ReturnLine, ReturnOrder, ReturnReceipt
from terminals.returns.telling import tell_merchant

SERIES = "return_receipt"
KIND = gettext_lazy("Receipt of a return")
MAY_HAVE_ONE = (ReturnOrder.Status.RECEIVED, ReturnOrder.Status.CLOSED)


def objection_to_receipt(order: ReturnOrder) -> str:
    """Why no receipt can be issued now, or ""."""
    if ReturnReceipt.objects.filter(order=order).exists():
        return _("This return has its receipt already.")
    if order.status not in MAY_HAVE_ONE:
        return _("A receipt is issued once everything is back or known to be missing.")
    return ""


def issue_receipt(order: ReturnOrder, *, by, now: datetime) -> ReturnReceipt:
    """The numbered receipt with the facts of this moment; the clerk who issues it signs it."""
    with told_as_refusals(), transaction.atomic():
        lock_in_order(order)
        if sentence := objection_to_receipt(order):
            raise Refused(sentence, code="wrong_state")
        facts = _facts(order, by=by, now=now)
        year, branch = local_date(now).year, order.branch.code
        number = take_number(SERIES, scope=branch, year=year)
        receipt = ReturnReceipt.objects.create(
            order=order,
            number=f"GHZ-{branch}-{year}-{number:05d}",
            token=secrets.token_urlsafe(32),
            facts=facts,
            issued_at=now,
            issued_by=by,
        )
        tell_merchant("return_received", order, now=now)
        record("return_receipt_issued", by=by, now=now, subject=receipt)
        return receipt


def objection_to_confirmation(receipt: ReturnReceipt, *, by) -> str:
    """Why this person cannot confirm the receipt, or ""."""
    if sentence := objection_to(MemberRight.RETURN_DEVICES, by, receipt.order.terminal.merchant):
        return sentence
    return _("The receipt is confirmed already.") if receipt.confirmed_at else ""


def confirm_receipt(receipt: ReturnReceipt, *, by, now: datetime) -> None:
    """The merchant agrees with what the receipt says; once, by one of its own people."""
    if sentence := objection_to_confirmation(receipt, by=by):
        raise Refused(sentence, code="not_yours" if receipt.confirmed_at is None else "wrong_state")
    with transaction.atomic():
        unconfirmed = ReturnReceipt.objects.filter(pk=receipt.pk, confirmed_at=None)
        if not unconfirmed.update(confirmed_at=now, confirmed_by=by):
            raise Refused(_("The receipt is confirmed already."), code="wrong_state")
        receipt.refresh_from_db()
        record("return_receipt_confirmed", by=by, now=now, subject=receipt)


def facts_of(receipt: ReturnReceipt) -> dict[str, Any]:
    """Everything the sheet prints, in the words of the language in force: the snapshot, and whether it is confirmed."""
    pieces, conditions = dict(Piece.choices), dict(ReturnLine.Condition.choices)
    lines = [
        line | {"piece": str(pieces[line["piece"]]), "condition": str(conditions.get(line["condition"], ""))}
        for line in receipt.facts["lines"]
    ]
    return receipt.facts | {
        "number": receipt.number,
        "token": receipt.token,
        "lines": lines,
        "issued_at": receipt.issued_at,
        "confirmed_at": receipt.confirmed_at,
    }


def paper_of(token: str) -> Paper | None:
    """For the public check."""
    receipt = ReturnReceipt.objects.filter(token=token).only("issued_at").first()
    return Paper(KIND, receipt.issued_at, is_valid=True) if receipt else None


def _facts(order: ReturnOrder, *, by, now: datetime) -> dict[str, Any]:
    merchant, device = order.terminal.merchant, order.device
    looked = order.inspections.order_by("-pk").first()
    return {
        "return_number": order.number,
        "branch": order.branch.name,
        "merchant_name": merchant.registered_name or merchant.trading_name,
        "merchant_number": merchant.number,
        "terminal_number": order.terminal.number,
        "model": str(device.model),
        "serial_number": device.serial_number,
        "is_inspection": order.is_inspection,
        "received_on": local_date(order.received_at or now).isoformat(),
        "keys_destroyed": looked.keys_destroyed if looked else None,
        "log_cleared": looked.log_cleared if looked else None,
        "clerk": str(by),
        "lines": [
            {
                "piece": line.piece,
                "serial_number": line.serial_number,
                "expected": line.expected,
                "received": line.received,
                "missing": line.missing,
                "condition": line.condition,
                "remark": line.remark,
            }
            for line in order.lines.all()
        ],
    }
