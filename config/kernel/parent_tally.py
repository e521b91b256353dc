"""How many rows of a table are in each status at each branch, where the branch stands in the table that they belong to.

As `tally`, whose entries, checks and sums it shares: `install(connection, table, ...)` in a migration, `counts_through(Model, ...)`
where the room starts, and then `tally.number_by_status(Model, branches)`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count

from config.kernel.tally import Counted, keeps

_ENTRY = 'INSERT INTO kernel_tallyentry ("table", branch_key, status, change)'
_AT = "(SELECT branch_id FROM {parent} WHERE id = {row}.{key})"
_GONE = f"{_ENTRY} SELECT '{{table}}', {_AT.replace('{row}', 'OLD')}, OLD.status, -1;"
_COME = f"{_ENTRY} SELECT '{{table}}', {_AT.replace('{row}', 'NEW')}, NEW.status, 1;"
# The parent itself goes to another branch, and all that belongs to it with it.
_TAKEN_ALONG = (
    "{entry} SELECT '{table}', OLD.branch_id, status, -count(*) FROM {table} WHERE {key} = NEW.id GROUP BY status;"
    " {entry} SELECT '{table}', NEW.branch_id, status, count(*) FROM {table} WHERE {key} = NEW.id GROUP BY status;"
)
_CHANGED = "OLD.status IS DISTINCT FROM NEW.status OR OLD.{key} IS DISTINCT FROM NEW.{key}"
_POSTGRES = [
    f"""
    CREATE OR REPLACE FUNCTION {{table}}_tally() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN {_GONE} END IF;
        IF TG_OP <> 'DELETE' THEN {_COME} END IF;
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE OR REPLACE FUNCTION {{table}}_tally_along() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {_TAKEN_ALONG}
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER {table}_tally AFTER INSERT OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_tally()",
    (
        "CREATE TRIGGER {table}_tally_moved AFTER UPDATE OF status, {key} ON {table} FOR EACH ROW"
        f" WHEN ({_CHANGED}) EXECUTE FUNCTION {{table}}_tally()"
    ),
    (
        "CREATE TRIGGER {table}_tally_along AFTER UPDATE OF branch_id ON {parent} FOR EACH ROW"
        " WHEN (OLD.branch_id IS DISTINCT FROM NEW.branch_id) EXECUTE FUNCTION {table}_tally_along()"
    ),
]
_SQLITE = [
    f"CREATE TRIGGER {{table}}_tally AFTER INSERT ON {{table}} BEGIN {_COME} END",
    f"CREATE TRIGGER {{table}}_tally_gone AFTER DELETE ON {{table}} BEGIN {_GONE} END",
    (
        "CREATE TRIGGER {table}_tally_moved AFTER UPDATE OF status, {key} ON {table}"
        f" WHEN {_CHANGED.replace('IS DISTINCT FROM', 'IS NOT')} BEGIN {_GONE} {_COME} END"
    ),
    (
        "CREATE TRIGGER {table}_tally_along AFTER UPDATE OF branch_id ON {parent}"
        f" WHEN OLD.branch_id IS NOT NEW.branch_id BEGIN {_TAKEN_ALONG} END"
    ),
]
_ENDINGS = {"postgresql": ("", "_moved", "_along"), "sqlite": ("", "_gone", "_moved", "_along")}


def install(db: BaseDatabaseWrapper, table: str, *, key: str, parent: str) -> None:
    """Every row of the table is tallied at the branch of the row of `parent` that its column `key` names, now and from now on."""
    remove(db, table, parent=parent)
    with db.cursor() as cursor:
        for statement in _POSTGRES if db.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement.format(entry=_ENTRY, table=table, key=key, parent=parent))
        _reckon(cursor, table, key, parent)


def remove(db: BaseDatabaseWrapper, table: str, *, parent: str) -> None:
    """The table is tallied no longer: for the reverse migration."""
    if db.vendor not in _ENDINGS:
        raise NotImplementedError(f"Tallies are not written for {db.vendor}.")
    with db.cursor() as cursor:
        for ending in _ENDINGS[db.vendor]:
            on = f" ON {parent if ending == '_along' else table}" if db.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_tally{ending}{on}")


def counts_through(model: type[models.Model], to_parent: str) -> None:
    """The model has a tally by status at the branches of what `to_parent` names; the checks of all tallies look at it."""
    field: Any = model._meta.get_field(to_parent)
    table, key, parent = model._meta.db_table, field.column, field.related_model._meta.db_table

    def found() -> Iterable[tuple[int | None, str, int]]:
        rows = model._base_manager.order_by().values_list(f"{to_parent}__branch_id", "status")
        return rows.annotate(n=Count("pk"))

    triggers = tuple(f"{table}_tally{ending}" for ending in _ENDINGS.get(connection.vendor, ()))
    keeps(table, Counted(model, found, lambda cursor: _reckon(cursor, table, key, parent), triggers))


def _reckon(cursor: Any, table: str, key: str, parent: str) -> None:
    cursor.execute('DELETE FROM kernel_tallyentry WHERE "table" = %s', [table])
    cursor.execute(
        f"{_ENTRY} SELECT '{table}', p.branch_id, r.status, count(*) FROM {table} r"  # noqa: S608 - a table's own name
        f" JOIN {parent} p ON p.id = r.{key} GROUP BY p.branch_id, r.status"
    )
