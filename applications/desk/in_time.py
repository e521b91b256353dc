"""Whether the bank kept its word: answers within the time that was promised, past it, and those still to be given."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Decision
from applications.queueing import OPEN

WITHIN, BREACHED, RUNNING, OVERDUE = "within", "breached", "running", "overdue"
STANDINGS = [
    (WITHIN, _("Answered in time")),
    (BREACHED, _("Answered late")),
    (RUNNING, _("Open, in time")),
    (OVERDUE, _("Open, overdue")),
]
ANSWERED = [(WITHIN, _("In time")), (BREACHED, _("Late"))]
# What merchants were told, alone or with a second person's word.
IN_FORCE = Q(state__in=[Decision.State.SENT, Decision.State.RELEASED])


def standing(now: datetime) -> dict[str, Q]:
    """The condition of each of STANDINGS for applications. While a merchant corrects, nothing is due and none of them holds."""
    decided = Q(status__in=Application.DECIDED, due_at__isnull=False)
    return {
        WITHIN: decided & Q(decided_at__lte=F("due_at")),
        BREACHED: decided & Q(decided_at__gt=F("due_at")),
        RUNNING: OPEN & Q(due_at__gte=now),
        OVERDUE: OPEN & Q(due_at__lt=now),
    }


def answered() -> dict[str, Q]:
    """The condition of each of ANSWERED for decisions with their `told_at` (`told_at()`)."""
    known = IN_FORCE & Q(due_at__isnull=False)
    return {WITHIN: known & Q(told_at__lte=F("due_at")), BREACHED: known & Q(told_at__gt=F("due_at"))}


def told_at() -> Coalesce:
    """When a decision in force was told: with the second person's word where one was needed."""
    return Coalesce("checked_at", "at")


def named(conditions: dict[str, Q]) -> Case:
    """Which of the conditions a row fits, by its name, or ""."""
    fits = [When(condition, then=Value(name)) for name, condition in conditions.items()]
    return Case(*fits, default=Value(""), output_field=CharField())
