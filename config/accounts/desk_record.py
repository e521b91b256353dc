"""The record of a thing as a desk shows it: what, when, by whom, newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from config.accounts.models import User
from config.kernel.history import StatusChange, subject_of


class Event(NamedTuple):
    what: str
    at: datetime
    by: str = ""
    note: str = ""


def actor(person: User) -> str:
    """Who acted, as colleagues may read it: staff and systems by name, people of merchants masked."""
    return (person.masked() if person.is_merchant_user else "") or str(person)


def steps_of(rows: Iterable[Any]) -> list[Event]:
    """Every step of these rows, each row named beside its step where there is more than one kind; one query."""
    rows = list(rows)
    subjects: dict[str, dict[int, Model]] = defaultdict(dict)
    for row in rows:
        label, pk = subject_of(row)
        subjects[label][pk] = row
    if not rows:
        return []
    wanted = Q()
    for label, found in subjects.items():
        wanted |= Q(subject_label=label, subject_id__in=list(found))
    changes = StatusChange.objects.filter(wanted).select_related("by").order_by("-id")
    return [
        _event(change, subjects[change.subject_label][change.subject_id], is_named=len(rows) > 1)
        for change in changes
    ]


def _event(change: StatusChange, row: Any, *, is_named: bool) -> Event:
    words = str(dict(type(row).Status.choices).get(change.to_status, change.to_status))
    if is_named:
        words = _("%(thing)s: %(state)s") % {"thing": f"{row._meta.verbose_name} {row}", "state": words}
    return Event(words, change.at, actor(change.by), change.note)


def newest_first(*events: Iterable[Event]) -> list[Event]:
    return sorted((event for some in events for event in some), key=lambda event: event.at, reverse=True)
