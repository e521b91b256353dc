"""Tables that grow and never change: triggers refuse UPDATE, DELETE and TRUNCATE, whoever asks, superusers included.

`TABLES` are the records of the kernel. Another room protects a table of its own by `install(connection, {table: columns})` in
a migration: of a table with encrypted columns it names all the others, since a new key has to seal those anew.

A later migration that alters one of these tables on SQLite rebuilds it and loses its triggers: such a migration calls
`install` again at its end (a test looks at every table after all migrations).
"""

from collections.abc import Iterable, Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

Columns = tuple[str, ...]

TABLES = ("kernel_auditevent", "kernel_accessrecord", "kernel_auditseal", "kernel_statuschange")

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_POSTGRES = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE{of} OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
# INSERT OR REPLACE deletes the old row without firing its DELETE trigger, so the INSERT is asked too.
_SQLITE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE{of} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""
_DROPPED = {
    "postgresql": ("DROP TRIGGER IF EXISTS {table}_{name} ON {table}", ("no_change", "no_truncate")),
    "sqlite": ("DROP TRIGGER IF EXISTS {table}_{name}", ("no_update", "no_delete", "no_replace")),
}


def install(connection: BaseDatabaseWrapper, tables: Mapping[str, Columns] | None = None) -> None:
    """Leave every table refusing changes, `TABLES` where none are given; of a table with columns, changes to those.

    Databases other than PostgreSQL and SQLite are refused.
    """
    tables = dict.fromkeys(TABLES, ()) if tables is None else tables
    remove(connection, tables)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        template = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
        for table, columns in tables.items():
            of = f" OF {', '.join(columns)}" if columns else ""
            for statement in _statements(template.format(table=table, of=of)):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, tables: Iterable[str] = TABLES) -> None:
    """Leave the tables open to change: for the reverse migration."""
    if connection.vendor not in _DROPPED:
        raise NotImplementedError(f"Append-only tables are not written for {connection.vendor}.")
    drop, names = _DROPPED[connection.vendor]
    with connection.cursor() as cursor:
        for table in tables:
            for name in names:
                cursor.execute(drop.format(table=table, name=name))


def _statements(script: str) -> list[str]:
    """The statements of a script; one begins on every line that starts with CREATE."""
    statements: list[str] = []
    for line in script.strip().splitlines():
        if line.startswith("CREATE"):
            statements.append(line)
        else:
            statements[-1] += f"\n{line}"
    return statements
