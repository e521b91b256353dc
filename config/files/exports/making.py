"""Making the file of a long export in the worker: progress while it goes, and never half a file.

Rows are read over a connection of their own, so that progress is seen by everybody meanwhile and a calling-off is noticed. However many
files are made at a time, together they take of the machine what one takes (`Pace`), so that the pages of everybody else stay quick.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django_tasks import task

from config.files import worker_job
from config.files.exports.export import Export
from config.files.exports.parts import in_parts, keep_part
from config.files.exports.rowfile import RowFile
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.replica import reports_database

# So that the beat goes on.
LONGEST_REST = 1.0


@task
def make_export(pk: int) -> None:
    """The export that waits under this key is made; one that does not wait is let be."""
    export = Export.objects.filter(pk=pk, status=Export.Status.PENDING).first()
    if export is not None:
        make(export, now=clock.now())


def make_soon(pk: int) -> None:
    """Called once the row is certain; where the queue is down, the sweep finds the row."""
    make_export.enqueue(pk)


def make(export: Export, *, now: datetime) -> None:
    """Leave the export ready, or not made with the reason on it. One that moves meanwhile is left to whoever moved it."""
    export.attempt_at(_make, now=now)


def _make(export: Export, system: Any) -> None:
    blob = export.blob
    sheet, part_count = _written(export)
    export.finish(sheet, blob=blob, part_count=part_count, by=system, now=clock.now())


def _written(export: Export) -> tuple[RowFile, int]:
    """The sheet that was written and the number of its parts."""
    if sentence := export.objection_to_content(export.asked_by):
        raise Refused(sentence, code="rights")
    with _own_connection() as over:
        sheet = export.sheet(now=clock.now(), over=over)
        export.note(export.blob, rows_expected=sheet.rows.order_by().count())
        part_count = 0
        for content in in_parts(_with_progress(sheet, export)):
            keep_part(export.blob, part_count, content)
            part_count += 1
    return sheet, part_count


def _with_progress(sheet: RowFile, export: Export) -> Iterator[bytes]:
    if sheet.over is connections[DEFAULT_DB_ALIAS] and sheet.is_copied:
        # A connection that copies says nothing else meanwhile.
        yield from sheet
        return
    blob, noted, pace = export.blob, time.monotonic(), Pace(beside=_made_beside(export))
    for block in pace.kept(sheet):
        if time.monotonic() - noted >= worker_job.BEAT_SECONDS:
            export.note(blob, rows_done=sheet.row_count)
            noted, pace.beside = time.monotonic(), _made_beside(export)
        yield block


@dataclass
class Pace:
    """How fast one file is made while `beside` others are."""

    beside: int

    def kept(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The same blocks, each followed by a rest: as long as the block took, for every other file."""
        begun = time.monotonic()
        for block in blocks:
            yield block
            time.sleep(min((time.monotonic() - begun) * self.beside, LONGEST_REST))
            begun = time.monotonic()


def _made_beside(export: Export) -> int:
    """How many other files are being made, by whichever worker; those that were lost are not."""
    alive = Export.objects.filter(status=Export.Status.RUNNING, beat_at__gte=clock.now() - worker_job.SILENT)
    return alive.exclude(pk=export.pk).count()


@contextmanager
def _own_connection() -> Iterator[Any]:
    """A connection to read over. Inside a transaction it is that one's own: its rows are nobody else's to see yet."""
    reads = connections[reports_database()]
    if reads.vendor != "postgresql" or reads.in_atomic_block:
        yield reads
        return
    own = reads.copy()
    try:
        yield own
    finally:
        own.close()
