"""Row 7: activation through the verb, against pgbench with the statements that the verb sent: `python -m tests.bench.activating`."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.starting import has_begun

ACTIVATIONS = 40
BEFORE, WORK = "portal_bench_codes", "portal_bench_activated"
# serial number and digits of each terminal that waits
Codes = list[tuple[str, str]]


def main() -> int:
    if not has_begun():
        return 2
    from tests.bench.measuring import table  # noqa: PLC0415 - models need the settings

    found = rows()
    sys.stdout.write(table(found) + "\n")
    return 0 if all(row.is_met for row in found) else 1


def rows() -> list:
    from tests.bench.databases import drop  # noqa: PLC0415
    from tests.bench.measuring import Row, a_b_a  # noqa: PLC0415

    codes = _waiting()
    script = _statements(codes)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        ratio, bare, verb = a_b_a(lambda: _by_pgbench(Path(file.name)), lambda: _by_verb(codes))
    drop(WORK)
    drop(BEFORE)
    per = 1000 / ACTIVATIONS
    count = script.count(";\n") / ACTIVATIONS
    figures = f"{verb * per:.1f} / {bare * per:.1f} ms, {count:.0f} statements"
    return [Row("7", "activations a second: verb / pgbench, same statements", figures, 1 / ratio, ">= 0.12")]


def _waiting() -> Codes:
    """A database of terminals that wait, each with a code that its merchant has collected."""
    from django.core.management import call_command  # noqa: PLC0415

    from tests.bench.databases import drop, make, use  # noqa: PLC0415
    from tests.merchants.factories import onboarded  # noqa: PLC0415
    from tests.terminals.factories import code_of, digits_of, provisioned  # noqa: PLC0415

    drop(BEFORE)
    make(BEFORE)
    use(BEFORE)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_reference_data", verbosity=0)
    merchant = onboarded()
    terminals = [
        provisioned(merchant=merchant, application_number=f"SQ-20261101-{number:06d}")
        for number in range(ACTIVATIONS)
    ]
    return [(code_of(terminal).serial_number, digits_of(terminal)) for terminal in terminals]


def _activate(serial_number: str, digits: str) -> None:
    from config.kernel import clock  # noqa: PLC0415
    from config.kernel.policy import one_reading  # noqa: PLC0415
    from terminals.activation import activate  # noqa: PLC0415

    # As a request does it.
    with one_reading():
        activate(serial_number=serial_number, registration_code=digits, ip="192.0.2.18", now=clock.now())


def _fresh() -> None:
    from django.db import connection  # noqa: PLC0415

    from tests.bench.databases import drop, make, use  # noqa: PLC0415

    drop(WORK)
    make(WORK, template=BEFORE)
    use(WORK)
    connection.ensure_connection()


def _by_verb(codes: Codes) -> float:
    _fresh()
    start = time.perf_counter()
    for code in codes:
        _activate(*code)
    return time.perf_counter() - start


def _statements(codes: Codes) -> str:
    """What the verb sends for these codes, as a script that leaves the same rows in a copy of the same database."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    _fresh()
    with CaptureQueriesContext(connection) as sent:
        for code in codes:
            _activate(*code)
    return "".join(re.sub(r"\s+", " ", query["sql"]).rstrip("; ") + ";\n" for query in sent)


def _by_pgbench(script: Path) -> float:
    from django.db import connection  # noqa: PLC0415

    from tests.bench.databases import address  # noqa: PLC0415

    _fresh()
    connection.close()
    told = subprocess.run(
        ["pgbench", "-n", "-c", "1", "-t", "1", "-f", str(script), *address(WORK)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(re.search(r"latency average = ([0-9.]+) ms", told.stdout)[1]) / 1000


if __name__ == "__main__":
    sys.exit(main())
