"""What does not come back is asked for again: before the day, when it has passed, and once more before staff take it up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from config.kernel.calendar import add_working_days
from config.kernel.clock import local_date
from config.kernel.policy import Policy, current_policy
from config.kernel.sweeping import sweep_rows
from terminals.returns.models import ReturnOrder
from terminals.returns.telling import tell_merchant, tell_store_room

# What `ReturnOrder.chased` counts.
REMINDED, OVERDUE, LATE = 1, 2, 3


def due_date(now: datetime) -> date:
    """The day by which a device that is asked back now has to be there: policy, in working days."""
    return add_working_days(local_date(now), current_policy().return_working_days)


def chase(now: datetime) -> int:
    """Every awaited return has been told of the last stage that it has reached, once for each; how many were told.

    A stage that was missed because nothing ran is passed over where a later one is reached.
    """
    policy, today = current_policy(), local_date(now)
    return sum(
        sweep_rows(rows, lambda order, stage=stage: _chase(order, stage, today=today, now=now))
        for stage, rows in _reached(policy, today)
    )


def _reached(policy: Policy, today: date) -> list[tuple[int, QuerySet]]:
    """The furthest stage first."""
    awaited = ReturnOrder.objects.awaited().select_related("terminal", "branch")
    late = today - timedelta(days=policy.return_late_days)
    soon = today + timedelta(days=policy.return_reminder_days)
    return [
        (LATE, awaited.filter(chased__lt=LATE, due_on__lte=late)),
        (OVERDUE, awaited.filter(chased__lt=OVERDUE, due_on__lt=today)),
        # What is on its way needs no reminder.
        (REMINDED, awaited.filter(chased__lt=REMINDED, due_on__lte=soon, status=ReturnOrder.Status.OPEN)),
    ]


def _chase(order: ReturnOrder, stage: int, *, today: date, now: datetime) -> None:
    with transaction.atomic():
        mine = ReturnOrder.objects.awaited().filter(pk=order.pk, chased__lt=stage)
        if not mine.update(chased=stage):
            return
        event = f"return_chased:{order.pk}:{stage}"
        if stage == REMINDED:
            days_left = max((order.due_on - today).days, 0)
            tell_merchant("return_due", order, now=now, event=event, days_left=days_left)
            return
        days_over = (today - order.due_on).days
        tell_merchant("return_overdue", order, now=now, event=event, days_over=days_over)
        if stage == LATE:
            tell_store_room("return_late", order, now=now, event=event, days_over=days_over)
