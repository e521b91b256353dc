"""Asking for the import of a long list: its heading and its length are looked at, it is sealed, and it waits for the worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import get_language, ngettext

from config.files.exports.parts import forget_parts, in_parts, keep_part
from config.files.imports.importer import Importer
from config.files.imports.job import ImportJob
from config.files.imports.running import take_soon
from config.files.lists import lines_of, too_long
from config.files.names import random_name
from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, first_locked

# Open jobs of one person: nobody mends more lists at a time, and a script stops here before it fills the disk.
MOST_OPEN = 3


def ask(
    importer: Importer,
    text: str,
    given: Mapping[str, Any],
    *,
    by: Any,
    now: datetime,
    only_look: bool = False,
) -> ImportJob:
    """The job that waits, with its list sealed in the storage.

    Raises `Unreadable` for a list that has no heading or too many lines, `Refused` "forbidden" and "too_many".
    """
    if sentence := importer.objection(by):
        raise Refused(sentence, code="forbidden")
    next(lines_of(text, importer.shape), None)
    if len(text.rstrip().splitlines()) > importer.most_lines + 1:
        raise too_long(importer.most_lines)
    _refuse_too_many(by)
    blob, part_count = f"imports/{random_name()}", 0
    try:
        for part_count, content in enumerate(in_parts([text.encode()]), 1):
            keep_part(blob, part_count - 1, content)
        return _waiting(importer, given, blob, part_count, by=by, now=now, only_look=only_look)
    except Exception:
        forget_parts(blob)
        raise


def import_what_was_looked_at(look: ImportJob, *, by: Any, now: datetime) -> ImportJob:
    """The job that waits to import the list of `look`, with what was asked then; the look itself stays as it was.

    Every line is judged once more, since the world may have changed. Raises `Refused` where the list is gone, the right is, or
    too many of the person's jobs are open.
    """
    with look.handing_on(by=by, now=now):
        importer, given = look.refuse_without_right()
        return _waiting(importer, given, look.blob, look.part_count, by=by, now=now, only_look=False)


def _waiting(
    importer: Importer,
    given: Mapping[str, Any],
    blob: str,
    part_count: int,
    *,
    by: Any,
    now: datetime,
    only_look: bool,
) -> ImportJob:
    with told_as_refusals(), transaction.atomic():
        # Whoever asks at the same moment in another window waits here, and then is counted.
        first_locked(get_user_model()._base_manager.filter(pk=by.pk))
        _refuse_too_many(by)
        job = ImportJob.objects.create(
            importer=importer.name,
            given=importer.kept(given),
            only_look=only_look,
            language=get_language(),
            asked_by=by,
            asked_at=now,
            blob=blob,
            part_count=part_count,
        )
        record(
            "import_asked",
            by=by,
            now=now,
            subject=job,
            detail={"list": importer.name, "only_look": only_look},
        )
        transaction.on_commit(partial(take_soon, job.pk), robust=True)
    return job


def _refuse_too_many(person: Any) -> None:
    if ImportJob.objects.open().filter(asked_by=person).count() >= MOST_OPEN:
        said = ngettext(
            "%(most)d import of yours is not over yet. Wait for it, or call it off.",
            "%(most)d imports of yours are not over yet. Wait for one of them, or call one off.",
            MOST_OPEN,
        )
        raise Refused(said % {"most": MOST_OPEN}, code="too_many")
