"""Row 8: approval through the verb, against pgbench with the statements that the verb sent.

What a request has before the verb begins is no part of either: the case as the page read it, the verdicts of the reviewer's form.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.models import Registration
from applications.verdicts import Verdict, all_in_order
from config.kernel import clock
from tests.accounts.factories import BranchFactory
from tests.applications.factories import RegistrationFactory
from tests.bench.databases import address, drop, make, use
from tests.bench.measuring import Row, a_b_a

APPROVALS = 25
BEFORE, WORK = "portal_bench_cases", "portal_bench_work"

Verdicts = dict[str, Verdict]


def rows() -> list[Row]:
    drop(BEFORE)
    make(BEFORE)
    use(BEFORE)
    call_command("migrate", verbosity=0)
    call_command("load_reference_data", verbosity=0)
    branch = BranchFactory()
    keys = [RegistrationFactory(branch=branch, state="under_review").pk for _ in range(APPROVALS)]
    cases = {key: all_in_order(Registration.objects.get(pk=key)) for key in keys}
    script = _statements(cases)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        ratio, bare, verb = a_b_a(lambda: _by_pgbench(Path(file.name)), lambda: _by_verb(cases))
    drop(WORK)
    drop(BEFORE)
    per = 1000 / APPROVALS
    count = script.count(";\n") / APPROVALS
    figures = f"{verb * per:.1f} / {bare * per:.1f} ms, {count:.0f} statements"
    return [Row("8", "approvals a second: verb / pgbench, same statements", figures, 1 / ratio, ">= 0.35")]


def _fresh() -> None:
    drop(WORK)
    make(WORK, template=BEFORE)


def _at_hand(cases: dict[int, Verdicts]) -> list[tuple[Registration, Verdicts]]:
    """As a request has them: each case with what a review reads, the person of the session with the branch."""
    _fresh()
    use(WORK)
    rows = Registration.objects.select_related(*Registration.READ_WITH, "assignee__branch").in_bulk(cases)
    return [(rows[key], verdicts) for key, verdicts in cases.items()]


def _approve(case: Registration, verdicts: Verdicts) -> None:
    case.approve(
        by=case.assignee, now=clock.now(), version=case.version, verdicts=verdicts, account_verified=True
    )


def _by_verb(cases: dict[int, Verdicts]) -> float:
    at_hand = _at_hand(cases)
    start = time.perf_counter()
    for case, verdicts in at_hand:
        _approve(case, verdicts)
    return time.perf_counter() - start


def _statements(cases: dict[int, Verdicts]) -> str:
    """What the verb sends for these cases, as a script that leaves the same rows in a copy of the same database."""
    at_hand = _at_hand(cases)
    with CaptureQueriesContext(connection) as sent:
        for case, verdicts in at_hand:
            _approve(case, verdicts)
    return "".join(re.sub(r"\s+", " ", query["sql"]).rstrip("; ") + ";\n" for query in sent)


def _by_pgbench(script: Path) -> float:
    _fresh()
    command = ["pgbench", "-n", "-c", "1", "-t", "1", "-f", str(script), *address(WORK)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-2000:]
    return float(re.search(r"latency average = ([0-9.]+) ms", told.stdout)[1]) / 1000
