"""What must be true of returns, violations and charges at any moment, asked of the rows as they are, not of the verbs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from config.kernel.audit import AuditEvent
from config.kernel.invariants import Table, series_with_gaps
from config.kernel.policy import current_policy
from terminals.models import Terminal
from terminals.models.kit import Piece
from terminals.returns.models import (
    Charge,
    ReturnInspection,
    ReturnLine,
    ReturnOrder,
    ReturnReceipt,
    Violation,
)
from terminals.returns.models.violation import SERIES as DECISIONS
from terminals.returns.receipts import SERIES as RECEIPTS

Status = ReturnOrder.Status
Case = Violation.Status
LINES = ReturnLine.objects.filter(order=OuterRef("pk"))
LIMIT = "waiver_limit_yuan"


def _numbers(orders: QuerySet) -> QuerySet:
    return orders.order_by("pk").values_list("number", flat=True)


# -- returns ----------------------------------------------------------------------------------------------------------


def _ended_past_a_return() -> QuerySet:
    awaited = ReturnOrder.objects.awaited().filter(terminal=OuterRef("pk"))
    ended = Terminal.objects.filter(status=Terminal.Status.DEACTIVATED, cut_off_by=None)
    return ended.filter(Exists(awaited)).values_list("number", flat=True)


def _returns_that_do_not_add_up() -> QuerySet:
    too_much = Exists(LINES.filter(expected__lt=F("received") + F("missing")))
    awaited = Exists(LINES.awaited())
    begun = Exists(LINES.filter(Q(received__gt=0) | Q(missing__gt=0)))
    fits = (
        Q(status__in=[Status.OPEN, Status.SENT]) & ~Q(begun)
        | Q(status=Status.PART_RECEIVED) & Q(begun) & Q(awaited)
        | Q(status__in=[Status.RECEIVED, Status.CLOSED]) & Q(begun) & ~Q(awaited)
        | Q(status__in=[Status.WRITTEN_OFF, Status.CALLED_OFF])
    )
    return _numbers(ReturnOrder.objects.filter(~fits | Q(too_much)))


def _returns_without_their_device() -> QuerySet:
    device = LINES.filter(piece=Piece.TERMINAL, serial_number=OuterRef("device__serial_number"))
    return _numbers(ReturnOrder.objects.filter(~Exists(device)))


def _closed_unseen() -> QuerySet:
    looked = ReturnInspection.objects.filter(order=OuterRef("pk"))
    receipt = ReturnReceipt.objects.filter(order=OuterRef("pk"))
    return _numbers(
        ReturnOrder.objects.filter(status=Status.CLOSED).exclude(Exists(looked) & Exists(receipt))
    )


def _written_off_by_one_or_though_it_came() -> QuerySet:
    came = Exists(LINES.filter(piece=Piece.TERMINAL, received__gt=0))
    by_one = Q(lost_by=None) | Q(written_off_by=None) | Q(lost_by=F("written_off_by"))
    return _numbers(ReturnOrder.objects.filter(by_one | Q(came), status=Status.WRITTEN_OFF))


def _receipts_with_gaps() -> QuerySet:
    return series_with_gaps(RECEIPTS, ReturnReceipt.objects.all(), prefix="GHZ", width=5)


# -- violations and charges -------------------------------------------------------------------------------------------


def _decisions_with_gaps() -> QuerySet:
    decided = Violation.objects.exclude(decision_number="")
    return series_with_gaps(DECISIONS, decided, prefix="CL", width=5, column="decision_number")


def _decided_by_one() -> QuerySet:
    decided = Violation.objects.filter(status__in=[Case.DECIDED, Case.CLOSED])
    return _numbers(decided.filter(Q(decided_by=None) | Q(decided_by=F("opened_by")) | Q(decision_token="")))


def _charged_without_a_decision() -> QuerySet:
    undecided = ~Q(violation__status__in=[Case.DECIDED, Case.CLOSED])
    return Charge.objects.filter(undecided, violation__isnull=False).order_by("pk")


def _charged_to_somebody_else() -> QuerySet:
    of_another = ~Q(violation__merchant=F("merchant")) & Q(violation__isnull=False)
    of_others = ~Q(order__terminal__merchant=F("merchant")) & Q(order__isnull=False)
    return Charge.objects.filter(of_another | of_others).order_by("pk")


def _closed_with_something_due() -> QuerySet:
    due = Charge.objects.due().filter(violation=OuterRef("pk"))
    return _numbers(Violation.objects.filter(Exists(due), status=Case.CLOSED))


def _waived_by_one() -> QuerySet:
    """Above the limit of the moment in which the waiver was asked for, or where two were asked for, by one person."""
    by_one = Q(waived_by=None) | Q(waived_by=F("waiver_asked_by"))
    above = Q(needs_second=True)
    for limit_yuan, since, until in _limits():
        then = Q(amount_fen__gt=limit_yuan * 100)
        if since:
            then &= Q(waiver_asked_at__gte=since)
        if until:
            then &= Q(waiver_asked_at__lt=until)
        above |= then
    return Charge.objects.filter(by_one & above, status=Charge.Status.WAIVED).order_by("pk")


def _limits() -> Iterator[tuple[int, datetime | None, datetime | None]]:
    """Every limit up to which one person waives, with the moments between which it was in force."""
    since = None
    changes = AuditEvent.objects.filter(action="policy_changed", detail__has_key=LIMIT).order_by("pk")
    for at, detail in changes.values_list("at", "detail"):
        yield detail[LIMIT][0], since, at
        since = at
    yield current_policy().waiver_limit_yuan, since, None


OF_RETURNS: Table = {
    "ended_is_returned": (
        "No terminal has ended without an emergency while something of it is still to come back",
        _ended_past_a_return,
    ),
    "returns_add_up": (
        "No more came back than went out, and every return stands where its lines have brought it",
        _returns_that_do_not_add_up,
    ),
    "returns_name_their_device": (
        "Every return asks for its device by serial number",
        _returns_without_their_device,
    ),
    "closed_is_inspected": ("Every closed return has its inspection and its receipt", _closed_unseen),
    "written_off_by_two": (
        "What was written off never came back, and two people have written it off",
        _written_off_by_one_or_though_it_came,
    ),
    "receipts_numbered": ("Receipts are numbered without gaps per branch and year", _receipts_with_gaps),
    "decisions_numbered": ("Decisions are numbered without gaps per branch and year", _decisions_with_gaps),
    "violations_decided_by_two": (
        "Every decision on a violation was made by somebody else than who opened it",
        _decided_by_one,
    ),
    "charges_on_decisions": (
        "No charge for a violation was raised without a decision",
        _charged_without_a_decision,
    ),
    "charges_to_the_right": (
        "Every charge goes to the merchant of its return or violation",
        _charged_to_somebody_else,
    ),
    "closed_owes_nothing": ("Nothing is due for a violation that is closed", _closed_with_something_due),
    "waived_by_two": ("Above the limit two people have waived a charge", _waived_by_one),
}
