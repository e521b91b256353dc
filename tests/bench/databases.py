"""Databases of the benchmarks' own: made on PostgreSQL beside the one of DATABASE_URL, filled once, changed over at will."""

from __future__ import annotations

import psycopg
from django.db import connection
from psycopg import sql

from config.kernel import clock
from tests.bench.filling import fill


def use(name: str) -> None:
    """The portal speaks to this database from now on."""
    connection.close()
    connection.settings_dict["NAME"] = name


def filled(applications: int, *, anew: bool) -> str:
    """The name of a database with that many applications."""
    name = f"portal_bench_{applications}"
    if anew:
        drop(name)
    made = make(name)
    use(name)
    if made:
        fill(applications, now=clock.now())
    return name


def make(name: str, *, template: str = "") -> bool:
    """Leave the database there; whether it had to be made."""
    with _server() as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return False
        copied = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copied)
    return True


def drop(name: str) -> None:
    connection.close()
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def address(name: str) -> list[str]:
    """How pgbench is told which database."""
    where = connection.settings_dict
    told = {"-h": where["HOST"], "-p": where["PORT"], "-U": where["USER"]}
    return [part for key, value in told.items() if value for part in (key, str(value))] + [name]


def _server() -> psycopg.Connection:
    where = connection.settings_dict
    return psycopg.connect(
        host=where["HOST"] or None,
        port=where["PORT"] or None,
        user=where["USER"] or None,
        password=where["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    )
