"""Taking a long list in, in the worker: judged with its progress in sight, then written with the end of the job in one transaction.

Judging is the long part and writes nothing, so progress is noted between lines, outside any transaction. A worker that dies
leaves nothing written: the rows and the job's end are one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog
from django.contrib.auth import get_user_model
from django.utils import translation
from django.utils.translation import gettext
from django_tasks import task

from config.files.exports.parts import content_of
from config.files.imports.job import ImportJob
from config.files.lists import LARGEST_LONG_FILE, ImportReport, Row, Taking
from config.kernel import clock
from config.kernel.lifecycle import Refused

log = structlog.get_logger(__name__)

SYSTEM = "imports"
# How often progress is written down; a beat that is much older than that belongs to a lost job.
BEAT_SECONDS = 1.0
Failure = ImportJob.Failure


class Overtaken(Exception):
    """It was called off, or somebody else takes it in now."""


class InWorker(Taking):
    """A long list: progress is on its job, and its rows are written with the job's end."""

    largest_file = LARGEST_LONG_FILE

    def __init__(self, job: ImportJob, *, by: Any, most_lines: int) -> None:
        self.job, self.attempt, self.by = job, job.attempts, by
        self.most_lines = most_lines

    def told(self, lines: Sequence[Row]) -> Iterable[Row]:
        self._note(lines_expected=len(lines))
        noted = time.monotonic()
        for number, line in enumerate(lines):
            if time.monotonic() - noted >= BEAT_SECONDS:
                self._note(lines_done=number)
                noted = time.monotonic()
            yield line
        self._note(lines_done=len(lines))

    @contextmanager
    def writing(self, report: ImportReport) -> Iterator[None]:
        with self.job.finishing(report, attempt=self.attempt, by=self.by, now=clock.now()):
            yield

    def _note(self, **columns: Any) -> None:
        """Write progress down past the lifecycle: it is no step. Raises Overtaken where this attempt is not the one any more."""
        running = ImportJob.objects.filter(
            pk=self.job.pk, status=ImportJob.Status.RUNNING, attempts=self.attempt
        )
        if not running.update(beat_at=clock.now(), **columns):
            raise Overtaken


@task
def take_in_import(pk: int) -> None:
    """The list that waits under this key is taken in; one that does not wait is let be."""
    job = ImportJob.objects.filter(pk=pk, status=ImportJob.Status.PENDING).first()
    if job is not None:
        take_in(job, now=clock.now())


def take_soon(pk: int) -> None:
    """Called once the row is certain; where the queue is down, the sweep finds the row."""
    take_in_import.enqueue(pk)


def take_in(job: ImportJob, *, now: datetime) -> None:
    """Leave the job finished, or failed with the reason on it. One that moves meanwhile is left to whoever moved it."""
    system = get_user_model().objects.system(SYSTEM)
    try:
        job.begin(by=system, now=now)
    except Refused:
        return
    attempt = job.attempts
    try:
        with translation.override(job.language):
            report = _taken(job, system)
        if report.errors:
            _give_up(job, attempt, Failure.LINES, system, report)
    except Overtaken:
        return
    except Refused as refused:
        _give_up(job, attempt, Failure.RIGHTS if refused.code == "rights" else Failure.BROKEN, system)
    except Exception:
        log.exception("import_failed", job=job.pk)
        _give_up(job, attempt, Failure.BROKEN, system)


def _taken(job: ImportJob, system: Any) -> ImportReport:
    given, importer = job.refuse_without_right(), job.declared
    if importer is None:
        raise Refused(gettext("There is no such list any more."), code="rights")
    taking = InWorker(job, by=system, most_lines=importer.most_lines)
    text = b"".join(content_of(job.blob, job.part_count)).decode()
    person = get_user_model()._base_manager.get(pk=job.asked_by_id)
    report = importer.take(text, by=person, now=clock.now(), only_look=job.only_look, taking=taking, **given)
    if job.only_look and not report.errors:
        with taking.writing(report):
            report.added = 0
    return report


def _give_up(
    job: ImportJob, attempt: int, failure: str, system: Any, report: ImportReport | None = None
) -> None:
    """Where it is still this attempt's to give up."""
    job.refresh_from_db()
    if job.status == ImportJob.Status.RUNNING and job.attempts == attempt:
        job.fail(failure, by=system, now=clock.now(), report=report)
