"""Letting many people do the same thing at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.db import connection

PATIENCE_S = 60


def all_at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What each of `count` threads got from `act(number)`: its answer, or its exception. A barrier releases them together."""
    gate = Barrier(count, timeout=PATIENCE_S)

    def one(number: int) -> Any:
        try:
            # The connection is opened before the gate, so that the gate releases everybody into the work itself.
            connection.ensure_connection()
            gate.wait()
            return act(number)
        except Exception as error:  # noqa: BLE001 - the exception is the answer
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as people:
        return list(people.map(one, range(count)))


@contextmanager
def without_unique(indexes: list[tuple[str, str]]):
    """The named unique indexes of (table, index) are gone inside the block, for showing what the code alone holds.

    The tables are emptied before the indexes come back, since what the block shows would not fit them.
    """
    with connection.cursor() as cursor:
        definitions = []
        for table, index in indexes:
            cursor.execute(
                "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexname = %s", [table, index]
            )
            definitions.append(cursor.fetchone()[0])
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conname = %s AND contype = 'u'",
                [index],
            )
            if cursor.fetchone():
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{index}"')
            else:
                cursor.execute(f'DROP INDEX "{index}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            # What may never be emptied is emptied with them: its triggers are for the origin of the data.
            cursor.execute("SET session_replication_role = replica")
            for table, _index in indexes:
                cursor.execute(f'TRUNCATE "{table}" CASCADE')
            cursor.execute("SET session_replication_role = origin")
            for definition in definitions:
                cursor.execute(definition)
