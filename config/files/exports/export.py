"""Export: one report that one person took away or is waiting for, and what becomes of its file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.files.exports.about import about
from config.files.exports.chosen import ChosenReport, format_known
from config.files.exports.parts import forget_parts
from config.files.exports.report import TAKE_PLAIN
from config.files.exports.rowfile import RowFile
from config.files.exports.sheet import Sheet
from config.files.exports.summary import Summary
from config.files.exports.workbook import Workbook
from config.files.names import random_name
from config.files.worker_job import WorkerJob
from config.kernel.audit import record_access
from config.kernel.lifecycle import Arrows, Refused
from config.kernel.policy import current_policy
from config.kernel.replica import reports_database

SEE_ALL = "files.view_every_export"
DOWNLOADED = "export_downloaded"


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: Any) -> ExportQuerySet:
        """A person's own; for auditors, all that were asked for in their branch and the branches below it."""
        own = Q(asked_by=user)
        if user.has_perm(SEE_ALL):
            own |= Q(branch_key__in=user.branch_scope().values("pk"))
        return self.filter(own)

    def asked_since(self, moment: datetime, *, by: Any) -> ExportQuerySet:
        return self.filter(asked_by=by, asked_at__gt=moment)


class Export(ChosenReport, WorkerJob):
    """A short report is handed out at once and leaves only this row; a long one becomes a file that expires.

    Every attempt writes its file under a name of its own.
    """

    class Status(models.TextChoices):
        PENDING = "pending", pgettext_lazy("export", "Waiting")
        RUNNING = "running", _("Being made")
        READY = "ready", _("Ready to download")
        FAILED = "failed", _("Not made")
        CANCELLED = "cancelled", _("Called off")
        EXPIRED = "expired", _("Expired")
        HANDED_OUT = "handed_out", _("Handed out at once")

    class Failure(models.TextChoices):
        RIGHTS = "rights", _("The right to this report, or to plain personal data, was withdrawn meanwhile.")
        CONDITIONS = "conditions", _("The conditions do not fit the list any more.")
        BROKEN = "broken", _("The portal could not make the file. The IT desk finds the reason in the log.")
        LOST = "lost", _("The work broke off several times. The IT desk finds the reason in the log.")

    class Purpose(models.TextChoices):
        REGULATOR = "regulator", _("Report to a regulator or the clearing organisation")
        AUTHORITY = "authority", _("Enquiry of an authority")
        CORE_SYSTEM = "core_system", _("Comparison with the core system")
        AUDIT = "audit", _("Audit")

    WRITERS: ClassVar[dict[str, type[RowFile]]] = {
        ChosenReport.Format.CSV: Sheet,
        ChosenReport.Format.XLSX: Workbook,
        ChosenReport.Format.PDF: Summary,
    }
    NEXT: ClassVar[Arrows] = {
        Status.PENDING: frozenset({Status.RUNNING, Status.HANDED_OUT, Status.CANCELLED}),
        # Back to waiting: whoever made it was lost.
        Status.RUNNING: frozenset({Status.READY, Status.FAILED, Status.CANCELLED, Status.PENDING}),
        Status.READY: frozenset({Status.EXPIRED}),
        Status.FAILED: frozenset({Status.PENDING}),
        Status.CANCELLED: frozenset(),
        Status.EXPIRED: frozenset(),
        Status.HANDED_OUT: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.PENDING: ("info", "clock"),
        Status.RUNNING: ("info", "arrow-path"),
        Status.READY: ("ok", "check-circle"),
        Status.FAILED: ("bad", "exclamation-circle"),
        Status.CANCELLED: ("mute", "x-circle"),
        Status.EXPIRED: ("mute", "clock"),
        Status.HANDED_OUT: ("ok", "arrow-down-tray"),
    }
    LOCK_RANK = 9
    SYSTEM = "exports"
    ATTEMPT = "blob"
    TOLD_FAILURES = frozenset({Failure.RIGHTS, Failure.CONDITIONS})

    plain_columns = models.JSONField(_("plain columns"), default=list)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    # The branch whose rows these are; somebody who has moved to another one does not get them any more.
    branch_key = models.BigIntegerField(null=True, editable=False)
    rows_expected = models.PositiveIntegerField(_("rows counted"), null=True, blank=True)
    rows_done = models.PositiveIntegerField(_("rows written"), default=0)
    row_count = models.PositiveIntegerField(_("rows"), null=True, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    failure = models.CharField(_("what went wrong"), max_length=10, choices=Failure, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        default_permissions = ("view",)
        permissions = [
            ("take_report", _("Can take reports away")),
            ("take_personal_columns", _("Can take personal data away unmasked")),
            ("view_every_export", _("Can see what colleagues took away")),
        ]
        indexes = [
            models.Index(fields=["asked_by", "-asked_at"], name="export_of_person"),
            models.Index(fields=["status", "asked_at"], name="export_due"),
        ]
        constraints = [
            models.CheckConstraint(
                name="export_status_known",
                condition=Q(
                    status__in=["pending", "running", "ready", "failed", "cancelled", "expired", "handed_out"]
                ),
                violation_error_message=_("This status is unknown."),
            ),
            format_known("export_format_known"),
            models.CheckConstraint(
                name="export_ready_is_whole",
                condition=~Q(status="ready")
                | (
                    Q(row_count__isnull=False, size__isnull=False, expires_at__isnull=False, part_count__gt=0)
                    & ~(Q(blob="") | Q(sha256=""))
                ),
                violation_error_message=_("An export is ready only with its whole file."),
            ),
            models.CheckConstraint(
                name="export_file_only_while_made_or_ready",
                condition=Q(blob="") | Q(status__in=["running", "ready"]),
                violation_error_message=_("Only an export that is being made or ready has a file."),
            ),
            models.CheckConstraint(
                name="export_plain_for_a_purpose",
                condition=Q(plain_columns=[]) | ~Q(purpose=""),
                violation_error_message=_("Say what the plain personal data is for."),
            ),
            models.CheckConstraint(
                name="export_failed_says_why",
                condition=~Q(status="failed", failure=""),
                violation_error_message=_("An export that was not made says why."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    # -- verbs --------------------------------------------------------------------------------------------------------

    def hand_out(self, *, by: Any, now: datetime) -> bytes:
        """The whole file of a short report, after the look is on record; the row is left as what was taken."""
        with self.moving_to(self.Status.HANDED_OUT, by=by, now=now):
            sheet = self.sheet(now=now)
            content = b"".join(sheet)
            self.row_count = self.rows_done = sheet.row_count
            self.size, self.sha256, self.finished_at = sheet.size, sheet.sha256, now
            self._put_look_on_record(by=by, now=now)
        return content

    def begin(self, *, by: Any, now: datetime) -> None:
        """Somebody makes the file now, under a new name that only this attempt knows."""
        with self.moving_to(self.Status.RUNNING, by=by, now=now):
            self.attempts += 1
            self.started_at = self.beat_at = now
            self.blob = f"exports/{random_name()}"
            self.rows_done, self.rows_expected, self.failure = 0, None, ""

    def finish(self, sheet: RowFile, *, blob: str, part_count: int, by: Any, now: datetime) -> None:
        """The file is whole and can be downloaded until it expires. Raises `Refused` where this attempt was overtaken."""
        with self.moving_to(self.Status.READY, by=by, now=now):
            if self.blob != blob:
                raise Refused(self.out_of_turn(), code="overtaken")
            self.row_count = self.rows_done = sheet.row_count
            self.size, self.sha256, self.part_count = sheet.size, sheet.sha256, part_count
            self.finished_at, self.expires_at = now, now + timedelta(days=current_policy().export_days)
            self._tell("export_ready", now=now)

    def fail(self, failure: str, *, by: Any, now: datetime) -> None:
        """It was not made, the person hears of it, and nothing of the file is left."""
        with self.moving_to(self.Status.FAILED, by=by, now=now):
            self.failure, self.finished_at = failure, now
            self._drop_file()
            self._tell("export_failed", now=now)

    def take_up_again(self, *, by: Any, now: datetime) -> None:
        """Whoever made it was lost: it waits once more, from the beginning."""
        with self.moving_to(self.Status.PENDING, by=by, now=now):
            self._drop_file()

    def call_off(self, *, by: Any, now: datetime) -> None:
        """It is not wanted any more; whoever makes it stops at the next block."""
        with self.moving_to(self.Status.CANCELLED, by=by, now=now):
            self.finished_at = now
            self._drop_file()

    def retry(self, *, by: Any, now: datetime) -> None:
        """What was not made waits once more."""
        with self.moving_to(self.Status.PENDING, by=by, now=now):
            self.attempts, self.failure, self.finished_at = 0, "", None

    def expire(self, *, by: Any, now: datetime) -> None:
        """Its time is over and its file is gone; the row stays."""
        with self.moving_to(self.Status.EXPIRED, by=by, now=now):
            self._drop_file()

    def after_failing(self, attempt: str) -> None:
        forget_parts(attempt)

    def open_file(self, *, by: Any, now: datetime) -> None:
        """Put the look on record for a download that follows. Raises `Refused` where this person may not have the file now."""
        if sentence := self.objection_to_download(by=by, now=now):
            raise Refused(sentence, code="forbidden")
        self._put_look_on_record(by=by, now=now)

    # -- questions ----------------------------------------------------------------------------------------------------

    @property
    def number(self) -> str:
        return f"DC-{self.pk:06d}"

    def objection(self, target: str, *, by: Any, now: datetime) -> str:
        """As `Lifecycle.objection`; only who asked for it calls it off or has it made again, with the rights of today."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        is_persons_step = target == self.Status.CANCELLED or (
            target == self.Status.PENDING and self.status == self.Status.FAILED
        )
        if is_persons_step and by.pk != self.asked_by_id:
            return gettext("Only the person who asked for an export decides on it.")
        return self.objection_to_content(by) if is_persons_step and target == self.Status.PENDING else ""

    def objection_to_content(self, person: Any) -> str:
        """Why this person may not have these rows and columns today, or ""."""
        shelved = self.shelved
        if shelved is None or not (person.is_active and shelved.may_be_taken_by(person)):
            return gettext("Your role does not take this report away.")
        if person.branch_id != self.branch_key:
            return gettext("It was made for another branch. Ask for it again.")
        if self.plain_columns and not person.has_perm(TAKE_PLAIN):
            return gettext("Your role does not take personal data away unmasked.")
        return ""

    def objection_to_download(self, *, by: Any, now: datetime) -> str:
        """Why this person may not download the file now, or ""."""
        if by.pk != self.asked_by_id:
            return gettext("Only the person who asked for an export downloads it.")
        if self.status != self.Status.READY:
            return self.out_of_turn()
        if self.expires_at and self.expires_at <= now:
            return gettext("The file has expired. Ask for it again.")
        return self.objection_to_content(by)

    @property
    def writer(self) -> type[RowFile]:
        return self.WRITERS[self.file_format]

    @property
    def filename(self) -> str:
        return f"{self.report}-{self.number}.{self.writer.ending}"

    def sheet(self, *, now: datetime, over: Any = None) -> RowFile:
        """The file as its rows stand now, for the person who asked. Raises `Refused` where the conditions do not fit."""
        shelved = self.shelved
        if shelved is None:
            raise Refused(gettext("There is no such report any more."), code="conditions")
        rows = shelved.selected(self.conditions, person=self.asked_by)
        return self.writer(
            rows.using(reports_database()),
            shelved.columns,
            plain=self.plain_columns,
            over=over,
            about=about(self, shelved, now=now),
        )

    # -- private ------------------------------------------------------------------------------------------------------

    def _put_look_on_record(self, *, by: Any, now: datetime) -> None:
        detail = {
            "report": self.report,
            "format": self.file_format,
            "rows": self.row_count,
            "plain": self.plain_columns,
        }
        if self.purpose:
            detail["purpose"] = self.purpose
        record_access(DOWNLOADED, by=by, now=now, subject=self, detail=detail)
