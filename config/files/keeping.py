"""Blobs first, then the row that makes them count; when either fails, what was written is taken back."""

import hashlib
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.files.models import StoredFile
from config.files.names import random_name
from config.files.refusals import refusal

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

logger = logging.getLogger(__name__)


def keep(stored: StoredFile, *, original: bytes, view: bytes, thumbnail: bytes) -> None:
    """Leave the file stored and its row saved, or neither. Raises FileRefused `storage` when the storage fails."""
    random = random_name()
    place = f"{random[:2]}/{random}"
    contents = {f"{place}.{variant}": content for variant, content in _variants(original, view, thumbnail)}
    try:
        # Side by side: sealing, digesting and flushing wait for other things than the interpreter.
        with ThreadPoolExecutor(len(contents)) as hands:
            digests = dict(zip(contents, hands.map(_write, contents, contents.values()), strict=True))
    except Exception as error:
        logger.exception("A file could not be stored")
        _take_back(contents)
        raise refusal("storage") from error
    stored.original_blob, stored.sha256 = f"{place}.original", digests[f"{place}.original"]
    if view:
        stored.view_blob, stored.view_sha256 = f"{place}.view", digests[f"{place}.view"]
        stored.thumbnail_blob, stored.thumbnail_sha256 = f"{place}.thumbnail", digests[f"{place}.thumbnail"]
    try:
        stored.save(force_insert=True)
    except Exception:
        _take_back(contents)
        raise


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
    keep(stored, original=pdf, view=b"", thumbnail=b"")
    return stored


def _variants(original: bytes, view: bytes, thumbnail: bytes) -> list[tuple[str, bytes]]:
    drawn = [("view", view), ("thumbnail", thumbnail)] if view else []
    return [("original", original), *drawn]


def _write(name: str, content: bytes) -> str:
    """Store the content under exactly this name and return its digest."""
    if default_storage.save(name, ContentFile(content)) != name:
        raise OSError(f"The storage gave {name} another name")
    return hashlib.sha256(content).hexdigest()


def _take_back(names: dict[str, bytes]) -> None:
    for name in names:
        try:
            default_storage.delete(name)
        except Exception:  # noqa: BLE001 - the storage is failing already; tidy_files removes the rest
            logger.warning("Left behind for tidy_files: %s", name)
