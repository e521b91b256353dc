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

from django.contrib.auth import get_user_model
from django_tasks import task

from config.files import worker_job
from config.files.exports.parts import content_of
from config.files.imports.job import ImportJob
from config.files.lists import LARGEST_LONG_FILE, ImportReport, Row, Taking
from config.kernel import clock


class InWorker(Taking):
    """A long list: progress is on its job, and its rows are written with the job's end."""

    largest_file = LARGEST_LONG_FILE

    def __init__(self, job: ImportJob, *, by: Any, most_lines: int) -> None:
        self.job, self.attempt, self.by = job, job.attempt, by
        self.most_lines = most_lines

    def told(self, lines: Sequence[Row]) -> Iterable[Row]:
        self.job.note(self.attempt, lines_expected=len(lines))
        noted = time.monotonic()
        for number, line in enumerate(lines):
            if time.monotonic() - noted >= worker_job.BEAT_SECONDS:
                self.job.note(self.attempt, lines_done=number)
                noted = time.monotonic()
            yield line
        self.job.note(self.attempt, lines_done=len(lines))

    @contextmanager
    def writing(self, report: ImportReport) -> Iterator[None]:
        with self.job.finishing(report, attempt=self.attempt, by=self.by, now=clock.now()):
            yield


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
    job.attempt_at(_take, now=now)


def _take(job: ImportJob, system: Any) -> None:
    attempt = job.attempt
    report = _taken(job, system)
    if report.errors:
        job.give_up(attempt, ImportJob.Failure.LINES, by=system, report=report)


def _taken(job: ImportJob, system: Any) -> ImportReport:
    importer, given = job.refuse_without_right()
    taking = InWorker(job, by=system, most_lines=importer.most_lines)
    text = b"".join(content_of(job.blob, job.part_count)).decode()
    person = get_user_model()._base_manager.get(pk=job.asked_by_id)
    report = importer.take(text, by=person, now=clock.now(), only_look=job.only_look, taking=taking, **given)
    if job.only_look and not report.errors:
        with taking.writing(report):
            report.added = 0
    return report
