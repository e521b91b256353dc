"""What was granted for a later day becomes true when its moment has come; the worker calls this every minute."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Coalesce

from applications.kinds import MODEL_OF
from applications.models import Application
from applications.models.scheduled import ScheduledEffect
from config.accounts.models import User
from config.kernel.lifecycle import Refused
from config.kernel.sweeping import sweep_rows

KINDS = [model for model in MODEL_OF.values() if issubclass(model, ScheduledEffect)]


def carry_out_due(now: datetime) -> int:
    """Everything whose moment has come is true, or called off with the reason why it cannot be; how many came true."""
    return sum(_carry_out(model, now) for model in KINDS)


def granted_and_waiting() -> Q:
    """For applications of all kinds: what was granted and waits for its moment."""
    waits = Q()
    for model in KINDS:
        child = model._meta.model_name
        waits |= Q(
            **{
                f"{child}__effect_due_at__isnull": False,
                f"{child}__effected_at": None,
                f"{child}__called_off_at": None,
            }
        )
    return Q(status=Application.Status.APPROVED) & waits


def effect_due_at() -> Coalesce:
    """For applications of all kinds: the moment at which what was granted takes effect, where one was set."""
    return Coalesce(*(f"{model._meta.model_name}__effect_due_at" for model in KINDS))


def _carry_out(model: type[Application], now: datetime) -> int:
    waiting = model.objects.filter(
        status=Application.Status.APPROVED, effected_at=None, called_off_at=None, effect_due_at__lte=now
    )
    return sweep_rows(waiting, lambda one: _carry_out_or_call_off(one, now))


def _carry_out_or_call_off(one, now: datetime) -> None:
    cron = User.objects.system("cron")
    try:
        one.carry_out(by=cron, now=now)
    except Refused as refused:
        one.refresh_from_db()
        if one.waits_for_its_moment:
            one.call_off(by=cron, now=now, note=refused.sentence)
        raise
