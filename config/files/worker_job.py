"""WorkerJob: long work that one person asked for and the worker does, with its file in parts and its progress in sight.

A worker may be killed at any point: whoever looks after the jobs (`look_after`) finds that the beat has stopped, and has the job done again
or given up. What an attempt does is its own only while no later one has begun (`attempt`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Self

import structlog
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.files.exports.parts import forget_parts
from config.kernel import clock
from config.kernel.lifecycle import Lifecycle, Refused
from config.kernel.outbox import enqueue
from config.kernel.sweeping import sweep_rows

log = structlog.get_logger(__name__)

# A job that was lost so often is not tried again by itself.
MOST_ATTEMPTS = 3
# How often progress is written down; a beat that is much older than that belongs to a lost job.
BEAT_SECONDS = 1.0
# The queue takes a job up within seconds; one that still waits then was lost with it.
WAITED = timedelta(minutes=2)
# Many beats were missed: whoever did it is gone. Who writes rows has no beat meanwhile, but holds the lock that a step waits for.
SILENT = timedelta(minutes=5)
PENDING, RUNNING, FAILED = "pending", "running", "failed"
LOST, BROKEN = "lost", "broken"


class Overtaken(Exception):
    """It was called off, or somebody else does it now."""


class WorkerJob(Lifecycle):
    """Every kind of job has the states pending, running, failed and cancelled, and may fail as broken or lost.

    The parts of its file are under `blob`, which is empty wherever there is none.
    """

    # The account of the portal that does it, the column that tells one attempt from another, and the refusals that are told to the
    # person as they are; any other is the portal's own mistake.
    SYSTEM: ClassVar[str]
    ATTEMPT: ClassVar[str] = "attempts"
    TOLD_FAILURES: ClassVar[frozenset[str]] = frozenset()
    OPEN = (PENDING, RUNNING)

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="%(class)ss",
        verbose_name=pgettext_lazy("export", "asked for by"),
    )
    asked_at = models.DateTimeField(_("asked for at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    started_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    # Rises while somebody is at work; a job whose beat has stopped was lost.
    beat_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("over at"), null=True, blank=True)
    # Until then the file is kept, once the job is over.
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    blob = models.CharField(max_length=80, blank=True, editable=False, db_index=True)
    part_count = models.PositiveIntegerField(default=0, editable=False)

    # Told by each kind: its states with the arrows between them, and why it may fail.
    status: Any
    failure: Any
    language: Any

    class Meta:
        abstract = True

    # -- verbs of each kind -------------------------------------------------------------------------------------------

    def begin(self, *, by: Any, now: datetime) -> None:
        raise NotImplementedError

    def fail(self, failure: str, *, by: Any, now: datetime) -> None:
        raise NotImplementedError

    def take_up_again(self, *, by: Any, now: datetime) -> None:
        raise NotImplementedError

    def after_failing(self, attempt: Any) -> None:
        """What this attempt has left outside the database goes."""

    # -- questions ----------------------------------------------------------------------------------------------------

    @property
    def attempt(self) -> Any:
        return getattr(self, self.ATTEMPT)

    @property
    def is_lost(self) -> bool:
        return self.attempts >= MOST_ATTEMPTS

    # -- the worker ---------------------------------------------------------------------------------------------------

    @classmethod
    def at_work(cls) -> Any:
        """The account that does these jobs."""
        return get_user_model().objects.system(cls.SYSTEM)

    def attempt_at(self, work: Callable[[Self, Any], None], *, now: datetime) -> None:
        """Leave the job done by `work`, or failed with the reason on it. One that moves meanwhile is left to whoever moved it."""
        system = self.at_work()
        try:
            self.begin(by=system, now=now)
        except Refused:
            return
        attempt = self.attempt
        try:
            with translation.override(self.language):
                work(self, system)
        except Overtaken:
            self.after_failing(attempt)
        except Refused as refused:
            told = refused.code if refused.code in self.TOLD_FAILURES else BROKEN
            self.give_up(attempt, told, by=system)
        except Exception:
            log.exception("job_failed", kind=self._meta.label_lower, job=self.pk)
            self.give_up(attempt, BROKEN, by=system)

    def give_up(self, attempt: Any, failure: str, *, by: Any, **said: Any) -> None:
        """It is failed, where it is still this attempt's to give up."""
        self.after_failing(attempt)
        self.refresh_from_db()
        if self.status == RUNNING and self.attempt == attempt:
            self.fail(failure, by=by, now=clock.now(), **said)

    def note(self, attempt: Any, **columns: Any) -> None:
        """Write progress down past the lifecycle: it is no step. Raises Overtaken where this attempt is not the one any more."""
        mine = {"pk": self.pk, "status": RUNNING, self.ATTEMPT: attempt}
        if not type(self)._base_manager.filter(**mine).update(beat_at=clock.now(), **columns):
            raise Overtaken

    @classmethod
    def look_after(cls, now: datetime, *, soon: Callable[[int], None]) -> None:
        """Leave every lost job waiting again or given up, and every waiting one in the queue."""
        jobs = cls._base_manager.all()
        lost = jobs.filter(status=RUNNING, beat_at__lt=now - SILENT)
        if lost.exists():
            system = cls.at_work()
            sweep_rows(lost, lambda job: job.found_lost(by=system, now=now))
        waiting = jobs.filter(status=PENDING, asked_at__lt=now - WAITED)
        sweep_rows(waiting, lambda job: soon(job.pk))

    def found_lost(self, *, by: Any, now: datetime) -> None:
        if self.is_lost:
            self.fail(LOST, by=by, now=now)
        else:
            self.take_up_again(by=by, now=now)

    # -- private ------------------------------------------------------------------------------------------------------

    def _drop_file(self) -> None:
        """Once this is certain, the parts go; what cannot be removed then is removed at night."""
        if self.blob:
            transaction.on_commit(partial(forget_parts, self.blob), robust=True)
        self.blob, self.part_count = "", 0

    def _tell(self, kind: str, *, now: datetime) -> None:
        enqueue(kind, recipient=self.asked_by, subject=self, context={"number": str(self)}, now=now)
