"""Where blobs lie when the storage is local: sealed, under random names, outside any web root, never half written."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from config.privacy.sealing import resealed, seal, unseal

UNFINISHED = "unfinished"


class SealedStorage(FileSystemStorage):
    """Files encrypted under FIELD_KEYS and tied to their name; folders 0700, files 0600, no URL.

    A name exists only when its content is complete and on disk: bytes are written in the folder `unfinished`, flushed,
    and renamed. What a killed process leaves there is removed by `tidy_files`.
    """

    def url(self, name: str | None) -> str:
        raise ValueError(
            "Stored files have no address; config.files.serving hands them out after a permission check."
        )

    def size(self, name: str) -> int:
        return len(self._unsealed(name))

    def _open(self, name: str, mode: str = "rb") -> File:
        return ContentFile(self._unsealed(name), name=name)

    def _save(self, name: str, content: Any) -> str:
        content.seek(0)
        self._put(name, seal(content.read(), context=context_of(name)))
        return name

    def reseal(self, name: str) -> bool:
        """Leave the blob sealed under the first of FIELD_KEYS; True when another key had sealed it."""
        record = resealed(Path(self.path(name)).read_bytes(), context=context_of(name))
        if record is not None:
            self._put(name, record)
        return record is not None

    def _put(self, name: str, sealed: bytes) -> None:
        final = Path(self.path(name))
        unfinished = Path(self.path(UNFINISHED)) / f"{final.name}.{secrets.token_hex(4)}"
        for folder in (Path(self.location), unfinished.parent, final.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            _write_and_flush(unfinished, sealed)
            unfinished.rename(final)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise
        _flush_folder(final.parent)

    def _unsealed(self, name: str) -> bytes:
        return unseal(Path(self.path(name)).read_bytes(), context=context_of(name))


def context_of(name: str) -> str:
    """What the seal of a blob is bound to."""
    return f"files.{name}"


def _write_and_flush(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make a rename survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
