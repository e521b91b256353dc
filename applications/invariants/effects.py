"""What was granted for a later day: only what was granted comes true, and it does what it says."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from applications.models import Application
from applications.scheduled_effects import KINDS
from config.kernel.invariants import Table
from terminals.models import Binding

Kind, Status = Application.Kind, Application.Status
# The child row of every kind whose effect may wait.
CHILDREN = [model._meta.model_name for model in KINDS]


def _any(**columns) -> Q:
    """Of any kind: what is said of its columns."""
    found = Q()
    for child in CHILDREN:
        found |= Q(**{f"{child}__{name}": value for name, value in columns.items()})
    return found


def _numbers(broken: Q) -> QuerySet:
    return Application.objects.filter(broken).order_by("pk").values_list("number", flat=True)


def _effects_of_what_was_not_granted() -> QuerySet:
    has_one = (
        _any(effect_due_at__isnull=False)
        | _any(effected_at__isnull=False)
        | _any(called_off_at__isnull=False)
    )
    return _numbers(has_one & ~Q(status=Status.APPROVED))


def _granted_without_a_day() -> QuerySet:
    return _numbers(Q(status=Status.APPROVED) & _any(pk__isnull=False, effect_due_at=None))


def _true_before_their_time() -> QuerySet:
    early = Q()
    for child in CHILDREN:
        early |= Q(**{f"{child}__effected_at__lt": F(f"{child}__effect_due_at")})
    return _numbers(early | _any(effected_at__isnull=False, called_off_at__isnull=False))


def _moved_on_paper_only() -> QuerySet:
    tie = Binding.objects.filter(application_number=OuterRef("number"))
    return _numbers(Q(relocation__effected_at__isnull=False) & ~Q(Exists(tie)))


OF_EFFECTS: Table = {
    "effects_were_granted": (
        "Only an application that was granted takes effect, waits for that or was called off",
        _effects_of_what_was_not_granted,
    ),
    "granted_has_its_day": ("Whatever was granted says from when on it is true", _granted_without_a_day),
    "effects_wait_for_their_day": (
        "Nothing took effect before its day, or after it was called off",
        _true_before_their_time,
    ),
    "moves_are_bound": ("Every move that took effect has its binding", _moved_on_paper_only),
}
