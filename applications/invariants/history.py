"""Every status was reached along the arrows, step by step and on record (I4, I6)."""

from __future__ import annotations

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, Lag

from applications.models import Application, Registration, Submission
from config.kernel.audit import AuditEvent
from config.kernel.history import StatusChange
from config.kernel.invariants import Table, count_of

Status = Application.Status
LABEL = Application._meta.label_lower
STEPS = StatusChange.objects.filter(subject_label=LABEL)
STEP_EVENTS = AuditEvent.objects.filter(subject_label=LABEL, action="status_changed")


def _numbers_of(steps: QuerySet) -> QuerySet:
    return Application.objects.filter(pk__in=steps.values("subject_id")).values_list("number", flat=True)


def _steps_beside_the_arrows() -> QuerySet:
    along = Q()
    for origin, targets in Application.NEXT.items():
        along |= Q(from_status=origin, to_status__in=targets)
    return _numbers_of(STEPS.exclude(along))


def _steps_that_leave_a_gap() -> QuerySet:
    before = Window(Lag("to_status"), partition_by=["subject_id"], order_by="id")
    joined = STEPS.annotate(before=Coalesce(before, Value(Status.DRAFT.value)))
    return _numbers_of(joined.exclude(before=F("from_status")))


def _statuses_without_their_step() -> QuerySet:
    last = STEPS.filter(subject_id=OuterRef("pk")).order_by("-id").values("to_status")[:1]
    reached = Coalesce(Subquery(last), Value(Status.DRAFT.value))
    return (
        Application.objects.annotate(reached=reached)
        .exclude(status=F("reached"))
        .values_list("number", flat=True)
    )


def _steps_without_their_event() -> QuerySet:
    event = STEP_EVENTS.filter(subject_id=OuterRef("subject_id"), at=OuterRef("at"), by=OuterRef("by"))
    return _numbers_of(STEPS.filter(~Exists(event)))


def _events_without_their_step() -> QuerySet:
    step = STEPS.filter(subject_id=OuterRef("subject_id"), at=OuterRef("at"), by=OuterRef("by"))
    return _numbers_of(STEP_EVENTS.filter(~Exists(step)))


def _versions_below_their_steps() -> QuerySet:
    """The first version is 1 and every step of the status raises it by one at least."""
    return Application.objects.filter(version__lt=count_of(STEPS, by="subject_id") + 1).values_list(
        "number", flat=True
    )


def _rounds_not_handed_in() -> QuerySet:
    kept = Submission.objects.filter(round__gt=F("application__rounds_unkept"))
    last = kept.filter(application=OuterRef("pk")).order_by("-round").values("round")[:1]
    found = Application.objects.annotate(
        handed_in=count_of(kept, by="application"),
        last=Coalesce(Subquery(last), F("rounds_unkept"), output_field=IntegerField()),
    )
    is_whole = Q(handed_in=F("round") - F("rounds_unkept"), last=F("round"))
    return found.exclude(is_whole).values_list("number", flat=True)


def _filed_without_consent() -> QuerySet:
    filed = Registration.objects.filter(round__gte=1, consent_text=None)
    return filed.values_list("number", flat=True)


OF_HISTORY: Table = {
    "steps_follow_the_arrows": ("No step of an application is outside the arrows", _steps_beside_the_arrows),
    "steps_join": ("Every step begins at the status in which the one before ended", _steps_that_leave_a_gap),
    "status_by_a_step": (
        "Every application stands where its last step led, and one without steps is a draft",
        _statuses_without_their_step,
    ),
    "steps_in_the_audit": ("Every step has its audit event", _steps_without_their_event),
    "audited_steps_happened": ("Every audit event of a step has its step", _events_without_their_step),
    "versions_rise": (
        "Every step has raised the version of its application by one at least",
        _versions_below_their_steps,
    ),
    "rounds_handed_in": (
        "What was handed in is on record for every round since it is kept",
        _rounds_not_handed_in,
    ),
    "filed_with_consent": ("Every registration that was handed in carries a consent", _filed_without_consent),
}
