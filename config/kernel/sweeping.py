"""Going through what is due: every row gets its turn, whatever becomes of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import structlog
from django.db.models import QuerySet

from config.kernel.refusal import Refused

BATCH = 200
log = structlog.get_logger(__name__)


def sweep_rows(due: QuerySet, act: Callable[[Any], object], *, batch: int = BATCH) -> int:
    """Call `act` with each row; the number of rows it was done to.

    A row that refuses has moved since it was read and is passed over. One that breaks is in the log and is tried again with the
    next sweep; neither keeps those after it waiting, however many there are.
    """
    done = 0
    for row in _by_key(due, batch):
        key = row.pk
        try:
            act(row)
        except Refused:
            continue
        except Exception:
            log.exception("sweep_row_failed", kind=row._meta.label, row=key)
            continue
        done += 1
    return done


def _by_key(due: QuerySet, batch: int) -> Iterator[Any]:
    """Every row once, a few at a time, also while those that are done leave the queryset."""
    after = 0
    while rows := list(due.filter(pk__gt=after).order_by("pk")[:batch]):
        # Read now: a row that is deleted has no key afterwards.
        after = rows[-1].pk
        yield from rows
