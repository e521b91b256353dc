"""Applications by a part of the merchant's name, two letters or more, for a bank with millions of them.

PostgreSQL keeps every two letters in a row of every name in one index (`portal_bigrams`, migration 0002). A rare name is
found there. A common one, which one merchant in two hundred has, would be found there too, to be fetched and sorted by
the ten thousand: for it the list is read in its own order until the page is full, which is soon just because the
name is common. The newest applications tell which of both it is.
"""

from __future__ import annotations

import unicodedata

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

SHORTEST = 2
SAMPLE = 2000
COMMON = 10

_HOLDS = 'strpos(lower(normalize("applications_application"."subject_name", NFKC)), %s) > 0'
_AMONG_THE_NEWEST = f"""
SELECT count(*) FROM (
    SELECT subject_name FROM applications_application
    WHERE submitted_at IS NOT NULL ORDER BY submitted_at DESC, id DESC LIMIT {SAMPLE}
) AS applications_application WHERE {_HOLDS}
"""  # noqa: S608 - numbers and words of this file
# An array made first and once: whatever else is asked of the rows, they are found by the index of names.
_FOUND = f"""
"applications_application"."id" = ANY(ARRAY(
    SELECT id FROM applications_application
    WHERE portal_bigrams(subject_name) @> portal_bigrams(%s) AND {_HOLDS}
))
"""  # noqa: S608


def folded(text: str) -> str:
    """A name as it is compared: widths and cases of letters do not matter."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def named(applications: QuerySet, text: str) -> QuerySet:
    """Those of the applications whose merchant's name holds the text, which has two letters or more; else none.

    On PostgreSQL this looks at the newest applications first, by one query.
    """
    wanted = folded(text)
    if len(wanted) < SHORTEST:
        return applications.none()
    if connection.vendor != "postgresql":
        return applications.filter(subject_name__icontains=text.strip())
    if _is_common(wanted):
        return applications.filter(_condition(_HOLDS, wanted))
    return applications.filter(_condition(_FOUND, wanted, wanted))


def _condition(sql: str, *params: str) -> RawSQL:
    return RawSQL(sql, params, BooleanField())  # noqa: S611 - what was typed travels as a parameter


def _is_common(wanted: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_AMONG_THE_NEWEST, [wanted])
        return cursor.fetchone()[0] >= COMMON
