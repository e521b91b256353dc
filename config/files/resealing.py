"""Blobs follow when the field keys change: part of `rotate_field_keys`."""

from django.core.files.storage import default_storage

from config.files.tidying import every_blob
from config.files.vault import UNFINISHED


def reseal_blobs() -> tuple[int, int]:
    """Leave every blob sealed under the first of FIELD_KEYS; returns (resealed, all). May be stopped and run again."""
    # Every storage that holds sealed blobs knows how to seal one anew; a plain one has none.
    reseal = getattr(default_storage, "reseal", None)
    if reseal is None:
        return 0, 0
    names = [name for name in every_blob() if not name.startswith(UNFINISHED)]
    return sum(map(reseal, names)), len(names)
