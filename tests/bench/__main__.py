"""Every row that can be measured, in one table: `python -m tests.bench --applications 2000000`.

DATABASE_URL names the PostgreSQL server. Each program runs by itself, so that none is measured with another one's memory, and prints
its rows; here they are put together, printed and, unless `--dry` is given, written to docs/performance.md. Ends with 1 where a target is
missed or a program does not end well.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from tests.bench.measuring import Row, table

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "docs" / "performance.md"
HEAD = """# How fast it is

Ratios of two things measured in the same minute (A/B/A, median of five), as ordinary staff; `make bench` measures them
again and fails where a target is missed. {size:,} applications on PostgreSQL, beside {small:,} for comparison; {day}.
The numbers are those of the targets: 1 and 2 exports, 3 the review queue, 4 search by name, 7 activation, 8 approval and claims,
9 the first page, 10 uploads, G what guessing strangers learn. 5 and 6, status reports of terminals, are measured once there are any.

"""


def programs(given: argparse.Namespace) -> dict[str, list[str]]:
    """What is run, one after the other, and what each is told."""
    sizes = ["--applications", str(given.applications), "--small", str(given.small)]
    sizes += ["--anew"] if given.anew else []
    return {
        # First, because it fills the database that the exports are taken from.
        "desk": sizes,
        "exports": ["--rows", str(given.applications // 2), "--applications", str(given.applications)],
        "activating": [],
        "dashboard": sizes,
        "uploading": [],
        "guessing": [],
    }


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--applications", type=int, default=2_000_000)
    asked.add_argument("--small", type=int, default=10_000)
    asked.add_argument("--anew", action="store_true", help="fill the databases again")
    asked.add_argument("--dry", action="store_true", help="leave docs/performance.md as it is")
    asked.add_argument("--only", default="", help="names of programs, separated by commas")
    given = asked.parse_args()
    chosen = given.only.split(",") if given.only else []
    found, failed = [], []
    for name, words in programs(given).items():
        if (chosen and name not in chosen) or find_spec(f"tests.bench.{name}") is None:
            continue
        before = len(found)
        ended, rows = run(name, words)
        found += rows
        if ended not in (0, 1) or len(found) == before:
            failed.append(name)
    found.sort(key=lambda row: (not row.row.isdigit(), int(row.row.removeprefix("G"))))
    told = table(found)
    sys.stdout.write(told + "\n" + "".join(f"{name} did not end well\n" for name in failed))
    if found and not failed and not given.dry:
        head = HEAD.format(size=given.applications, small=given.small, day=datetime.now(UTC).date())
        REPORT.write_text(head + told + "\n")
    return 0 if found and not failed and all(row.is_met for row in found) else 1


def run(name: str, words: list[str]) -> tuple[int, list[Row]]:
    """How the program ended, and its rows: those of its table, whatever it said before."""
    command = [sys.executable, "-m", f"tests.bench.{name}", *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        rows = dict.fromkeys(_rows(program.stdout))
    return program.returncode, list(rows)


def _rows(said: Iterator[str] | None) -> Iterator[Row]:
    for line in said or ():
        sys.stderr.write(line)
        if (row := Row.read(line)) is not None:
            yield row


if __name__ == "__main__":
    sys.exit(main())
