"""Bringing rows and blobs together: what no row names is removed, what a row misses is reported."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from config.files.exports.parts import blob_of
from config.files.models import Export, ImportJob, StoredFile

# Longer than any upload takes, and than a backup takes between the database and the blobs.
GRACE = timedelta(hours=1)
AT_A_TIME = 500

logger = logging.getLogger(__name__)


@dataclass
class Tidied:
    """How many blobs went, and which (row, blob) are missing."""

    removed: int = 0
    missing: list[tuple[int, str]] = field(default_factory=list)


def tidy_nightly(now: datetime) -> None:
    """For the worker, called every minute: tidies at twenty to four in the morning and logs what is missing."""
    local = timezone.localtime(now)
    if (local.hour, local.minute) == (3, 40):
        for pk, blob in tidy(now).missing:
            logger.error("Stored file %s: %s is missing", pk, blob)


def tidy(now: datetime, *, dry_run: bool = False) -> Tidied:
    """Remove blobs older than an hour that no row names; find rows whose blobs are gone."""
    tidied, present = Tidied(), set()
    for names in _in_portions(every_blob()):
        present.update(names)
        for name in sorted(names - _named_by_rows(names)):
            if default_storage.get_modified_time(name) < now - GRACE:
                tidied.removed += 1
                if not dry_run:
                    default_storage.delete(name)
    for row in StoredFile.objects.iterator():
        # A file taken in since the listing began is there; only what the storage denies is missing.
        gone = [blob for blob in row.blobs if blob not in present and not default_storage.exists(blob)]
        tidied.missing += [(row.pk, blob) for blob in gone]
    return tidied


def every_blob(folder: str = "") -> Iterator[str]:
    """The names of everything in the storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" if folder else name for name in files)
    for name in folders:
        yield from every_blob(f"{folder}/{name}" if folder else name)


def _named_by_rows(names: set[str]) -> set[str]:
    found: set[str] = set()
    for column in ("original_blob", "view_blob", "thumbnail_blob"):
        found.update(StoredFile.objects.filter(**{f"{column}__in": names}).values_list(column, flat=True))
    files: dict[str, set[str]] = {}
    for name in names:
        files.setdefault(blob_of(name), set()).add(name)
    for model in (Export, ImportJob):
        for blob in (
            model._default_manager.filter(blob__in=files).exclude(blob="").values_list("blob", flat=True)
        ):
            found |= files[blob]
    return found


def _in_portions(names: Iterator[str]) -> Iterator[set[str]]:
    portion: set[str] = set()
    for name in names:
        portion.add(name)
        if len(portion) == AT_A_TIME:
            yield portion
            portion = set()
    yield portion
