"""How a thing changes state: one table of arrows, one objection, one way through.

A model that lives through states inherits `Lifecycle`, writes its arrows into `NEXT` and its steps as verbs around
`moving_to`. The sentence that `objection` returns refuses the step, greys the button and is the API's error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config.kernel.audit import record
from config.kernel.constraints import told_as_refusals
from config.kernel.history import StatusChange, subject_of
from config.kernel.policy import one_reading
from config.kernel.refusal import Refused
from config.kernel.traces import leave, written_together

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

__all__ = ["Arrows", "Lifecycle", "Refused", "first_locked", "lock_in_order", "reread_locked"]

Arrows = Mapping[str, frozenset[str]]
UNREAD = object()


class Lifecycle(models.Model):
    """A row whose `status` changes only along `NEXT` and only through `moving_to`."""

    NEXT: ClassVar[Arrows] = {}
    # Rows that one verb locks together are locked in this order, so that two verbs never wait for each other.
    LOCK_RANK: ClassVar[int] = 0
    # While a step has the row in hand, its columns as they are stored and what belongs to it as it was read; else None.
    _as_stored: dict[str, Any] | None = None
    _read: dict[str, Any] | None = None

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
            "thing": capfirst(str(self._meta.verbose_name)),
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
            self._save_changes()
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
            self._save_changes()
            record(action, by=by, now=now, subject=self, detail=detail)

    @contextmanager
    def locked(self, *, now: datetime, reading: Sequence[str] = ()) -> Iterator[None]:
        """Lock and re-read this row, with the relations `reading`, for a verb that finds out inside which step it takes.

        A step inside a step on the same row takes it as it is: the lock keeps everybody else from it. It is undone with that
        step, which leaves the trace too, so it has no savepoint of its own.
        """
        if self.is_in_hand:
            with told_as_refusals(), transaction.atomic(savepoint=False):
                yield
            return
        try:
            with told_as_refusals(), transaction.atomic(), one_reading(), written_together():
                reread_locked(self, reading=reading)
                with self.in_hand():
                    yield
        except Refused as refused:
            # Inside a step on another row the trace is undone with it and left again by that one.
            refused.leave_trace(now=now)
            raise

    @property
    def is_in_hand(self) -> bool:
        return self._as_stored is not None

    @contextmanager
    def in_hand(self) -> Iterator[None]:
        """For a row that this transaction has just read under its lock, or made: the steps inside do not read it again."""
        former = self._as_stored, self._read
        self._as_stored, self._read = self._columns(), {}
        try:
            yield
        finally:
            self._as_stored, self._read = former

    @contextmanager
    def looked_at(self) -> Iterator[None]:
        """For a page: while it is put together, what belongs to the row is read once."""
        former, self._read = self._read, {}
        try:
            yield
        finally:
            self._read = former

    def once(self, name: str, read: Callable[[], Any]) -> Any:
        """What `read` answers: asked once while the row is looked at, or in hand, when only its own steps change what belongs to it."""
        if self._read is None:
            return read()
        if name not in self._read:
            self._read[name] = read()
        return self._read[name]

    @contextmanager
    def _whole(self, objection: Callable[[], str], *, code: str, now: datetime) -> Iterator[None]:
        with self.locked(now=now):
            if sentence := objection():
                raise Refused(sentence, code=code)
            yield

    def forget(self, name: str) -> None:
        """What was read under this name has changed, and is asked for again."""
        if self._read is not None:
            self._read.pop(name, None)

    def _columns(self) -> dict[str, Any]:
        """What the row holds, by column; a document that may be changed in its place as a copy."""
        held = self.__dict__
        names = (field.attname for field in self._meta.concrete_fields)
        return {
            name: deepcopy(held[name]) if isinstance(held[name], list | dict) else held[name]
            for name in names
            if name in held
        }

    def _save_changes(self) -> None:
        """Write the columns that the step has changed, and those that are made from them (`source`)."""
        before, after = self._as_stored or {}, self._columns()
        fields = [field for field in self._meta.concrete_fields if not field.primary_key]
        changed = {
            field.name
            for field in fields
            if field.attname in after and before.get(field.attname, UNREAD) != after[field.attname]
        }
        changed |= {field.name for field in fields if getattr(field, "source", "") in changed}
        self.save(update_fields=changed)
        self._as_stored = after

    def _put_on_record(self, origin: str, *, by: AbstractBaseUser, now: datetime, note: str) -> None:
        label, pk = subject_of(self)
        leave(
            StatusChange(
                subject_label=label,
                subject_id=pk,
                from_status=origin,
                to_status=self.status,
                at=now,
                by=by,
                note=note,
            )
        )
        record("status_changed", by=by, now=now, subject=self, detail={"from": origin, "to": self.status})


def reread_locked(row: models.Model, *, reading: Sequence[str] = ()) -> None:
    """Make `row` equal to the database and hold its lock until the transaction ends. `reading` names relations to read with it.

    Without `of` and without joins: on a child table PostgreSQL then locks parent and child together. Keys never change,
    so the lock lets rows that point here be written meanwhile: a full lock deadlocked wrong tries against the right one.
    A row that a step has in hand is locked already and stays as it is.
    """
    if isinstance(row, Lifecycle) and row.is_in_hand:
        return
    rows = type(row)._base_manager.all()
    locked = rows if settings.RACE_WITHOUT_LOCKS else rows.select_for_update(no_key=True)
    if reading:
        # The lock by itself, of parent and child: joined rows would be locked too, or be those of before the wait.
        locked.values_list("status").get(pk=row.pk)
        row.refresh_from_db(from_queryset=rows.select_related(*reading))
    else:
        row.refresh_from_db(from_queryset=locked)


def first_locked(rows: models.QuerySet) -> Any:
    """The first of these rows as it is under its lock, which holds until the transaction ends; None where there is none."""
    return (rows if settings.RACE_WITHOUT_LOCKS else rows.select_for_update(no_key=True)).first()


def lock_in_order(*rows: Lifecycle | None) -> None:
    """Lock several rows for one verb, always application, merchant, device, terminal, code (`LOCK_RANK`), then by key."""
    present = [row for row in rows if row is not None]
    for row in sorted(present, key=lambda row: (row.LOCK_RANK, row.pk)):
        reread_locked(row)
