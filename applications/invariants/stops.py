"""Stops and their notices: nothing stops but by an application, and every desk has its part of it in hand."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from applications.models import (
    Application,
    ApplicationTerminal,
    Deactivation,
    DeactivationNotice,
    NoticeObjection,
    NoticeVersion,
)
from applications.notices.issuing import SERIES, content_digest
from config.kernel.history import StatusChange
from config.kernel.invariants import Table, series_with_gaps
from terminals.models import Binding, Device, Terminal
from terminals.returns.models import ReturnOrder
from terminals.settlement.items import Reason
from terminals.settlement.models import Clearance

Status = Terminal.Status
Notice = DeactivationNotice.Status
STOPPED = (Status.SETTLE_ONLY, Status.DEACTIVATED)
TOOK_EFFECT = Deactivation.objects.filter(
    status=Application.Status.APPROVED, effected_at__isnull=False, is_temporary=False
)
IN_FORCE = TOOK_EFFECT.filter(revoked_at=None)


def _stopped_by(stops: QuerySet) -> QuerySet:
    """What ties terminals to these stops."""
    return ApplicationTerminal.objects.filter(
        application__in=stops.values("pk"), terminal__status__in=STOPPED
    )


def _terminals(links: QuerySet) -> QuerySet:
    return links.order_by("pk").values_list("terminal__number", flat=True)


def _numbers(notices: QuerySet) -> QuerySet:
    return notices.order_by("pk").values_list("reference", flat=True)


# -- stops ------------------------------------------------------------------------------------------------------------


def _since() -> datetime | None:
    """When stops became applications; what was stopped before has none."""
    first = MigrationRecorder(connection).applied_migrations().get(("applications", "0016_deactivation"))
    return first.applied if first else None


def _stopped_without_an_application() -> QuerySet:
    """A stop may be revoked after one of its terminals has ended; that one does not come back."""
    steps = StatusChange.objects.filter(
        subject_label=Terminal._meta.label_lower, subject_id=OuterRef("pk"), to_status__in=STOPPED
    )
    if since := _since():
        steps = steps.filter(at__gte=since)
    by_a_stop = Exists(_stopped_by(TOOK_EFFECT).filter(terminal=OuterRef("pk")))
    in_force = Exists(_stopped_by(IN_FORCE).filter(terminal=OuterRef("pk")))
    stopped = Terminal.objects.filter(Exists(steps), status__in=STOPPED)
    allowed = Q(status=Status.DEACTIVATED) & Q(by_a_stop) | Q(in_force)
    return stopped.exclude(allowed).values_list("number", flat=True)


def _stopped_without_a_notice() -> QuerySet:
    standing = DeactivationNotice.objects.filter(application=OuterRef("application")).exclude(
        status=Notice.REVOKED
    )
    return _terminals(_stopped_by(IN_FORCE).filter(~Exists(standing)))


def _settling_without_a_clearance() -> QuerySet:
    in_hand = Clearance.objects.filter(terminal=OuterRef("terminal"), reason=Reason.STOP).exclude(
        status=Clearance.Status.VOID
    )
    settling = _stopped_by(IN_FORCE).filter(terminal__status=Status.SETTLE_ONLY)
    return _terminals(settling.filter(~Exists(in_hand)))


def _settling_with_a_device_nobody_asks_for() -> QuerySet:
    asked_back = ReturnOrder.objects.filter(terminal=OuterRef("terminal"), device=OuterRef("device"))
    called = Binding.objects.filter(
        terminal=OuterRef("terminal"), valid_to=None, device__status=Device.Status.RETURNING
    ).filter(~Exists(asked_back.live()))
    settling = _stopped_by(IN_FORCE).filter(terminal__status=Status.SETTLE_ONLY)
    return _terminals(settling.filter(Exists(called)))


def _cut_off_without_their_task() -> QuerySet:
    task = Clearance.objects.filter(
        terminal=OuterRef("terminal"),
        reason=Reason.BY_HAND,
        application_number=OuterRef("application__number"),
    ).exclude(status=Clearance.Status.VOID)
    cut_off = _stopped_by(TOOK_EFFECT.filter(is_emergency=True)).filter(terminal__cut_off_by__isnull=False)
    return _terminals(cut_off.filter(~Exists(task)))


# -- notices ----------------------------------------------------------------------------------------------------------


def _notices_with_gaps() -> list[str]:
    counted = DeactivationNotice.objects.values("branch__code", "year").annotate(
        times=Count("pk"), last=Max("position")
    )
    uneven = counted.exclude(times=F("last")).order_by("branch__code", "year")
    series = series_with_gaps(
        SERIES, DeactivationNotice.objects.all(), prefix="TZ", width=4, column="reference"
    )
    return [*map(str, series), *(f"{SERIES} {each['branch__code']} {each['year']}" for each in uneven)]


def _notices_without_their_versions() -> QuerySet:
    counted = DeactivationNotice.objects.annotate(times=Count("versions"), last=Max("versions__number"))
    return _numbers(counted.exclude(times__gt=0, times=F("last")))


def _versions_that_were_changed() -> list[str]:
    """Their content is sealed, so its digest is made here and not by the database; one version is in hand at a time."""
    kept = NoticeVersion.objects.select_related("notice").order_by("pk")
    return [
        f"{version.notice.reference}/{version.number}"
        for version in kept.iterator(chunk_size=200)
        if content_digest(version.content) != version.content_digest
    ]


def _versions_with_another_file() -> QuerySet:
    others = NoticeVersion.objects.exclude(file__sha256=F("file_digest"))
    return _numbers(DeactivationNotice.objects.filter(pk__in=others.values("notice")))


def _objected_without_an_objection() -> QuerySet:
    waiting = Exists(NoticeObjection.objects.filter(notice=OuterRef("pk"), outcome=""))
    differs = Q(status=Notice.OBJECTED) & ~Q(waiting) | ~Q(status=Notice.OBJECTED) & Q(waiting)
    return _numbers(DeactivationNotice.objects.filter(differs))


def _notices_beside_their_stop() -> QuerySet:
    """Completed before its stop was revoked, a notice stays as it is."""
    of_stops = DeactivationNotice.objects.filter(application__kind=Application.Kind.DEACTIVATION)
    is_revoked = Q(application__deactivation__revoked_at__isnull=False)
    differs = Q(status=Notice.REVOKED) & ~is_revoked | ~Q(status__in=DeactivationNotice.ENDED) & is_revoked
    return _numbers(of_stops.filter(differs))


def _completed_before_the_end() -> QuerySet:
    live = ApplicationTerminal.objects.filter(application=OuterRef("application")).exclude(
        terminal__status__in=Terminal.ENDED
    )
    return _numbers(
        DeactivationNotice.objects.filter(
            Exists(live), status=Notice.CLOSED, application__kind=Application.Kind.DEACTIVATION
        )
    )


OF_STOPS: Table = {
    "stopped_by_an_application": (
        "No terminal only settles or has stopped but by an application for that",
        _stopped_without_an_application,
    ),
    "stopped_has_notice": (
        "Every terminal that was stopped has a notice in force",
        _stopped_without_a_notice,
    ),
    "settling_has_clearance": (
        "Every terminal that only settles has its clearance in hand",
        _settling_without_a_clearance,
    ),
    "settling_is_asked_back": (
        "Every device that is called back by a stop has its return in hand",
        _settling_with_a_device_nobody_asks_for,
    ),
    "cut_off_has_task": (
        "Every terminal that was cut off in an emergency is to be settled by hand",
        _cut_off_without_their_task,
    ),
    "notices_numbered": ("Notices are numbered without gaps per branch and year", _notices_with_gaps),
    "notices_have_versions": (
        "Every notice has its versions, numbered from the first",
        _notices_without_their_versions,
    ),
    "versions_unchanged": ("Every version of a notice says what it said", _versions_that_were_changed),
    "versions_keep_their_file": (
        "Every version of a notice has the PDF that was made of it",
        _versions_with_another_file,
    ),
    "objections_in_place": (
        "A notice is objected to while an objection waits for its answer, and only then",
        _objected_without_an_objection,
    ),
    "notices_follow_stops": (
        "A notice is revoked with its stop, and only with it",
        _notices_beside_their_stop,
    ),
    "completed_has_ended": (
        "No notice is completed while one of its terminals has not ended",
        _completed_before_the_end,
    ),
}
