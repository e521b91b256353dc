"""A copy of the database that follows it, for reports: set by REPORTS_DATABASE_URL, otherwise everything is one database.

Whoever reads a report says so (`rows.using(reports_database())`). All else stays with the one that is written to, since what a
person has just changed must be on the next page, and a copy is some moments behind.
"""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

REPORTS = "reports"


def reports_database() -> str:
    """The alias of the database that reports are read from."""
    return REPORTS if REPORTS in connections.settings else DEFAULT_DB_ALIAS


class ReportsRouter:
    """Nothing is ever written to the copy or migrated there, whoever asks."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return None

    def db_for_write(self, model: Any, **hints: Any) -> str:
        # A row that was read from the copy is saved where rows are written.
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Rows of both are rows of one register."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == REPORTS else None
