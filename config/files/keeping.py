"""Blobs first, then the row that makes them count; when either fails, what was written is taken back."""

import hashlib
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Self

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.files.models import StoredFile
from config.files.names import random_name
from config.files.refusals import refusal

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

VARIANTS = ("original", "view", "thumbnail")

logger = logging.getLogger(__name__)


class Writing:
    """The blobs of one file as they are written, the original from the first moment on: while it is being judged the disk has time.

    Once a block of it is over, the file is stored with its row, or nothing of it is left.
    """

    def __init__(self, original: bytes) -> None:
        random = random_name()
        self._place = f"{random[:2]}/{random}"
        # Side by side: sealing, digesting and flushing wait for other things than the interpreter.
        self._hands = ThreadPoolExecutor(len(VARIANTS))
        self._digests: dict[str, Future[str]] = {}
        self._is_kept = False
        self._begin("original", original)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._hands.shutdown()
        if not self._is_kept:
            self._take_back()

    def keep(self, stored: StoredFile, *, view: bytes = b"", thumbnail: bytes = b"") -> None:
        """Leave the file stored and its row saved. Raises FileRefused `storage` when the storage fails."""
        if view:
            self._begin("view", view)
            self._begin("thumbnail", thumbnail)
        try:
            digests = {name: digest.result() for name, digest in self._digests.items()}
        except Exception as error:
            logger.exception("A file could not be stored")
            raise refusal("storage") from error
        stored.original_blob, stored.sha256 = self._name("original"), digests["original"]
        if view:
            stored.view_blob, stored.view_sha256 = self._name("view"), digests["view"]
            stored.thumbnail_blob, stored.thumbnail_sha256 = self._name("thumbnail"), digests["thumbnail"]
        stored.save(force_insert=True)
        self._is_kept = True

    def _name(self, variant: str) -> str:
        return f"{self._place}.{variant}"

    def _begin(self, variant: str, content: bytes) -> None:
        self._digests[variant] = self._hands.submit(_write, self._name(variant), content)

    def _take_back(self) -> None:
        for variant in self._digests:
            try:
                default_storage.delete(self._name(variant))
            except Exception:  # noqa: BLE001 - the storage is failing already; tidy_files removes the rest
                logger.warning("Left behind for tidy_files: %s", self._name(variant))


def keep_letter(pdf: bytes, *, name: str, by: "AbstractBaseUser", now: datetime) -> StoredFile:
    """A letter that the portal typeset, kept byte for byte. Nobody sent it, so nothing in it is judged or scanned."""
    import pikepdf  # noqa: PLC0415 - 5 MiB that only a process with letters needs; uploads are opened by their judge

    with pikepdf.open(BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    stored = StoredFile(
        display_name=name,
        kind=StoredFile.Kind.PDF,
        media_type=StoredFile.MediaType.PDF,
        size=len(pdf),
        pages=pages,
        scanned_at=now,
        uploaded_by=by,
        uploaded_at=now,
    )
    with Writing(pdf) as writing:
        writing.keep(stored)
    return stored


def _write(name: str, content: bytes) -> str:
    """Store the content under exactly this name and return its digest."""
    if default_storage.save(name, ContentFile(content)) != name:
        raise OSError(f"The storage gave {name} another name")
    return hashlib.sha256(content).hexdigest()
