"""Rows 1 and 2: a report as CSV against `psql COPY`, as a workbook against openpyxl: `python -m tests.bench.exports --rows 1000000`.

Fifteen columns of the applications of a bank, as the head office takes them. DATABASE_URL names the PostgreSQL server; the database is the
one that the review desk is measured on. Memory is that of a process of its own, which does nothing else. Ends with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import threading
import time
from base64 import b64encode
from pathlib import Path

import django
from django.utils.module_loading import import_string

ROOT = Path(__file__).resolve().parents[2]
SMALL = 100_000
EXPORTS_AT_ONCE = 5
PAGES = 60


def settle() -> None:
    """The settings of the benchmarks: what is sealed in their databases opens with the same keys again."""
    key = b64encode(bytes(32)).decode()
    os.environ |= {"FIELD_KEYS": f"k1:{key}", "INDEX_KEY": key, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    django.setup()
    import_string("huey.contrib.djhuey.HUEY").immediate = False


def rows(*, large: str, count: int) -> list:
    """The lines of the table."""
    from tests.bench.databases import use  # noqa: PLC0415 - models need the settings
    from tests.bench.measuring import Row, a_b_a  # noqa: PLC0415

    use(large)
    ratio, copied, ours = a_b_a(lambda: psql(large, count), lambda: alone("csv", large, count)["seconds"])
    few, many = alone("csv", large, SMALL), alone("csv", large, count)
    found = [
        Row(
            "1",
            f"CSV, {count:,} rows: psql COPY / report",
            f"{copied:.1f} / {ours:.1f} s",
            1 / ratio,
            ">= 0.80",
        ),
        Row("1", "first byte, seconds", "", many["first"], "<= 1"),
        Row("1", f"memory at {SMALL:,} rows, MiB", "", few["memory"], "<= 120"),
        Row("1", f"memory at {count:,} rows, MiB", "", many["memory"], "<= 120"),
        Row("1", "memory among many / among few", "", many["memory"] / few["memory"], "<= 1.1"),
    ]
    for size in dict.fromkeys((SMALL, count)):
        theirs, mine = alone("openpyxl", large, size), alone("xlsx", large, size)
        said = f"{theirs['seconds']:.1f} / {mine['seconds']:.1f} s"
        found += [
            Row(
                "2",
                f"XLSX, {size:,} rows: openpyxl / report",
                said,
                theirs["seconds"] / mine["seconds"],
                ">= 10",
            ),
            Row("2", f"memory of XLSX at {size:,} rows, MiB", "", mine["memory"], "<= 120"),
        ]
    quiet, busy = pages_meanwhile(large, count)
    said = f"{quiet * 1000:.0f} / {busy * 1000:.0f} ms"
    found.append(
        Row(
            "1",
            f"p95 of other pages: alone / while {EXPORTS_AT_ONCE} exports run",
            said,
            busy / quiet,
            "<= 2",
        )
    )
    return found


def psql(database: str, count: int) -> float:
    """Seconds that PostgreSQL's own client takes for the same rows and columns, written plainly."""
    from django.db import connection  # noqa: PLC0415

    report_rows = chosen(count).values_list(*SOURCES)
    sql, values = report_rows.query.sql_with_params()
    with connection.cursor() as cursor:
        whole = (
            cursor.mogrify(sql, values) if hasattr(cursor, "mogrify") else cursor.cursor.mogrify(sql, values)
        )
    from tests.bench.databases import address  # noqa: PLC0415

    start = time.perf_counter()
    subprocess.run(
        [
            "psql",
            "-X",
            "-q",
            *address(database),
            "-c",
            f"COPY ({whole}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)",
        ],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def alone(what: str, database: str, count: int) -> dict[str, float]:
    """Seconds, seconds to the first byte of a row, and the most memory in MiB, of a process that does this alone."""
    told = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.bench.exports",
            "--work",
            what,
            "--database",
            database,
            "--rows",
            str(count),
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return json.loads(told.stdout.splitlines()[-1])


def pages_meanwhile(database: str, count: int) -> tuple[float, float]:
    """The 95th percentile of the queue's page in seconds: alone, and while a worker makes five exports."""
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from tests.bench.filling import head_office_reviewer  # noqa: PLC0415

    browser, url = Client(HTTP_HOST="localhost"), reverse("admin:applications_application_changelist")
    browser.force_login(head_office_reviewer())
    browser.get(url)

    def p95() -> float:
        taken = []
        for _ in range(PAGES):
            start = time.perf_counter()
            browser.get(url)
            taken.append(time.perf_counter() - start)
        return sorted(taken)[int(PAGES * 0.95)]

    before = p95()
    worker = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.bench.exports",
            "--work",
            "five",
            "--database",
            database,
            "--rows",
            str(count),
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert worker.stdout is not None
        worker.stdout.readline()
        busy = p95()
        assert worker.poll() is None, "the exports were done before the pages"
    finally:
        worker.kill()
        worker.wait()
    return (before + p95()) / 2, busy


# -- the work of a process of its own -----------------------------------------------------------------------------------

SOURCES = (
    "number", "kind", "status", "subject_name", "subject_uscc", "branch__name", "round", "risk", "submitted_at", "created_at", "due_at",
    "decided_at", "assignee__full_name", "filed_by__email", "version",
)  # fmt: skip


def chosen(count: int):
    """So many applications of the bank, as their list is ordered by key."""
    from applications.models import Application  # noqa: PLC0415
    from tests.bench.filling import head_office_reviewer  # noqa: PLC0415

    seen = Application.objects.filed().visible_to(head_office_reviewer())
    return seen.filter(pk__lte=count).order_by("-pk")


def columns() -> list:
    from applications.models import Application  # noqa: PLC0415
    from config.files.exports.columns import Choice, Count, Moment, Text  # noqa: PLC0415

    special = {"kind": Application.Kind.choices, "status": Application.Status.choices}
    made = []
    for source in SOURCES:
        if source in special:
            made.append(Choice(source, source, source, choices=special[source]))
        elif source.endswith("_at"):
            made.append(Moment(source, source, source))
        elif source in ("round", "version"):
            made.append(Count(source, source, source))
        else:
            made.append(Text(source, source, source))
    return made


def make_file(what: str, count: int) -> dict[str, float]:
    from config.files.exports.sheet import Sheet  # noqa: PLC0415
    from config.files.exports.workbook import Workbook  # noqa: PLC0415

    start, first = time.perf_counter(), 0.0
    if what == "openpyxl":
        write_with_openpyxl(count)
    else:
        content = {"csv": Sheet, "xlsx": Workbook}[what](chosen(count), columns())
        for _block in content:
            if content.row_count and not first:
                first = time.perf_counter() - start
    seconds = time.perf_counter() - start
    # Counted when the clock has stopped: psql counts nothing either.
    assert what == "openpyxl" or content.row_count == chosen(count).count()
    return {"seconds": seconds, "first": first, "memory": most_memory()}


def most_memory() -> float:
    """MiB that this process held at its most. (`ru_maxrss` begins with what the process that started it held.)"""
    [most] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(most) / 1024


def write_with_openpyxl(count: int) -> None:
    """The same rows as its manual tells to write them."""
    import openpyxl  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    sheet.append(list(SOURCES))
    for row in chosen(count).values_list(*SOURCES).iterator(2000):
        sheet.append([timezone.make_naive(value) if hasattr(value, "tzinfo") else value for value in row])
    book.save(os.devnull)


def five_at_once(count: int) -> None:
    """As many exports as that, each made as the worker makes it, until somebody ends it."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from config.files.exports.making import make  # noqa: PLC0415
    from config.files.models import Export  # noqa: PLC0415
    from config.kernel import clock  # noqa: PLC0415
    from tests.bench.filling import head_office_reviewer  # noqa: PLC0415

    person = head_office_reviewer()
    asked = [
        Export.objects.create(
            report="applications",
            conditions={"view": ["all"]},
            file_format=Export.Format.CSV,
            language=settings.LANGUAGE_CODE,
            asked_by=person,
            asked_at=clock.now(),
            branch_key=person.branch_id,
        )
        for _ in range(EXPORTS_AT_ONCE)
    ]
    connection.close()
    threads = [
        threading.Thread(target=lambda export=export: make(export, now=clock.now()), daemon=True)
        for export in asked
    ]
    for thread in threads:
        thread.start()
    keys = [export.pk for export in asked]
    while Export.objects.filter(pk__in=keys, status="running", rows_done__gt=0).count() < EXPORTS_AT_ONCE:
        time.sleep(0.2)
    sys.stdout.write("going\n")
    sys.stdout.flush()
    threads[0].join()


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--applications", type=int, default=2_000_000)
    asked.add_argument("--work", choices=["csv", "xlsx", "openpyxl", "five"], help=argparse.SUPPRESS)
    asked.add_argument("--database", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.stdout.write("Exports are measured on PostgreSQL: name it in DATABASE_URL.\n")
        return 2
    settle()
    from tests.bench import databases  # noqa: PLC0415
    from tests.bench.measuring import table  # noqa: PLC0415

    if given.work:
        databases.use(given.database)
        if given.work == "five":
            five_at_once(given.rows)
        sys.stdout.write(json.dumps(make_file(given.work, given.rows)) + "\n")
        return 0
    large = databases.filled(max(given.applications, given.rows), anew=False)
    found = rows(large=large, count=given.rows)
    sys.stdout.write(table(found) + "\n")
    return 0 if all(row.is_met for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
