"""Putting a report on a schedule, and what is due of all schedules every minute."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import get_language, ngettext

from config.files.exports.asking import objection_to_ask
from config.files.exports.export import Export
from config.files.exports.report import Conditions, Report
from config.files.exports.rhythm import Rhythm
from config.files.exports.schedule import SETTINGS, ReportSchedule
from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, first_locked
from config.kernel.sweeping import sweep_rows

MOST = 20


def schedule(
    report: Report, conditions: Conditions, chosen: Mapping[str, Any], *, by: Any, now: datetime
) -> ReportSchedule:
    """The report comes to this person from the next time on.

    Raises `Refused`: "forbidden", "conditions" where the list would show an error, "too_many" past twenty of one person.
    """
    if sentence := objection_to_ask(report, by=by):
        raise Refused(sentence, code="forbidden")
    report.selected(conditions, person=by)
    settings = {name: chosen[name] for name in SETTINGS}
    rhythm = Rhythm(settings["every"], settings["hour"], settings["weekday"], settings["month_day"])
    with told_as_refusals(), transaction.atomic():
        first_locked(get_user_model()._base_manager.filter(pk=by.pk))
        _refuse_too_many(by)
        made = ReportSchedule.objects.create(
            report=report.name,
            conditions=dict(conditions),
            language=get_language(),
            owner=by,
            made_at=now,
            next_at=rhythm.next_after(now),
            **settings,
        )
        record("schedule_made", by=by, now=now, subject=made, detail={"report": report.name})
    return made


def run_due(now: datetime) -> None:
    """Every schedule whose time has come has asked for its report, or has stopped."""
    due = ReportSchedule.objects.due(now)
    if due.exists():
        system = Export.at_work()
        sweep_rows(due.select_related("owner"), lambda each: each.run(by=system, now=now))


def _refuse_too_many(person: Any) -> None:
    if (
        ReportSchedule.objects.filter(owner=person).exclude(status=ReportSchedule.Status.REMOVED).count()
        >= MOST
    ):
        said = ngettext(
            "You have %(most)d schedule, which is the most.",
            "You have %(most)d schedules, which is the most.",
            MOST,
        )
        raise Refused(said % {"most": MOST}, code="too_many")
