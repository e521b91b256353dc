"""Rows 3, 4 and 8 of the review desk, on databases of their own: `python -m tests.bench.desk --applications 2000000`.

DATABASE_URL names the PostgreSQL server. The databases stay for the next run; `--anew` fills them again. Prints a table,
writes it to docs/performance.md where `--write` is given, and ends with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
from base64 import b64encode
from pathlib import Path

import django
from django.utils.module_loading import import_string

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "docs" / "performance.md"
HEAD = """# How fast it is

Ratios of two things measured in the same minute (A/B/A, median of five), as an ordinary reviewer; `make bench` measures them
again and fails where a target is missed. {size:,} applications on PostgreSQL, beside {small:,} for comparison.

"""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--applications", type=int, default=2_000_000)
    asked.add_argument("--small", type=int, default=10_000)
    asked.add_argument("--anew", action="store_true")
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.stdout.write("The review desk is measured on PostgreSQL: name it in DATABASE_URL.\n")
        return 2
    # The databases outlive the run: what is sealed in them opens with the same keys again.
    key = b64encode(bytes(32)).decode()
    os.environ |= {"FIELD_KEYS": f"k1:{key}", "INDEX_KEY": key, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    django.setup()
    # The worker delivers; a verb only leaves word for it.
    import_string("huey.contrib.djhuey.HUEY").immediate = False
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
    if given.write:
        REPORT.write_text(HEAD.format(size=given.applications, small=given.small) + found + "\n")
    return 0 if all(row.is_met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
