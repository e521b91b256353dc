"""Whether ten thousand guessed numbers learn anything, the clock included: `python -m tests.bench.guessing --guesses 10000`.

Somebody with a terminal asks about numbers that are not theirs: registered for another merchant, in the registry and free, in no
registry. Asked in turn, answer and page, on a database of its own; ends with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from base64 import b64encode

import django
from django.utils.module_loading import import_string

TARGET = "<= 1.05"


def rows(count: int) -> list:
    """The rows of the table: whether texts, sizes and questions tell the kinds apart, and how far their medians do."""
    from tests.applications.support.guesses import KINDS, Guesses, a_guesser  # noqa: PLC0415 - models need the settings
    from tests.bench.measuring import Row  # noqa: PLC0415

    guesses = Guesses(a_guesser())
    for turn in range(-(-count // len(KINDS))):
        guesses.send(turn)
    seen = ", ".join(f"{number} {name}" for name, number in guesses.told_apart.items())
    most = max([*guesses.told_apart.values(), 1 + len(guesses.wrong)])
    medians = {kind: statistics.median(times) * 1000 for kind, times in guesses.seconds.items()}
    figures = ", ".join(f"{kind} {median:.1f} ms" for kind, median in medians.items())
    apart = max(medians.values()) / min(medians.values())
    return [
        Row("G1", f"{guesses.sent:,} guesses at a self-check: different answers", seen, most, "<= 1"),
        Row("G2", "the same: medians of the three kinds", figures, apart, TARGET),
    ]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--guesses", type=int, default=10_000)
    given = asked.parse_args()
    key = b64encode(bytes(32)).decode()
    os.environ |= {"FIELD_KEYS": f"k1:{key}", "INDEX_KEY": key, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs the settings
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: PLC0415

    from tests.bench.measuring import table  # noqa: PLC0415

    # The worker delivers; a verb only leaves word for it.
    import_string("huey.contrib.djhuey.HUEY").immediate = False
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        call_command("load_reference_data", verbosity=0)
        found = rows(given.guesses)
    finally:
        teardown_databases(databases, verbosity=0)
    sys.stdout.write(table(found) + "\n")
    return 0 if all(row.is_met for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
