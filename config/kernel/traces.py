"""What a step leaves on record is written when the step ends: one statement for each table, however many rows it left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models

# The rows of the step that is running, in the order they were left; None outside of one.
_left: ContextVar[list[models.Model] | None] = ContextVar("traces", default=None)


def leave(row: models.Model) -> None:
    """The row is written with those of the step that is running, or at once where none is."""
    left = _left.get()
    if left is None:
        row.save(force_insert=True)
    else:
        left.append(row)


@contextmanager
def written_together() -> Iterator[None]:
    """What is left inside is written when the block ends well. Stands inside the transaction that the rows belong to.

    A block inside a block leaves its rows to the outer one, and none where it fails: what it did is undone as well, and its caller
    may go on. So a transaction that is undone on purpose, while the step around it goes on, needs a block of its own.
    """
    outer = _left.get()
    if outer is not None:
        mark = len(outer)
        try:
            yield
        except BaseException:
            del outer[mark:]
            raise
        return
    rows: list[models.Model] = []
    token = _left.set(rows)
    try:
        yield
    finally:
        _left.reset(token)
    for model in dict.fromkeys(type(row) for row in rows):
        model._base_manager.bulk_create([row for row in rows if type(row) is model])
