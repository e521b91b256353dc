"""Rows 3, 4 and 8 of the review desk, on databases of their own: `python -m tests.bench.desk --applications 2000000`.

DATABASE_URL names the PostgreSQL server. The databases stay for the next run; `--anew` fills them again. Prints a table and ends
with 1 where a target is missed. `python -m tests.bench` runs this and all others.
"""

from __future__ import annotations

import argparse
import sys

from tests.bench.starting import has_begun


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--applications", type=int, default=2_000_000)
    asked.add_argument("--small", type=int, default=10_000)
    asked.add_argument("--anew", action="store_true")
    given = asked.parse_args()
    if not has_begun():
        return 2
    from tests.bench import approving, claiming, databases, listing, searching  # noqa: PLC0415 - models need the settings
    from tests.bench.measuring import table  # noqa: PLC0415

    small = databases.filled(given.small, anew=given.anew)
    large = databases.filled(given.applications, anew=given.anew)
    rows = []
    for measure in (
        lambda: listing.rows(large=large, small=small),
        lambda: searching.rows(large=large, small=small),
        approving.rows,
        claiming.rows,
    ):
        rows += measure()
        sys.stdout.write(table(rows[-1:]).splitlines()[-1] + "\n")
        sys.stdout.flush()
    found = table(rows)
    sys.stdout.write(found + "\n")
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
