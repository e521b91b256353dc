"""Writing very many rows at once into PostgreSQL: with COPY, and with what slows every single row put off to the end.

Nothing is skipped: indexes and constraints that step aside are made again over all rows before anybody sees one, and a row
that breaks one of them lets the whole load fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

# Only the columns that are named differ from what the model gives a new row.
Row = dict[str, Any]


def copy_rows(model: type[models.Model], rows: Iterable[Row]) -> None:
    """The rows are in the model's own table; a column that no row names has the model's default."""
    fields = list(model._meta.local_concrete_fields)
    defaults = {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for field in fields
        if not field.primary_key
    }
    columns = [str(field.column) for field in fields]
    with connection.cursor() as cursor, cursor.copy(_copy_in(model, columns)) as copy:
        for row in rows:
            whole = defaults | row
            copy.write_row([whole[column] for column in columns])
    continue_keys(model)


def copy_lines(model: type[models.Model], columns: Sequence[str], lines: str) -> None:
    """Lines in the text format of COPY are rows of the model's own table. `continue_keys` is left to the caller."""
    with connection.cursor() as cursor, cursor.copy(_copy_in(model, columns)) as copy:
        copy.write(lines)


def lines_after(model: type[models.Model], columns: Sequence[str], key: int) -> list[list[str]]:
    """The rows with a higher key than this, in the text format of COPY, cell by cell."""
    named = ", ".join(f'"{column}"' for column in columns)
    table, own = model._meta.db_table, _key_column(model)
    asked = f'SELECT {named} FROM {table} WHERE "{own}" > {key:d} ORDER BY "{own}"'  # noqa: S608 - names of our own models
    with connection.cursor() as cursor, cursor.copy(f"COPY ({asked}) TO STDOUT") as copy:
        text = b"".join(bytes(block) for block in copy).decode()
    # Not splitlines: a text may hold other signs that end a line.
    return [line.split("\t") for line in text.split("\n") if line]


def continue_keys(model: type[models.Model]) -> None:
    """Keys were given by hand: the next row of the portal's own comes after them."""
    table, own = model._meta.db_table, _key_column(model)
    with connection.cursor() as cursor:
        highest = f'SELECT coalesce(max("{own}"), 1) FROM {table}'  # noqa: S608
        cursor.execute(f"SELECT setval(pg_get_serial_sequence(%s, %s), ({highest}))", [table, own])


@contextmanager
def without_indexes(*tables: str) -> Iterator[None]:
    """The tables' indexes, those of constraints apart, are built once at the end instead of row by row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) "
            "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            [list(tables)],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _name, definition in indexes:
            cursor.execute(definition)


@contextmanager
def without_constraints(*tables: str) -> Iterator[None]:
    """Foreign keys and unique constraints of the tables are put to all rows together at the end; CHECKs stay in force."""
    with connection.cursor() as cursor:
        # Foreign keys first, since they may stand on what is unique; they come back last.
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('f', 'u') ORDER BY contype, conname",
            [list(tables)],
        )
        constraints = cursor.fetchall()
        for table, name, _definition in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for table, name, definition in reversed(constraints):
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


@contextmanager
def without_triggers(*tables: str) -> Iterator[None]:
    """What the portal's own triggers do for a row, such as tallying it, is left to the caller."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _copy_in(model: type[models.Model], columns: Sequence[str]) -> str:
    named = ", ".join(f'"{column}"' for column in columns)
    return f"COPY {model._meta.db_table} ({named}) FROM STDIN"


def _key_column(model: type[models.Model]) -> str:
    key = model._meta.pk
    assert key is not None  # noqa: S101 - every model has one
    return str(key.column)
