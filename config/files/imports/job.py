"""ImportJob: a list that was too long for a request, kept sealed until the worker has taken it or has said why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.files.imports.importer import Importer, importer_named, importers
from config.files.lists import ImportReport
from config.files.worker_job import WorkerJob
from config.kernel.lifecycle import Arrows, Refused
from config.privacy.fields import EncryptedJSONField

MOST_ERRORS = 100
# How long a list that was looked through, and is good, waits to be imported.
KEPT_AFTER_LOOK = timedelta(days=1)


class ImportJobQuerySet(models.QuerySet["ImportJob"]):
    def visible_to(self, user: Any) -> ImportJobQuerySet:
        """A person's own, of the lists that the person may still import."""
        names = [importer.name for importer in importers() if importer.may_be_used_by(user)]
        return self.filter(asked_by=user, importer__in=names)

    def open(self) -> ImportJobQuerySet:
        return self.filter(status__in=ImportJob.OPEN)


class ImportJob(WorkerJob):
    """What the form asked may name who said something of whom, so it is sealed, as the list itself is.

    The list is deleted once the job is over; one that was only looked through, and is good, waits for its import for a day. Of wrong
    lines the job keeps their numbers and what is wrong, and nothing that stands in them.
    """

    class Status(models.TextChoices):
        PENDING = "pending", pgettext_lazy("import", "Waiting")
        RUNNING = "running", _("Being taken in")
        DONE = "done", pgettext_lazy("import", "Finished")
        FAILED = "failed", _("Not taken in")
        CANCELLED = "cancelled", _("Called off")

    class Failure(models.TextChoices):
        LINES = "lines", _("The list has lines that must be mended. Nothing was imported.")
        RIGHTS = "rights", _("The right to import this list was withdrawn meanwhile. Nothing was imported.")
        BROKEN = (
            "broken",
            _(
                "The portal could not take the list. Nothing was imported. The IT desk finds the reason in the log."
            ),
        )
        LOST = (
            "lost",
            _(
                "The work broke off several times. Nothing was imported. The IT desk finds the reason in the log."
            ),
        )

    NEXT: ClassVar[Arrows] = {
        Status.PENDING: frozenset({Status.RUNNING, Status.CANCELLED}),
        # Back to waiting: whoever took it in was lost.
        Status.RUNNING: frozenset({Status.DONE, Status.FAILED, Status.CANCELLED, Status.PENDING}),
        Status.DONE: frozenset(),
        Status.FAILED: frozenset(),
        Status.CANCELLED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.PENDING: ("info", "clock"),
        Status.RUNNING: ("info", "arrow-path"),
        Status.DONE: ("ok", "check-circle"),
        Status.FAILED: ("bad", "exclamation-circle"),
        Status.CANCELLED: ("mute", "x-circle"),
    }
    # Before every row of business: it ends in the transaction that writes the list's rows.
    LOCK_RANK = 0
    SYSTEM = "imports"
    TOLD_FAILURES = frozenset({Failure.RIGHTS})

    importer = models.CharField(_("list"), max_length=40)
    given: models.Field[dict[str, Any], dict[str, Any]] = EncryptedJSONField(_("what was asked"))
    only_look = models.BooleanField(_("check only"), default=False)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    lines_expected = models.PositiveIntegerField(_("lines counted"), null=True, blank=True)
    lines_done = models.PositiveIntegerField(_("lines judged"), default=0)
    good_count = models.PositiveIntegerField(_("good lines"), null=True, blank=True)
    added_count = models.PositiveIntegerField(_("rows added or changed"), null=True, blank=True)
    error_count = models.PositiveIntegerField(_("wrong lines"), default=0)
    # The first of them: [[line, sentence], ...].
    errors: models.Field[list[list[Any]], list[list[Any]]] = models.JSONField(default=list, editable=False)
    # The first good lines as they may be shown; only of a list that was only looked through.
    preview: models.Field[Any, Any] = EncryptedJSONField(null=True, blank=True, editable=False)
    failure = models.CharField(_("what went wrong"), max_length=10, choices=Failure, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        # Who may import a list sees the own jobs with it; nobody else's are anybody's to see.
        default_permissions = ()
        indexes = [
            models.Index(fields=["asked_by", "-asked_at"], name="import_of_person"),
            models.Index(fields=["status", "asked_at"], name="import_due"),
        ]
        constraints = [
            models.CheckConstraint(
                name="import_status_known",
                condition=Q(status__in=["pending", "running", "done", "failed", "cancelled"]),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="import_has_its_list_while_open",
                condition=Q(status__in=["pending", "running"], part_count__gt=0) & ~Q(blob="")
                | Q(status="done", only_look=True, part_count__gt=0, expires_at__isnull=False) & ~Q(blob="")
                | ~Q(status__in=["pending", "running"]) & Q(blob=""),
                violation_error_message=_("The list is kept until the import is over, and no longer."),
            ),
            models.CheckConstraint(
                name="import_done_is_counted",
                condition=~Q(status="done")
                | Q(
                    good_count__isnull=False,
                    added_count__isnull=False,
                    finished_at__isnull=False,
                    error_count=0,
                ),
                violation_error_message=_("An import that is finished says how many lines it took."),
            ),
            models.CheckConstraint(
                name="import_failed_says_why",
                condition=~Q(status="failed", failure=""),
                violation_error_message=_("An import that was not made says why."),
            ),
            models.CheckConstraint(
                name="import_look_changes_nothing",
                condition=Q(only_look=False) | Q(added_count__isnull=True) | Q(added_count=0),
                violation_error_message=_("A list that is only looked through changes nothing."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    # -- verbs --------------------------------------------------------------------------------------------------------

    def begin(self, *, by: Any, now: datetime) -> None:
        """Somebody takes the list in now, from its first line."""
        with self.moving_to(self.Status.RUNNING, by=by, now=now):
            self.attempts += 1
            self.started_at = self.beat_at = now
            self.lines_done, self.lines_expected = 0, None

    @contextmanager
    def finishing(self, report: ImportReport, *, attempt: int, by: Any, now: datetime) -> Iterator[None]:
        """What the block writes and the end of the job are there together, or neither is.

        Raises `Refused` where this attempt was overtaken ("overtaken") or the person may not import it any more ("rights").
        """
        with self.moving_to(self.Status.DONE, by=by, now=now):
            if self.attempts != attempt:
                raise Refused(self.out_of_turn(), code="overtaken")
            self.refuse_without_right()
            yield
            self.good_count, self.added_count = report.count, report.added
            self.lines_done = self.lines_expected or 0
            self.finished_at = now
            if self.only_look:
                self.preview = [list(cells) for cells in report.preview]
                self.expires_at = now + KEPT_AFTER_LOOK
            else:
                self._drop_file()
            self._tell("import_done", now=now)

    def fail(self, failure: str, *, by: Any, now: datetime, report: ImportReport | None = None) -> None:
        """Nothing was imported, the person hears of it, and the list is not kept."""
        with self.moving_to(self.Status.FAILED, by=by, now=now):
            self.failure, self.finished_at = failure, now
            if report is not None:
                self.error_count = len(report.errors)
                self.errors = [[error.line, str(error.sentence)] for error in report.errors[:MOST_ERRORS]]
            self._drop_file()
            self._tell("import_failed", now=now)

    def take_up_again(self, *, by: Any, now: datetime) -> None:
        """Whoever took it in was lost: it waits once more, from the beginning."""
        with self.moving_to(self.Status.PENDING, by=by, now=now):
            self.lines_done, self.lines_expected = 0, None

    def call_off(self, *, by: Any, now: datetime) -> None:
        """It is not wanted any more; nothing of it is imported."""
        with self.moving_to(self.Status.CANCELLED, by=by, now=now):
            self.finished_at = now
            self._drop_file()

    @contextmanager
    def handing_on(self, *, by: Any, now: datetime) -> Iterator[None]:
        """The list that was looked through is taken over by what the block makes, and this job has none any more."""
        unless = partial(self.objection_to_import, by)
        with self.acting("import_list_handed_on", by=by, now=now, unless=unless):
            yield
            self.blob, self.part_count = "", 0

    def forget_list(self, *, by: Any, now: datetime) -> None:
        """Nobody imported what was looked through: the list is not kept any longer, the row with its outcome stays."""
        with self.acting("import_list_deleted", by=by, now=now, unless=self.objection_to_keep):
            self._drop_file()

    # -- questions ----------------------------------------------------------------------------------------------------

    @property
    def number(self) -> str:
        return f"DR-{self.pk:06d}"

    @property
    def declared(self) -> Importer | None:
        """The importer as it is declared today."""
        return importer_named(self.importer)

    @property
    def title(self) -> str:
        declared = self.declared
        return str(declared.title) if declared else self.importer

    def objection_to_keep(self) -> str:
        """Why there is no list that was looked through and can be imported, or ""."""
        if self.status == self.Status.DONE and self.only_look and self.blob:
            return ""
        return gettext("The list is not kept any more. Choose the file again to import it.")

    def objection_to_import(self, person: Any) -> str:
        """Why this person does not import what was looked through, or ""."""
        if person.pk != self.asked_by_id:
            return gettext("Only the person who asked for an import goes on with it.")
        declared = self.declared
        return self.objection_to_keep() or (declared.objection(person) if declared else "")

    def objection(self, target: str, *, by: Any, now: datetime) -> str:
        """As `Lifecycle.objection`; only who asked for it calls it off."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if target == self.Status.CANCELLED and by.pk != self.asked_by_id:
            return gettext("Only the person who asked for an import calls it off.")
        return ""

    def refuse_without_right(self) -> tuple[Importer, dict[str, Any]]:
        """The importer with what was asked, as the person may name it today; raises `Refused` "rights" where the right is gone."""
        person = get_user_model()._base_manager.get(pk=self.asked_by_id)
        declared = self.declared
        if declared is None:
            raise Refused(gettext("There is no such list any more."), code="rights")
        if sentence := declared.objection(person):
            raise Refused(sentence, code="rights")
        return declared, declared.found(self.given, person)
