"""How many rows of a table are in each status at each branch, kept by the database itself as rows come, move and go.

A trigger on the counted table writes what changed as rows of their own, in the transaction that changed it: nobody waits for
a counter that somebody else holds, and no row is missed, whoever wrote it. A sweep adds them up, so that reading stays a
sum over few rows however large the table is. `ROOMS` of a counted table: `install(connection, table)` in a migration, and
`counts(Model)` where the room starts, which lets it be checked and reckoned anew (`manage.py tally`).

A later migration that alters a counted table on SQLite rebuilds it and loses its triggers: it calls `install` again at its end
(a test looks at every counted table after all migrations).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _


class TallyEntry(models.Model):
    """By how much the number of rows of a table in a status at a branch changed. The number itself is the sum."""

    table = models.CharField(_("table"), max_length=60)
    branch_key = models.BigIntegerField(_("branch"), null=True)
    status = models.CharField(_("status"), max_length=30)
    change = models.BigIntegerField(_("by how much it changed"))

    class Meta:
        verbose_name = _("tally entry")
        verbose_name_plural = _("tally entries")
        indexes = [models.Index(fields=["table", "branch_key", "status"], name="tally_by_branch")]

    def __str__(self) -> str:
        return f"{self.table} {self.branch_key} {self.status} {self.change:+d}"


class Difference(NamedTuple):
    """Where the tally of a table and the table itself disagree."""

    table: str
    branch_key: int | None
    status: str
    tallied: int
    found: int


_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION kernel_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO kernel_tallyentry ("table", branch_key, status, change)
        VALUES (TG_TABLE_NAME, OLD.branch_id, OLD.status, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO kernel_tallyentry ("table", branch_key, status, change)
        VALUES (TG_TABLE_NAME, NEW.branch_id, NEW.status, 1);
    END IF;
    RETURN NULL;
END $$
"""
_POSTGRES = [
    "CREATE TRIGGER {table}_tally AFTER INSERT OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION kernel_tally()",
    (
        "CREATE TRIGGER {table}_tally_moved AFTER UPDATE OF status, branch_id ON {table} FOR EACH ROW"
        " WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.branch_id IS DISTINCT FROM NEW.branch_id)"
        " EXECUTE FUNCTION kernel_tally()"
    ),
]
_GONE = (
    'INSERT INTO kernel_tallyentry ("table", branch_key, status, change)'
    " VALUES ('{table}', OLD.branch_id, OLD.status, -1);"
)
_COME = _GONE.replace("OLD", "NEW").replace("-1", "1")
_SQLITE = [
    f"CREATE TRIGGER {{table}}_tally AFTER INSERT ON {{table}} BEGIN {_COME} END",
    f"CREATE TRIGGER {{table}}_tally_gone AFTER DELETE ON {{table}} BEGIN {_GONE} END",
    (
        f"CREATE TRIGGER {{table}}_tally_moved AFTER UPDATE OF status, branch_id ON {{table}}"
        f" WHEN OLD.status IS NOT NEW.status OR OLD.branch_id IS NOT NEW.branch_id BEGIN {_GONE} {_COME} END"
    ),
]
NAMES = {"postgresql": ("tally", "tally_moved"), "sqlite": ("tally", "tally_gone", "tally_moved")}
# One statement: what is added up while others write is neither lost nor counted twice.
_ADD_UP = """
WITH gone AS (DELETE FROM kernel_tallyentry RETURNING "table", branch_key, status, change)
INSERT INTO kernel_tallyentry ("table", branch_key, status, change)
SELECT "table", branch_key, status, sum(change) FROM gone GROUP BY "table", branch_key, status HAVING sum(change) <> 0
"""


class Counted(NamedTuple):
    """One tally: of which model, what its table holds by branch and label, how it is reckoned by SQL, by which triggers it is kept."""

    model: type[models.Model]
    found: Callable[[], Iterable[tuple[int | None, str, int]]]
    reckon: Callable[[Any], None]
    triggers: tuple[str, ...]


_counted: dict[str, Counted] = {}


def install(connection: BaseDatabaseWrapper, table: str) -> None:
    """Every row of the table that comes, moves or goes from now on is tallied, and those that are there already are.

    The table has the columns `status` and `branch_id`. Databases other than PostgreSQL and SQLite are refused.
    """
    remove(connection, table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for statement in _POSTGRES if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement.format(table=table))
        _reckon(cursor, table)


def remove(connection: BaseDatabaseWrapper, table: str) -> None:
    """The table is tallied no longer: for the reverse migration."""
    if connection.vendor not in NAMES:
        raise NotImplementedError(f"Tallies are not written for {connection.vendor}.")
    of = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in NAMES[connection.vendor]:
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{of}")


def counts(model: type[models.Model]) -> None:
    """The model's table has a tally: `number_by_status` may be asked, and `differences` looks at it."""
    table = model._meta.db_table

    def found() -> Iterable[tuple[int | None, str, int]]:
        rows = model._base_manager.order_by().values_list("branch_id", "status")
        return rows.annotate(n=Count("pk"))

    triggers = tuple(f"{table}_{name}" for name in NAMES.get(connection.vendor, ()))
    keeps(table, Counted(model, found, lambda cursor: _reckon(cursor, table), triggers))


def keeps(name: str, counted: Counted) -> None:
    """The tally of this name is checked and reckoned anew with all others."""
    _counted[name] = counted


def counted_tables() -> list[str]:
    """The names of all tallies."""
    return sorted(_counted)


def kept_by() -> set[str]:
    """The triggers that have to be there for all tallies."""
    return {trigger for counted in _counted.values() for trigger in counted.triggers}


def number_by_status(model: type[models.Model], branches: Any) -> dict[str, int]:
    """How many rows of the model are in each status at these branches (a queryset), statuses without any left out."""
    rows = TallyEntry.objects.filter(table=model._meta.db_table, branch_key__in=branches.values("pk"))
    found = rows.order_by().values_list("status").annotate(number=Sum("change"))
    return {status: number for status, number in found if number}


def add_up(now: Any = None) -> None:
    """One entry is left for each table, branch and status that has rows; what is written meanwhile is left for the next time."""
    if not TallyEntry.objects.exists():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_ADD_UP)
            return
        # SQLite has one writer at a time: between the sum and the deletion nobody writes.
        sums = list(
            TallyEntry.objects.order_by().values("table", "branch_key", "status").annotate(sum=Sum("change"))
        )
        TallyEntry.objects.all().delete()
        TallyEntry.objects.bulk_create(
            TallyEntry(
                table=one["table"], branch_key=one["branch_key"], status=one["status"], change=one["sum"]
            )
            for one in sums
            if one["sum"]
        )


def differences() -> list[Difference]:
    """Where a tally and its table disagree; nothing where all are right.

    The two are asked one after the other, and a row may move between: what disagrees is looked at once more.
    """
    first = _differences()
    return [one for one in _differences() if one in first] if first else []


def _differences() -> list[Difference]:
    found = []
    for name in counted_tables():
        rows = TallyEntry.objects.filter(table=name).order_by().values_list("branch_key", "status")
        tallied = {(branch, status): number for branch, status, number in rows.annotate(n=Sum("change"))}
        real = {(branch, status): number for branch, status, number in _counted[name].found()}
        found += [
            Difference(name, branch, status, tallied.get((branch, status), 0), real.get((branch, status), 0))
            for branch, status in {**tallied, **real}
            if tallied.get((branch, status), 0) != real.get((branch, status), 0)
        ]
    return found


def reckon_anew() -> None:
    """Every tally is what its table says. Writers of a table wait while its rows are counted."""
    for name in counted_tables():
        counted = _counted[name]
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"LOCK TABLE {counted.model._meta.db_table} IN SHARE MODE")
            counted.reckon(cursor)


def _reckon(cursor: Any, table: str) -> None:
    cursor.execute('DELETE FROM kernel_tallyentry WHERE "table" = %s', [table])
    counted = f"SELECT '{table}', branch_id, status, count(*) FROM {table} GROUP BY branch_id, status"  # noqa: S608 - a table's own name
    cursor.execute(f'INSERT INTO kernel_tallyentry ("table", branch_key, status, change) {counted}')
