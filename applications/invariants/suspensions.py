"""No terminal is suspended for particulars that have run out without notice and grace."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import get_default_timezone

from config.kernel.invariants import Table
from terminals.models import Suspension


def _suspended_without_grace() -> QuerySet:
    began = Suspension.objects.filter(Q(needs_notice=True) | Q(expiry_notice__isnull=False))
    formal = Q(
        expiry_notice__days_ahead=0,
        expiry_notice__merchant=F("terminal__merchant"),
        expiry_notice__suspends_on__lte=TruncDate("since", tzinfo=get_default_timezone()),
        expiry_notice__at__lt=F("since"),
    )
    lawful = began.filter(formal)
    return began.exclude(pk__in=lawful).values_list("terminal__number", flat=True)


OF_SUSPENSIONS: Table = {
    "suspended_after_grace": (
        "Every suspension for particulars that have run out follows a formal notice and its time of grace",
        _suspended_without_grace,
    ),
}
