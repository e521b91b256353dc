"""How a thing changes state: one table of arrows, one objection, one way through.

A model that lives through states inherits `Lifecycle`, writes its arrows into `NEXT` and its steps as verbs around
`moving_to`. The sentence that `objection` returns refuses the step, greys the button and is the API's error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.history import StatusChange, subject_of
from config.kernel.refusal import Refused

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

__all__ = ["Arrows", "Lifecycle", "Refused", "lock_in_order", "reread_locked"]

Arrows = Mapping[str, frozenset[str]]


class Lifecycle(models.Model):
    """A row whose `status` changes only along `NEXT` and only through `moving_to`."""

    NEXT: ClassVar[Arrows] = {}
    # Rows that one verb locks together are locked in this order, so that two verbs never wait for each other.
    LOCK_RANK: ClassVar[int] = 0

    class Meta:
        abstract = True

    def objection(self, target: str, *, by: AbstractBaseUser, now: datetime) -> str:
        """One sentence why this row may not become `target` now at this person's hand, or "".

        Overrides call this first and add guards such as four eyes; they ask only, they change nothing.
        """
        return "" if target in self.NEXT[self.status] else self.out_of_turn()

    def out_of_turn(self) -> str:
        """What is said of a step that does not fit the status."""
        return _("%(thing)s is “%(status)s”, so this step is not possible.") % {
            "thing": self._meta.verbose_name,
            "status": self.get_status_display(),
        }

    @contextmanager
    def moving_to(
        self, target: str, *, by: AbstractBaseUser, now: datetime, note: str = ""
    ) -> Iterator[None]:
        """Lock and re-read this row, run the block, and leave it saved as `target` with its step on record, or change nothing.

        Attributes set before the call are thrown away by the re-read: verbs take data as arguments and assign inside.
        Raises `Refused` with the objection, or with the sentence of the database constraint that the block broke.
        """
        with self._whole(partial(self.objection, target, by=by, now=now), code="wrong_state", now=now):
            origin = self.status
            yield
            self.status = target
            self.save()
            self._put_on_record(origin, by=by, now=now, note=note)

    @contextmanager
    def acting(
        self,
        action: str,
        *,
        by: AbstractBaseUser,
        now: datetime,
        unless: Callable[[], str],
        code: str = "wrong_state",
        **detail: Any,
    ) -> Iterator[None]:
        """As `moving_to` for a step that leaves the status: lock, refuse with the sentence of `unless`, save, put on record."""
        with self._whole(unless, code=code, now=now):
            yield
            self.save()
            record(action, by=by, now=now, subject=self, detail=detail)

    @contextmanager
    def locked(self, *, now: datetime) -> Iterator[None]:
        """Lock and re-read this row for a verb that finds out inside which step it takes."""
        try:
            with told_as_refusals(), transaction.atomic():
                reread_locked(self)
                yield
        except Refused as refused:
            # Inside another step the trace is undone with it and left again by that one.
            refused.leave_trace(now=now)
            raise

    @contextmanager
    def _whole(self, objection: Callable[[], str], *, code: str, now: datetime) -> Iterator[None]:
        with self.locked(now=now):
            if sentence := objection():
                raise Refused(sentence, code=code)
            yield

    def _put_on_record(self, origin: str, *, by: AbstractBaseUser, now: datetime, note: str) -> None:
        label, pk = subject_of(self)
        StatusChange.objects.create(
            subject_label=label,
            subject_id=pk,
            from_status=origin,
            to_status=self.status,
            at=now,
            by=by,
            note=note,
        )
        record("status_changed", by=by, now=now, subject=self, detail={"from": origin, "to": self.status})


def reread_locked(row: models.Model) -> None:
    """Make `row` equal to the database and hold its lock until the transaction ends.

    Without `of` and without joins: on a child table PostgreSQL then locks parent and child together. Keys never change,
    so the lock lets rows that point here be written meanwhile: a full lock deadlocked wrong tries against the right one.
    """
    rows = type(row)._base_manager
    if not settings.RACE_WITHOUT_LOCKS:
        rows = rows.select_for_update(no_key=True)
    row.refresh_from_db(from_queryset=rows.all())


def lock_in_order(*rows: Lifecycle | None) -> None:
    """Lock several rows for one verb, always application, merchant, device, terminal, code (`LOCK_RANK`), then by key."""
    present = [row for row in rows if row is not None]
    for row in sorted(present, key=lambda row: (row.LOCK_RANK, row.pk)):
        reread_locked(row)
