"""Terminals that nobody uses (acquiring rules: after twelve months without a transaction they are stopped)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Greatest

from config.kernel.clock import end_of_day
from config.kernel.policy import current_policy
from terminals.models import Terminal

COUNTED = (Terminal.Status.ACTIVE, Terminal.Status.SUSPENDED, Terminal.Status.DORMANT_REVIEW)


def due_to_stop(on: date) -> QuerySet[Terminal]:
    """Terminals that have not been used for as long as the policy allows, spares excepted.

    Where no transaction is known, the months count from the activation.
    """
    used_at = Greatest(Coalesce("last_transaction_at", "activated_at"), F("activated_at"))
    counted = Terminal.objects.filter(status__in=COUNTED, is_spare=False, activated_at__isnull=False)
    last_day = _months_before(on, current_policy().unused_stop_months)
    return counted.annotate(used_at=used_at).filter(used_at__lte=end_of_day(last_day))


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
