"""ReportSchedule: a report that one person is given again and again, and each time that it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.files.exports.asking import ask, objection_to_ask
from config.files.exports.export import SEE_ALL, Export
from config.files.exports.report import Report, report_named
from config.files.exports.rhythm import Every, Rhythm, Weekday
from config.kernel.clock import local_date
from config.kernel.lifecycle import Arrows, Lifecycle, Refused
from config.kernel.outbox import enqueue
from config.privacy.fields import EncryptedJSONField

# What a person settles about a schedule, besides the report and its conditions.
SETTINGS = ("every", "weekday", "month_day", "hour", "file_format")


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    def visible_to(self, user: Any) -> ReportScheduleQuerySet:
        """A person's own; for auditors, all of the people in their branch and the branches below it. Removed ones are nobody's."""
        own = Q(owner=user)
        if user.has_perm(SEE_ALL):
            own |= Q(owner__branch__in=user.branch_scope())
        return self.filter(own).exclude(status=ReportSchedule.Status.REMOVED)

    def due(self, now: datetime) -> ReportScheduleQuerySet:
        return self.filter(status=ReportSchedule.Status.ACTIVE, next_at__lte=now)


class ReportSchedule(Lifecycle):
    """Each time is an export like any other, in the owner's rights and branch of that moment, and always masked.

    Conditions may hold a search for a person, so they are sealed.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("schedule", "In force")
        PAUSED = "paused", _("Paused")
        STOPPED = "stopped", pgettext_lazy("schedule", "Stopped")
        REMOVED = "removed", _("Removed")

    class Reason(models.TextChoices):
        RIGHTS = "rights", _("The right to this report was withdrawn.")
        CONDITIONS = "conditions", _("The conditions do not fit the list any more.")

    NEXT: ClassVar[Arrows] = {
        Status.ACTIVE: frozenset({Status.PAUSED, Status.STOPPED, Status.REMOVED}),
        Status.PAUSED: frozenset({Status.ACTIVE, Status.REMOVED}),
        Status.STOPPED: frozenset({Status.ACTIVE, Status.REMOVED}),
        Status.REMOVED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.ACTIVE: ("ok", "check-circle"),
        Status.PAUSED: ("mute", "pause-circle"),
        Status.STOPPED: ("bad", "exclamation-circle"),
        Status.REMOVED: ("mute", "x-circle"),
    }
    LOCK_RANK = 8

    report = models.CharField(pgettext_lazy("export", "report"), max_length=60)
    conditions: models.Field[dict[str, list[str]], dict[str, list[str]]] = EncryptedJSONField(_("conditions"))
    file_format = models.CharField(_("format"), max_length=4, choices=Export.Format)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    every = models.CharField(_("how often"), max_length=5, choices=Every)
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday, default=Weekday.MONDAY)
    month_day = models.PositiveSmallIntegerField(_("day of the month"), default=1)
    hour = models.PositiveSmallIntegerField(_("hour"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ACTIVE)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="report_schedules", verbose_name=_("for")
    )
    made_at = models.DateTimeField(_("made at"))
    next_at = models.DateTimeField(_("next time"))
    reason = models.CharField(_("why it stopped"), max_length=10, choices=Reason, blank=True)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheduled report")
        verbose_name_plural = _("scheduled reports")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["status", "next_at"], name="schedule_due"),
            models.Index(fields=["owner", "-id"], name="schedule_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="schedule_status_known",
                condition=Q(status__in=["active", "paused", "stopped", "removed"]),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="schedule_format_known",
                condition=Q(file_format__in=["csv", "xlsx", "pdf"]),
                violation_error_message=_("The portal makes no files of this format."),
            ),
            models.CheckConstraint(
                name="schedule_time_exists",
                condition=Q(
                    every__in=["day", "week", "month"], weekday__range=(1, 7), month_day__range=(1, 31)
                )
                & Q(hour__lte=23),
                violation_error_message=_("There is no such time."),
            ),
            models.CheckConstraint(
                name="schedule_stopped_says_why",
                condition=Q(status="stopped") & ~Q(reason="") | ~Q(status="stopped") & Q(reason=""),
                violation_error_message=_("A schedule that stopped says why, and no other does."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    # -- verbs --------------------------------------------------------------------------------------------------------

    def run(self, *, by: Any, now: datetime) -> None:
        """What is due has been asked for once, whatever was missed before it, and the next time is set; or it has stopped and says why.

        Raises `Refused` where nothing is due, and while the owner has taken the day's number: then it stays due.
        """
        with self.locked(now=now):
            if self.status != self.Status.ACTIVE or self.next_at > now:
                raise Refused(self.out_of_turn(), code="not_due")
            shelved = self.shelved
            if shelved is None or not self.owner.is_active or objection_to_ask(shelved, by=self.owner):
                self.stop(self.Reason.RIGHTS, by=by, now=now)
                return
            try:
                export = self._asked(shelved, now)
            except Refused as refused:
                if refused.code != "conditions":
                    raise
                self.stop(self.Reason.CONDITIONS, by=by, now=now)
                return
            self._put_off(export, by=by, now=now)

    def stop(self, reason: str, *, by: Any, now: datetime) -> None:
        """It is over until its owner resumes it, and the owner is told."""
        with self.moving_to(self.Status.STOPPED, by=by, now=now):
            self.reason = reason
            enqueue(
                "schedule_stopped",
                recipient=self.owner,
                subject=self,
                context={"number": self.number},
                now=now,
            )

    def settle(self, chosen: Mapping[str, Any], *, by: Any, now: datetime) -> None:
        """From now on it comes at these times and in this format."""
        with self.acting("schedule_settled", by=by, now=now, unless=lambda: self._objection_of_stranger(by)):
            for name in SETTINGS:
                setattr(self, name, chosen[name])
            self.next_at = self.rhythm.next_after(now)

    def pause(self, *, by: Any, now: datetime) -> None:
        """Nothing is made until its owner resumes it."""
        with self.moving_to(self.Status.PAUSED, by=by, now=now):
            pass

    def resume(self, *, by: Any, now: datetime) -> None:
        """It goes on with the next time from now; what was missed meanwhile is not made up for."""
        with self.moving_to(self.Status.ACTIVE, by=by, now=now):
            self.reason, self.next_at = "", self.rhythm.next_after(now)

    def remove(self, *, by: Any, now: datetime) -> None:
        """It is in no list any more; what it has made stays."""
        with self.moving_to(self.Status.REMOVED, by=by, now=now):
            self.reason = ""

    # -- questions ----------------------------------------------------------------------------------------------------

    @property
    def number(self) -> str:
        return f"DS-{self.pk:06d}"

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.every, self.hour, self.weekday, self.month_day)

    @property
    def shelved(self) -> Report | None:
        """The report as it stands on the shelf today."""
        return report_named(self.report)

    @property
    def title(self) -> str:
        shelved = self.shelved
        return str(shelved.title) if shelved else self.report

    def objection(self, target: str, *, by: Any, now: datetime) -> str:
        """As `Lifecycle.objection`; only the owner decides on it, and resumes it with the rights of today."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if target == self.Status.STOPPED:
            return ""
        if sentence := self._objection_of_stranger(by):
            return sentence
        if target != self.Status.ACTIVE:
            return ""
        shelved = self.shelved
        return objection_to_ask(shelved, by=by) if shelved else gettext("There is no such report any more.")

    # -- private ------------------------------------------------------------------------------------------------------

    def _objection_of_stranger(self, person: Any) -> str:
        if self.status == self.Status.REMOVED:
            return self.out_of_turn()
        return "" if person.pk == self.owner_id else gettext("Only the person whom it is for decides on it.")

    def _asked(self, shelved: Report, now: datetime) -> Export:
        with translation.override(self.language):
            export, _nothing = ask(
                shelved, self.conditions, by=self.owner, now=now, file_format=self.file_format, as_file=True
            )
        return export

    def _put_off(self, export: Export, *, by: Any, now: datetime) -> None:
        with self.acting("schedule_ran", by=by, now=now, unless=lambda: "", export=export.number):
            ScheduleRun.objects.create(schedule=self, period=local_date(self.next_at), export=export)
            self.next_at = self.rhythm.next_after(now)


class ScheduleRun(models.Model):
    """One time that a schedule came round; `period` is the day that it was due."""

    schedule = models.ForeignKey(ReportSchedule, models.CASCADE, related_name="runs")
    period = models.DateField(_("day"))
    export = models.OneToOneField(Export, models.PROTECT, related_name="schedule_run")

    class Meta:
        verbose_name = _("run of a schedule")
        verbose_name_plural = _("runs of schedules")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "period"],
                name="schedule_runs_once",
                violation_error_message=_("It was made for this day already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.schedule} {self.period}"
