"""The next case: taken in the order of the list that the reviewer sees, never the same one by two people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from applications.desk.queue import QueueFilter
from applications.models import Application, SkippedCase
from applications.queueing import workable_by
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused

MOST_REFUSALS = 20


def next_case(
    user: Any, filters: QueueFilter, now: datetime, *, skipping: Iterable[int] = ()
) -> Application | None:
    """The first case of the list that this person may work on, now in the person's hands, as its kind; None where none is left.

    Left out are what others are taking this very moment, what the person may not have in hand, and the keys to be skipped;
    what the person has put off today comes after everything else, longest put off first.
    """
    if not filters.is_valid():
        return None
    left_out = set(skipping)
    for _attempt in range(MOST_REFUSALS):
        with transaction.atomic():
            row = _first(workable_by(filters.qs, user, now).exclude(pk__in=left_out), user, filters, now)
            if row is None:
                return None
            case = row.as_kind()
            try:
                case.claim(by=user, now=now)
            except Refused:
                # For a reason that no query knows, such as a right that was lost this minute.
                left_out.add(row.pk)
                continue
            return case
    return None


def skip(case: Application, *, by: Any, now: datetime) -> None:
    """Leave the case for the end of this person's day: free for others meanwhile, a draft of the review kept."""
    with transaction.atomic():
        if case.objection_to_put_back(by=by, now=now) == "":
            case.release(by=by, now=now)
        SkippedCase.objects.update_or_create(
            reviewer=by, application_id=case.pk, defaults={"at": now}, create_defaults={"at": now}
        )


def _first(rows: QuerySet, user: Any, filters: QueueFilter, now: datetime) -> Application | None:
    rows = rows.select_related(None).order_by(*filters.order)
    if not settings.RACE_WITHOUT_LOCKS:
        rows = rows.select_for_update(skip_locked=True, no_key=True)
    put_off = list(_put_off(user, now))
    found = rows.exclude(pk__in=put_off).first() if put_off else rows.first()
    if found is not None or not put_off:
        return found
    later = {row.pk: row for row in rows.filter(pk__in=put_off)}
    return next((later[key] for key in put_off if key in later), None)


def _put_off(user: Any, now: datetime) -> Iterator[int]:
    morning = datetime.combine(local_date(now), time.min, timezone.get_default_timezone())
    skipped = SkippedCase.objects.filter(reviewer=user, at__gte=morning, at__lte=now)
    yield from skipped.order_by("at", "id").values_list("application_id", flat=True)
