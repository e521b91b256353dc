"""What must be true of clearances at any moment, after any fault: asked of the rows as they are, not of the verbs."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from config.kernel.invariants import Table
from terminals.models import Terminal
from terminals.settlement.items import Reason, codes_for
from terminals.settlement.models import Clearance, ClearanceItem

Status = Clearance.Status
Item = ClearanceItem.Status


def _numbers(clearances: QuerySet) -> QuerySet:
    return clearances.values_list("terminal__number", flat=True).order_by("pk")


def _since() -> datetime | None:
    """When this register began to keep clearances; what was stopped before has none."""
    first = MigrationRecorder(connection).applied_migrations().get(("settlement", "0001_initial"))
    return first.applied if first else None


def _stopped_without_a_clearance() -> QuerySet:
    done = Clearance.objects.filter(
        terminal=OuterRef("pk"), reason=Reason.STOP, status=Status.SETTLED, closed_at=OuterRef("cleared_at")
    )
    stopped = Terminal.objects.filter(status=Terminal.Status.DEACTIVATED, cut_off_by=None)
    if since := _since():
        stopped = stopped.filter(cleared_at__gte=since)
    return stopped.filter(~Exists(done)).values_list("number", flat=True)


def _settled_past_an_item() -> QuerySet:
    """Every item of its reason is there, checked, and by somebody else than who confirmed it."""
    two = Q(items__status=Item.CHECKED, items__confirmed_by__isnull=False, items__checked_by__isnull=False)
    agreed = Count("items", filter=two & ~Q(items__confirmed_by=F("items__checked_by")))
    counted = Clearance.objects.filter(status=Status.SETTLED).annotate(agreed=agreed)
    short = Q()
    for reason in Reason:
        short |= Q(reason=reason, agreed__lt=len(codes_for(reason)))
    return _numbers(counted.filter(short))


def _in_hand_for_nothing() -> QuerySet:
    """A clearance in hand belongs to a terminal in the state that it is for."""
    fits = Q()
    for reason, statuses in Clearance.STATUS_FOR.items():
        fits |= Q(reason=reason, terminal__status__in=statuses)
    return _numbers(
        Clearance.objects.filter(status=Status.OPEN, reason__in=[Reason.STOP, Reason.BY_HAND]).exclude(fits)
    )


def _by_hand_without_an_emergency() -> QuerySet:
    return _numbers(Clearance.objects.filter(reason=Reason.BY_HAND, terminal__cut_off_by=None))


OF_CLEARANCES: Table = {
    "stopped_is_cleared": (
        "Every terminal that was stopped without an emergency has a clearance that was completed with it",
        _stopped_without_a_clearance,
    ),
    "cleared_by_two": (
        "Every completed clearance has all its items, each confirmed by one person and checked by another",
        _settled_past_an_item,
    ),
    "clearances_in_place": (
        "A clearance in hand for a stop belongs to a terminal that only settles, one by hand to a stopped one",
        _in_hand_for_nothing,
    ),
    "by_hand_after_emergencies": (
        "Only terminals that were cut off in an emergency are settled by hand",
        _by_hand_without_an_emergency,
    ),
}
