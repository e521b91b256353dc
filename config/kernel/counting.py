"""How many rows each of several lists has, up to a number beyond which nobody counts."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

MOST = 99


def counted(lists: dict[str, QuerySet]) -> dict[str, int]:
    """The number of rows of each list, or one beyond those that are printed, by one query for all."""
    parts: list[str] = []
    params: list[Any] = []
    names: list[str] = []
    for name, rows in lists.items():
        try:
            sql, given = rows.order_by().values("pk")[: MOST + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        names.append(name)
        parts.append(f"(SELECT count(*) FROM ({sql}) AS part)")  # noqa: S608 - Django's own SQL
        params += given
    found = dict.fromkeys(lists, 0)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(parts), params)
            found |= dict(zip(names, cursor.fetchone(), strict=True))
    return found


def printed(count: int) -> str:
    """The number as it is shown, "99+" beyond that many."""
    return f"{MOST}+" if count > MOST else str(count)
