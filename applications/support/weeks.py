"""Counting self-checks by week, outcome, code and branch, so that no page counts the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone

from applications.support.models import SelfCheck, SelfCheckWeek
from config.kernel.clock import local_date
from terminals.models import ResponseCode

# So long ago somebody still says whether it helped.
WEEKS = 5
COUNTED = ("asked_count", "solved_count", "unsolved_count", "is_code_known")


def count_now_and_then(now: datetime) -> None:
    """For the worker, called every minute: four times in the hour."""
    if timezone.localtime(now).minute % 15 == 0:
        count_weeks(now)


def count_weeks(now: datetime, *, weeks: int = WEEKS) -> int:
    """The last weeks are counted anew from their checks; how many rows there are of them. Twice changes nothing more."""
    today = local_date(now)
    this_monday = today - timedelta(days=today.weekday())
    return sum(_count(this_monday - timedelta(weeks=back), now) for back in range(weeks))


def _count(monday: date, now: datetime) -> int:
    known = set(ResponseCode.objects.values_list("code", flat=True))
    rows = [_row(monday, found, known, now) for found in _found(monday)]
    with transaction.atomic():
        SelfCheckWeek.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["name"], update_fields=[*COUNTED, "counted_at"]
        )
    return len(rows)


def _found(monday: date) -> Iterator[dict[str, Any]]:
    begin, end = (
        timezone.make_aware(datetime.combine(day, time.min)) for day in (monday, monday + timedelta(days=7))
    )
    checks = SelfCheck.objects.filter(asked_at__gte=begin, asked_at__lt=end).order_by()
    yield from checks.values("branch", "outcome", "code").annotate(
        branch_code=Min("branch__code"),
        asked=Count("pk"),
        solved=Count("pk", filter=Q(is_solved=True)),
        unsolved=Count("pk", filter=Q(is_solved=False)),
    )


def _row(monday: date, found: dict[str, Any], known: set[str], now: datetime) -> SelfCheckWeek:
    parts = (f"{monday:%G-W%V}", found["outcome"], found["code"] or "-", found["branch_code"] or "-")
    return SelfCheckWeek(
        name="/".join(parts),
        week_from=monday,
        branch_id=found["branch"],
        outcome=found["outcome"],
        code=found["code"],
        is_code_known=not found["code"] or found["code"] in known,
        asked_count=found["asked"],
        solved_count=found["solved"],
        unsolved_count=found["unsolved"],
        counted_at=now,
    )
