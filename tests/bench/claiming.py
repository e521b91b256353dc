"""Row 8: eight reviewers claiming, each past what the others are taking, against the same statements waiting for each other.

Both sides are pgbench with the statements of the portal's claim. Between two statements of a claim the portal itself works, and
a row that is locked stays locked meanwhile: that time is measured in the same run and waited for between the statements, as it
passes where the portal and its database are two machines. Without it the work of a claim is the database's alone, and two
cores cannot show more than a factor of two whatever is locked: this figure stands beside the other, without a target.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import tempfile
import time

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
    statements = _statements(people[0])
    pause = _own_time_us(people[0]) // len(statements)
    pieces = [_against_waiting(statements, pause), _against_waiting(statements, 0)]
    drop(WORK)
    drop(BEFORE)
    shown = [f"{past:.0f} / {plain:.0f}" for _ratio, plain, past in pieces]
    own = f"{len(statements) * pause / 1000:.1f} ms of the portal's own time in each"
    return [
        Row(
            "8", f"claims a second by eight: SKIP LOCKED / plain lock, {own}", shown[0], pieces[0][0], ">= 3"
        ),
        Row("8", "the same, the statements alone", shown[1], pieces[1][0], ""),
    ]


def _against_waiting(statements: list[str], pause: int) -> tuple[float, float, float]:
    """Ratio, plain and past: claims a second where each claim waits `pause` microseconds after every statement."""
    script = "".join(f"{line}\n" + (f"\\sleep {pause} us\n" if pause else "") for line in statements)
    waiting = script.replace(" SKIP LOCKED", "")
    return a_b_a(lambda: _claims_a_second(waiting), lambda: _claims_a_second(script))


def _consecutive_reviewers() -> list[int]:
    """Keys of eight reviewers of the head office, one after the other: a client of pgbench finds its own by adding."""
    head = User.objects.get(email="reviewer@head.example")
    first = User.objects.filter(role="reviewer").order_by("pk")[2].pk
    people = list(range(first, first + REVIEWERS))
    User.objects.filter(pk__in=people).update(branch=head.branch)
    return people


def _queue(person: User) -> QueueFilter:
    request = type("Request", (), {"user": person})()
    rows = Application.objects.filed().visible_to(person)
    return QueueFilter(QueryDict("view=unclaimed"), queryset=rows, request=request)


def _own_time_us(person_key: int) -> int:
    """Microseconds of one claim that are not the database's: the median of fifteen."""
    person = User.objects.select_related("branch").get(pk=person_key)
    own = []
    for _ in range(15):
        asked = []

        def timed(execute, *args, asked=asked):
            begun = time.perf_counter()
            try:
                return execute(*args)
            finally:
                asked.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        with connection.execute_wrapper(timed):
            next_case(person, _queue(person), clock.now())
        own.append(time.perf_counter() - begun - sum(asked))
    return round(statistics.median(own) * 1_000_000)


def _statements(person_key: int) -> list[str]:
    """The statements of one claim, with the case that was found and the reviewer as variables."""
    person = User.objects.select_related("branch").get(pk=person_key)
    drop(WORK)
    make(WORK, template=BEFORE)
    use(WORK)
    with CaptureQueriesContext(connection) as sent:
        case = next_case(person, _queue(person), clock.now())
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
    return lines


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
