"""Row 8: eight reviewers claiming, each past what the others are taking, against the same statements waiting for each other."""

from __future__ import annotations

import re
import subprocess
import tempfile

from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from applications.desk.next import next_case
from applications.desk.queue import QueueFilter
from applications.models import Application, Registration
from config.accounts.models import User
from config.kernel import clock
from tests.bench.databases import address, drop, make, use
from tests.bench.filling import fill
from tests.bench.measuring import Row, a_b_a

REVIEWERS, SECONDS = 8, 4
BEFORE, WORK = "portal_bench_waiting", "portal_bench_work"
# Everything waits: what was closed and what was held, each with the row of its kind.
ALL_WAIT = """
UPDATE applications_application SET status = 'submitted', due_at = now() + (100000 - id) * interval '1 second', decided_at = NULL,
decided_by_id = NULL, assignee_id = NULL, assigned_at = NULL, lease_until = NULL
"""


def rows() -> list[Row]:
    drop(BEFORE)
    make(BEFORE)
    use(BEFORE)
    fill(20_000, now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute(ALL_WAIT)
        columns = [field.column for field in Registration._meta.local_concrete_fields]
        names = ", ".join(f'"{name}"' for name in columns[1:])
        cursor.execute(
            f"INSERT INTO applications_registration (application_ptr_id, {names}) SELECT a.id, {names} "
            "FROM (SELECT * FROM applications_registration LIMIT 1) AS one, applications_application a "
            "WHERE a.id NOT IN (SELECT application_ptr_id FROM applications_registration)"
        )
        cursor.execute("ANALYZE")
    people = _consecutive_reviewers()
    script = _script(people[0])
    waiting = script.replace(" SKIP LOCKED", "")
    ratio, plain, past = a_b_a(lambda: _claims_a_second(waiting), lambda: _claims_a_second(script))
    drop(WORK)
    drop(BEFORE)
    return [
        Row(
            "8",
            "claims a second by eight: SKIP LOCKED / plain lock",
            f"{past:.0f} / {plain:.0f}",
            ratio,
            ">= 3",
        )
    ]


def _consecutive_reviewers() -> list[int]:
    """Keys of eight reviewers of the head office, one after the other: a client of pgbench finds its own by adding."""
    head = User.objects.get(email="reviewer@head.example")
    first = User.objects.filter(role="reviewer").order_by("pk")[2].pk
    people = list(range(first, first + REVIEWERS))
    User.objects.filter(pk__in=people).update(branch=head.branch)
    return people


def _script(person_key: int) -> str:
    """The statements of one claim, with the case that was found and the reviewer as variables."""
    person = User.objects.select_related("branch").get(pk=person_key)
    request = type("Request", (), {"user": person})()
    drop(WORK)
    make(WORK, template=BEFORE)
    use(WORK)
    rows = Application.objects.filed().visible_to(person)
    filters = QueueFilter(QueryDict("view=unclaimed"), queryset=rows, request=request)
    with CaptureQueriesContext(connection) as sent:
        case = next_case(person, filters, clock.now())
    lines = [f"\\set person {person_key} + :client_id"]
    for query in sent:
        statement = re.sub(r"\s+", " ", query["sql"]).rstrip("; ")
        statement = re.sub(rf"(?<![\w.'-]){person_key}(?![\w.'-])", ":person", statement)
        statement = statement.replace(
            f"'{case.number}'", f"(SELECT number FROM applications_application WHERE id = {case.pk})"
        )
        if "SKIP LOCKED" in statement:
            lines.append(
                re.sub(
                    r'^SELECT .*? FROM "applications_application"',
                    'SELECT "applications_application"."id" AS found FROM "applications_application"',
                    statement,
                )
                + " \\gset"
            )
        else:
            lines.append(re.sub(rf"(?<![\w.'-]){case.pk}(?![\w.'-])", ":found", statement) + ";")
    return "\n".join(lines) + "\n"


def _claims_a_second(script: str) -> float:
    drop(WORK)
    make(WORK, template=BEFORE)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        told = subprocess.run(
            [
                "pgbench",
                "-n",
                "-c",
                str(REVIEWERS),
                "-j",
                "2",
                "-T",
                str(SECONDS),
                "-f",
                file.name,
                *address(WORK),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    return float(re.search(r"tps = ([0-9.]+)", told.stdout)[1])
