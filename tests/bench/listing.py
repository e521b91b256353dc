"""Row 3: the page of the queue, against one raw query for the same rows and a format string for the same cells."""

from __future__ import annotations

from html import escape

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.kernel import clock
from tests.bench.databases import use
from tests.bench.filling import head_office_reviewer
from tests.bench.measuring import Row, a_b_a, milliseconds

RAW = """
SELECT a.*, b.name AS branch_name, u.full_name AS reviewer_name FROM applications_application a
JOIN accounts_branch b ON b.id = a.branch_id LEFT JOIN accounts_user u ON u.id = a.assignee_id
WHERE a.status IN ('submitted', 'under_review') AND a.held_since IS NULL AND a.submitted_at IS NOT NULL
AND (a.assignee_id IS NULL OR a.lease_until IS NULL OR a.lease_until <= %s OR a.assignee_id = %s)
AND a.branch_id IN (SELECT id FROM accounts_branch WHERE path LIKE %s)
ORDER BY a.due_at, a.id LIMIT 51
"""
CELLS = "<tr>" + "<td>{}</td>" * 10 + "</tr>"


def rows(*, large: str, small: str) -> list[Row]:
    use(large)
    person, url = head_office_reviewer(), reverse("admin:applications_application_changelist")
    browser = _signed_in(person)
    # A session that has just begun is written once.
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        browser.get(url)
    # Session and person are the sign-in's.
    queries = len(asked) - 2
    ratio, raw, page = a_b_a(
        lambda: milliseconds(lambda: _raw(person), times=40), lambda: milliseconds(lambda: browser.get(url))
    )
    deep = f"{url}?view=all&at={_deep_cursor()}"
    depth, first, tenth = a_b_a(
        lambda: milliseconds(lambda: browser.get(f"{url}?view=all")),
        lambda: milliseconds(lambda: browser.get(deep)),
    )
    growth, at_small, at_large = _growth(large, small, url)
    return [
        Row("3", "queue page of 50 / raw query and format", f"{page:.1f} ms / {raw:.2f} ms", ratio, "<= 12"),
        Row("3", "queries of the page beside the sign-in", "", queries, "<= 5"),
        Row("3", "page among all / among few", f"{at_large:.1f} / {at_small:.1f} ms", growth, "<= 1.5"),
        Row("3", "page a million rows deep / first", f"{tenth:.1f} / {first:.1f} ms", depth, "<= 1.5"),
    ]


def _raw(person) -> str:
    with connection.cursor() as cursor:
        cursor.execute(RAW, [clock.now(), person.pk, f"{person.branch.path}%"])
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    shown = (
        *("id", "number", "kind", "subject_name", "status"),
        *("branch_name", "round", "reviewer_name", "risk", "due_at"),
    )
    return "".join(CELLS.format(*(escape(str(row[name])) for name in shown)) for row in found)


def _growth(large: str, small: str, url: str) -> tuple[float, float, float]:
    def at(name: str) -> float:
        use(name)
        browser = _signed_in(head_office_reviewer())
        return milliseconds(lambda: browser.get(url))

    return a_b_a(lambda: at(small), lambda: at(large))


def _deep_cursor() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT submitted_at, id FROM applications_application WHERE id <= "
            "(SELECT max(id) / 2 FROM applications_application) ORDER BY id DESC LIMIT 1"
        )
        filed_at, key = cursor.fetchone()
    return f"a~{filed_at.isoformat()}~{key}".replace("+", "%2B")


def _signed_in(person) -> Client:
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(person)
    return browser
