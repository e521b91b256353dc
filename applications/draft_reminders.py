"""Drafts that nobody touches: the applicant hears of it before they are deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from applications.models import Application
from config.kernel.clock import local_date
from config.kernel.outbox import Channel, OutboxMessage, enqueue
from config.kernel.policy import current_policy

WARNED_BEFORE = timedelta(days=3)
KIND = "application_draft_expiring"
BATCH = 200


def warn_of_deletion(now: datetime) -> int:
    """Three days before an untouched draft is deleted its applicant has been told, once for each time it was left; how many."""
    life = timedelta(days=current_policy().draft_days)
    drafts = Application.objects.filter(
        status=Application.Status.DRAFT, edited_at__lte=now - life + WARNED_BEFORE, edited_at__gte=now - life
    )
    due = drafts.exclude(Exists(OutboxMessage.objects.filter(dedupe_key=_key_in_the_inbox())))
    return sum(_warn(draft, life=life, now=now) for draft in due.order_by("edited_at")[:BATCH])


def _warn(draft: Application, *, life: timedelta, now: datetime) -> bool:
    """False where the draft was edited, sent or deleted since the list was read."""
    with transaction.atomic():
        still = Application.objects.filter(
            pk=draft.pk, version=draft.version, status=Application.Status.DRAFT
        )
        if not still.select_for_update().exists():
            return False
        left = (local_date(draft.edited_at + life) - local_date(now)).days
        enqueue(
            KIND,
            recipient=draft.applicant,
            subject=draft,
            context={"number": draft.number, "days_left": max(left, 1)},
            now=now,
            # Every edit raises the version: a draft that was taken up and left again is told of again.
            event=f"{KIND}:{draft.pk}:{draft.version}",
        )
    return True


def _key_in_the_inbox() -> Concat:
    """The key under which `enqueue` keeps the portal's copy, found by its unique index."""

    def text(column: str) -> Cast:
        return Cast(OuterRef(column), CharField())

    parts = [f"{KIND}:", text("pk"), ":", text("version"), ":", text("applicant_id"), f":{Channel.INBOX}"]
    return Concat(
        *(Value(part) if isinstance(part, str) else part for part in parts), output_field=CharField()
    )
