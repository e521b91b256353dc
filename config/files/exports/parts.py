"""The file of an export as parts: each sealed, flushed and whole by itself, so that a file of any size is never in memory.

A part is bound to its name, and its name to the attempt and the place in the file: none can be left out, moved or taken from another
file without being noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

PART = 1024 * 1024


class FileGone(Exception):
    """A part of the file is not there."""


def part_name(blob: str, number: int) -> str:
    return f"{blob}.{number:06d}"


def blob_of(name: str) -> str:
    """The file that a stored name is a part of."""
    return name.rpartition(".")[0]


def in_parts(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in portions that are worth a file of their own."""
    portion = bytearray()
    for block in blocks:
        portion += block
        if len(portion) >= PART:
            yield bytes(portion)
            portion.clear()
    if portion:
        yield bytes(portion)


def keep_part(blob: str, number: int, content: bytes) -> None:
    name = part_name(blob, number)
    if default_storage.save(name, ContentFile(content)) != name:
        raise OSError(f"The storage gave {name} another name")


def content_of(blob: str, part_count: int) -> Iterator[bytes]:
    """The parts one by one. Raises FileGone before the first one where any is missing."""
    names = [part_name(blob, number) for number in range(part_count)]
    if gone := [name for name in names if not default_storage.exists(name)]:
        raise FileGone(gone[0])
    return _read(names)


def forget_parts(blob: str) -> None:
    """Nothing of the file is left in the storage."""
    number = 0
    while default_storage.exists(name := part_name(blob, number)):
        default_storage.delete(name)
        number += 1


def _read(names: list[str]) -> Iterator[bytes]:
    for name in names:
        with default_storage.open(name) as part:
            yield part.read()
