"""Where blobs lie when the storage is an S3-compatible object store: sealed here, so that the store holds nothing it could read."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from config.files.vault import context_of
from config.privacy.sealing import resealed, seal, unseal


class SealedObjects(S3Storage):
    """Objects encrypted under FIELD_KEYS and tied to their name, as `SealedStorage` does it with files; no address.

    An object store shows an object only once it is whole, so nothing unfinished is ever seen.
    """

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        raise ValueError(
            "Stored files have no address; config.files.serving hands them out after a permission check."
        )

    def size(self, name: str) -> int:
        return len(self._content(name))

    def reseal(self, name: str) -> bool:
        """Leave the blob sealed under the first of FIELD_KEYS; True when another key had sealed it."""
        record = resealed(self._record(name), context=context_of(name))
        if record is not None:
            super()._save(name, ContentFile(record, name=name))
        return record is not None

    def _open(self, name: str, mode: str = "rb") -> File:
        return ContentFile(self._content(name), name=name)

    def _save(self, name: str, content: Any) -> str:
        content.seek(0)
        sealed = seal(content.read(), context=context_of(name))
        return super()._save(name, ContentFile(sealed, name=name))

    def _content(self, name: str) -> bytes:
        return unseal(self._record(name), context=context_of(name))

    def _record(self, name: str) -> bytes:
        with super()._open(name, "rb") as stored:
            return stored.read()
