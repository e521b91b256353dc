"""How many rows each of several lists has, up to a number beyond which nobody counts."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

MOST = 99


class Part(NamedTuple):
    """The keys of some rows as a query: its text and what it is asked with."""

    sql: str
    params: tuple[Any, ...]


def counted(
    lists: dict[str, QuerySet], *, within: QuerySet | None = None, where: dict[str, Q] | None = None
) -> dict[str, int]:
    """The number of rows of each list, or one beyond those that are printed, by one query for all.

    `where` names further lists: the rows of `within` that meet each condition on columns of their own table. What they
    have in common is written into SQL once, which for eight saved views is most of the work.
    """
    parts = {name: part for name, rows in lists.items() if (part := _keys_of(rows))}
    if within is not None and where:
        parts |= _parts_of(within, where)
    found = dict.fromkeys([*lists, *(where or {})], 0)
    if parts:
        counts = [f"(SELECT count(*) FROM ({part.sql} LIMIT {MOST + 1}) AS part)" for part in parts.values()]  # noqa: S608 - Django's own SQL
        with connection.cursor() as cursor:
            params = [value for part in parts.values() for value in part.params]
            cursor.execute("SELECT " + ", ".join(counts), params)
            found |= dict(zip(parts, cursor.fetchone(), strict=True))
    return found


def _keys_of(rows: QuerySet) -> Part | None:
    """The query for the keys of these rows in no order; None where there can be none."""
    try:
        return Part(*rows.order_by().values("pk").query.sql_with_params())
    except EmptyResultSet:
        return None


def _parts_of(rows: QuerySet, where: dict[str, Q]) -> dict[str, Part]:
    common = _keys_of(rows)
    if common is None:
        return {}
    query = rows.query
    if query.is_sliced or query.distinct or query.group_by or not query.where:
        raise ValueError("Conditions are added to plain rows that one condition has narrowed already.")
    compiler = query.get_compiler(connection=connection)
    parts = {}
    for name, condition in where.items():
        try:
            # Refuses what would need another table.
            sql, params = compiler.compile(query.build_where(condition))
        except EmptyResultSet:
            continue
        parts[name] = Part(f"{common.sql} AND ({sql})", (*common.params, *params))
    return parts


def printed(count: int) -> str:
    """The number as it is shown, "99+" beyond that many."""
    return f"{MOST}+" if count > MOST else str(count)
