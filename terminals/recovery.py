"""恢复后通知我: who asked to be told when the bank's trouble is over, and that they are told: of every change on the way, and of the end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value
from django.utils.translation import gettext

from config.kernel.outbox import enqueue
from config.kernel.sweeping import sweep_rows
from terminals.models import Bulletin, RecoveryNotice


def tell_me(bulletin: Bulletin, *, by: Any, now: datetime) -> None:
    """This person is told when the bulletin is over; asked twice is asked once. Refuses what is over already.

    Under the lock of the bulletin: whoever asks at the moment of its end is refused, or is told with the others.
    """
    with bulletin.locked(now=now):
        if RecoveryNotice.objects.filter(bulletin=bulletin, person=by).exists():
            return
        with bulletin.acting(
            "recovery_notice_asked", by=by, now=now, unless=lambda: objection_to_asking(bulletin)
        ):
            RecoveryNotice.objects.create(bulletin=bulletin, person=by, asked_at=now)


def with_asked(bulletins: QuerySet, reader: Any) -> QuerySet:
    """The bulletins with `is_asked`: whether this reader is told at their end."""
    asked = RecoveryNotice.objects.filter(bulletin=OuterRef("pk"), person=reader.pk)
    return bulletins.annotate(
        is_asked=Exists(asked) if reader.is_authenticated else Value(value=False, output_field=BooleanField())
    )


def objection_to_asking(bulletin: Bulletin) -> str:
    """Why nobody can be told any more, or ""."""
    if bulletin.status == Bulletin.Status.PUBLISHED:
        return ""
    return gettext("It is over already. If a terminal still refuses, check it or call the help line.")


def tell_who_asked(now: datetime) -> int:
    """Everybody who asked about a bulletin that has ended since has a message; how many. Safe to run twice and at once."""
    due = RecoveryNotice.objects.due().select_related("bulletin", "person")
    return sweep_rows(due, lambda notice: _tell(notice, now=now))


def tell_of_changes(now: datetime) -> int:
    """Everybody who waits for the end of a bulletin that was prolonged, or means something else now, has a message; how many.

    Changed twice since the last sweep is told once. Safe to run twice and at once.
    """
    behind = RecoveryNotice.objects.behind().select_related("bulletin", "person")
    return sweep_rows(behind, lambda notice: _tell_of_change(notice, now=now))


def _tell_of_change(notice: RecoveryNotice, *, now: datetime) -> None:
    bulletin = notice.bulletin
    with transaction.atomic():
        # What changed after this was read is told by the next sweep.
        known = bulletin.changed_at
        if not RecoveryNotice.objects.behind().filter(pk=notice.pk).update(change_told_at=known):
            return
        enqueue(
            "bulletin_changed",
            recipient=notice.person,
            subject=bulletin,
            context={"number": bulletin.number},
            now=now,
            event=f"bulletin_changed:{bulletin.pk}:{known.isoformat() if known else ''}",
        )


def _tell(notice: RecoveryNotice, *, now: datetime) -> None:
    """The update decides who tells, whoever sweeps at this moment."""
    with transaction.atomic():
        if not RecoveryNotice.objects.due().filter(pk=notice.pk).update(told_at=now):
            return
        enqueue(
            "bulletin_over",
            recipient=notice.person,
            subject=notice.bulletin,
            context={"number": notice.bulletin.number},
            now=now,
            event=f"bulletin_over:{notice.bulletin_id}",
        )
