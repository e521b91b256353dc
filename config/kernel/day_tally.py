"""How many rows of a table have one of their moments on each day at each branch, kept by the database as `tally` keeps states.

A day is the bank's. Its entries stand among those of the other tallies, under the name "table.column" and with the day as their
label, so they are added up, checked and reckoned anew with them. `install(connection, table, column)` in a migration, and
`counts_days(Model, column)` where the room starts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from config.kernel.tally import Counted, TallyEntry, keeps

_ENTRY = 'INSERT INTO kernel_tallyentry ("table", branch_key, status, change)'
_POSTGRES = [
    """
    CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' AND OLD.{column} IS NOT NULL THEN
            {entry} VALUES ('{name}', OLD.branch_id, {old_day}, -1);
        END IF;
        IF TG_OP <> 'DELETE' AND NEW.{column} IS NOT NULL THEN
            {entry} VALUES ('{name}', NEW.branch_id, {new_day}, 1);
        END IF;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER {trigger} AFTER INSERT OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {trigger}()",
    (
        "CREATE TRIGGER {trigger}_moved AFTER UPDATE OF {column}, branch_id ON {table} FOR EACH ROW"
        " WHEN (OLD.{column} IS DISTINCT FROM NEW.{column} OR OLD.branch_id IS DISTINCT FROM NEW.branch_id)"
        " EXECUTE FUNCTION {trigger}()"
    ),
]
_GONE = "{entry} SELECT '{name}', OLD.branch_id, {old_day}, -1 WHERE OLD.{column} IS NOT NULL;"
_COME = "{entry} SELECT '{name}', NEW.branch_id, {new_day}, 1 WHERE NEW.{column} IS NOT NULL;"
_SQLITE = [
    f"CREATE TRIGGER {{trigger}} AFTER INSERT ON {{table}} BEGIN {_COME} END",
    f"CREATE TRIGGER {{trigger}}_gone AFTER DELETE ON {{table}} BEGIN {_GONE} END",
    (
        "CREATE TRIGGER {trigger}_moved AFTER UPDATE OF {column}, branch_id ON {table}"
        f" WHEN OLD.{{column}} IS NOT NEW.{{column}} OR OLD.branch_id IS NOT NEW.branch_id BEGIN {_GONE} {_COME} END"
    ),
]
_ENDINGS = {"postgresql": ("", "_moved"), "sqlite": ("", "_gone", "_moved")}


def install(connection: BaseDatabaseWrapper, table: str, column: str) -> None:
    """Every row of the table is tallied by the day of this moment, those that are there already too. It has a `branch_id`."""
    remove(connection, table, column)
    words = _words(connection, table, column)
    with connection.cursor() as cursor:
        for statement in _POSTGRES if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement.format(**words))
        _reckon(cursor, words)


def remove(connection: BaseDatabaseWrapper, table: str, column: str) -> None:
    """The days of this moment are tallied no longer: for the reverse migration."""
    if connection.vendor not in _ENDINGS:
        raise NotImplementedError(f"Tallies are not written for {connection.vendor}.")
    of = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for trigger in _triggers(connection, table, column):
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}{of}")


def counts_days(model: type[models.Model], column: str) -> None:
    """The model has a tally by the days of this moment: `number_by_day` may be asked, and the others' checks look at it."""
    table = model._meta.db_table

    def found() -> Iterable[tuple[int | None, str, int]]:
        day = TruncDate(column, tzinfo=timezone.get_default_timezone())
        rows = model._base_manager.exclude(**{column: None}).annotate(day=day).order_by()
        for branch, on, number in rows.values_list("branch_id", "day").annotate(n=Count("pk")):
            yield branch, on.isoformat(), number

    def reckon(cursor: Any) -> None:
        _reckon(cursor, _words(connection, table, column))

    keeps(f"{table}.{column}", Counted(model, found, reckon, _triggers(connection, table, column)))


def number_by_day(
    model: type[models.Model], column: str, branches: Any, *, days: Iterable[date]
) -> dict[date, int]:
    """On how many rows at these branches (a queryset) this moment lies on each of the days, those without any included."""
    numbers = dict.fromkeys(days, 0)
    rows = TallyEntry.objects.filter(
        table=f"{model._meta.db_table}.{column}",
        branch_key__in=branches.values("pk"),
        status__in=[day.isoformat() for day in numbers],
    )
    for day, number in rows.order_by().values_list("status").annotate(number=Sum("change")):
        numbers[date.fromisoformat(day)] = number
    return numbers


def _triggers(connection: BaseDatabaseWrapper, table: str, column: str) -> tuple[str, ...]:
    return tuple(f"{table}_{column}_day{ending}" for ending in _ENDINGS.get(connection.vendor, ()))


def _words(connection: BaseDatabaseWrapper, table: str, column: str) -> dict[str, str]:
    day = _day_on_postgres if connection.vendor == "postgresql" else _day_on_sqlite
    return {
        "entry": _ENTRY,
        "name": f"{table}.{column}",
        "table": table,
        "column": column,
        "trigger": f"{table}_{column}_day",
        "day": day(column),
        "old_day": day(f"OLD.{column}"),
        "new_day": day(f"NEW.{column}"),
    }


def _day_on_postgres(moment: str) -> str:
    return f"to_char({moment} AT TIME ZONE '{settings.TIME_ZONE}', 'YYYY-MM-DD')"


def _day_on_sqlite(moment: str) -> str:
    """SQLite knows no zones: the bank's is a fixed distance from UTC, in which moments are kept."""
    zone = ZoneInfo(settings.TIME_ZONE)
    winter, summer = (datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in (1, 7))
    if winter != summer or winter is None:
        raise NotImplementedError(f"On SQLite the clocks of {settings.TIME_ZONE} may not change.")
    return f"date({moment}, '+{winter // timedelta(minutes=1)} minutes')"


def _reckon(cursor: Any, words: dict[str, str]) -> None:
    cursor.execute('DELETE FROM kernel_tallyentry WHERE "table" = %s', [words["name"]])
    counted = "SELECT '{name}', branch_id, {day}, count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY branch_id, {day}"
    cursor.execute(f"{_ENTRY} {counted}".format(**words))
