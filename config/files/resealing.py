"""Blobs follow when the field keys change: part of `rotate_field_keys`."""

from django.core.files.storage import default_storage

from config.files.tidying import every_blob
from config.files.vault import UNFINISHED, SealedStorage


def reseal_blobs() -> tuple[int, int]:
    """Leave every blob sealed under the first of FIELD_KEYS; returns (resealed, all). May be stopped and run again."""
    vault = default_storage
    if not isinstance(vault, SealedStorage):
        return 0, 0
    names = [name for name in every_blob() if not name.startswith(UNFINISHED)]
    return sum(map(vault.reseal, names)), len(names)
