"""Row 9, the desk's first page: `python -m tests.bench.dashboard --applications 2000000`, against the same page at 10,000.

DATABASE_URL names the PostgreSQL server. Each size has a database of its own beside that of the review desk's, with merchants and
terminals besides; they stay for the next run, `--anew` fills them again. Ends with 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from base64 import b64encode
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import django
from django.db import connection
from django.db.models import Count
from django.utils.module_loading import import_string

STATUSES = ("active", "deactivated", "pending_activation", "suspended", "settle_only")
SHARES = (79, 17, 2, 1, 1)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--applications", type=int, default=2_000_000)
    asked.add_argument("--merchants", type=int, default=1_000_000)
    asked.add_argument("--small", type=int, default=10_000)
    asked.add_argument("--anew", action="store_true")
    given = asked.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.stdout.write("The first page is measured on PostgreSQL: name it in DATABASE_URL.\n")
        return 2
    # The databases outlive the run: what is sealed in them opens with the same keys again.
    key = b64encode(bytes(32)).decode()
    os.environ |= {"FIELD_KEYS": f"k1:{key}", "INDEX_KEY": key, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    django.setup()
    import_string("huey.contrib.djhuey.HUEY").immediate = False
    from tests.bench.measuring import table  # noqa: PLC0415 - models need the settings

    small = _filled(given.small, given.small // 2, anew=given.anew)
    large = _filled(given.applications, given.merchants, anew=given.anew)
    found = rows(large=large, small=small)
    sys.stdout.write(table(found) + "\n")
    return 0 if all(row.is_met for row in found) else 1


def rows(*, large: str, small: str) -> list[Any]:
    from tests.bench.filling import head_office_reviewer, leaf_reviewer  # noqa: PLC0415
    from tests.bench.measuring import Row, a_b_a  # noqa: PLC0415

    whole, at_small, at_large = a_b_a(
        lambda: _page(small, head_office_reviewer), lambda: _page(large, head_office_reviewer)
    )
    leaf, leaf_at_small, leaf_at_large = a_b_a(
        lambda: _page(small, leaf_reviewer), lambda: _page(large, leaf_reviewer)
    )
    counted, kept, grouped = a_b_a(lambda: _maintained(large), lambda: _grouped(large))
    return [
        Row(
            "9",
            "first page of the head office: at scale / small",
            f"{at_large:.1f} / {at_small:.1f} ms",
            whole,
            "<= 2",
        ),
        Row(
            "9",
            "first page of one branch: at scale / small",
            f"{leaf_at_large:.1f} / {leaf_at_small:.1f} ms",
            leaf,
            "<= 2",
        ),
        Row(
            "9",
            "states and days by GROUP BY / as they are maintained",
            f"{grouped:.1f} / {kept:.1f} ms",
            counted,
            "",
        ),
    ]


def _page(database: str, person: Any) -> float:
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from tests.bench.databases import use  # noqa: PLC0415
    from tests.bench.measuring import milliseconds  # noqa: PLC0415

    use(database)
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(person())
    # A session that has just begun is written once.
    assert browser.get(reverse("admin:index")).context_data["first_page"].tiles
    return milliseconds(lambda: browser.get(reverse("admin:index")))


def _maintained(database: str) -> float:
    from applications.models import Application  # noqa: PLC0415
    from config.accounts.models import Branch  # noqa: PLC0415
    from config.kernel.clock import today  # noqa: PLC0415
    from config.kernel.day_tally import number_by_day  # noqa: PLC0415
    from config.kernel.tally import number_by_status  # noqa: PLC0415
    from tests.bench.databases import use  # noqa: PLC0415
    from tests.bench.measuring import milliseconds  # noqa: PLC0415

    use(database)
    branches, days = Branch.objects.all(), [today() - timedelta(days=back) for back in range(14)]

    def ask() -> None:
        number_by_status(Application, branches)
        number_by_day(Application, "submitted_at", branches, days=days)

    return milliseconds(ask, times=5)


def _grouped(database: str) -> float:
    from applications.models import Application  # noqa: PLC0415
    from config.kernel.clock import start_of_day, today  # noqa: PLC0415
    from tests.bench.databases import use  # noqa: PLC0415
    from tests.bench.measuring import milliseconds  # noqa: PLC0415

    use(database)
    since = start_of_day(today() - timedelta(days=13))

    def ask() -> None:
        rows = Application.objects.order_by()
        list(rows.values("status").annotate(n=Count("pk")))
        list(rows.filter(submitted_at__gte=since).values("submitted_at__date").annotate(n=Count("pk")))

    return milliseconds(ask, times=3)


# -- filling ----------------------------------------------------------------------------------------------------------


def _filled(applications: int, merchants: int, *, anew: bool) -> str:
    """The name of a database with so many applications and merchants, each with one terminal, every count right."""
    from django.core.management import call_command  # noqa: PLC0415

    from config.kernel.tally import add_up, reckon_anew  # noqa: PLC0415
    from tests.bench import databases  # noqa: PLC0415

    name = f"portal_first_page_{applications}"
    if anew:
        databases.drop(name)
    source = databases.filled(applications, anew=False)
    connection.close()
    if databases.make(name, template=source):
        databases.use(name)
        call_command("migrate", verbosity=0)
        _fill(merchants)
        reckon_anew()
        add_up()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return name


def _fill(number: int) -> None:
    """So many merchants, each with one terminal, at the branches that are there; the triggers count them afterwards."""
    from config.accounts.models import Branch  # noqa: PLC0415
    from config.kernel import clock  # noqa: PLC0415
    from config.kernel.bulk_loading import copy_rows  # noqa: PLC0415
    from merchants.models import Merchant, Outlet  # noqa: PLC0415
    from terminals.models import Terminal  # noqa: PLC0415

    luck, now = random.Random(20261130), clock.now()
    places = list(Branch.objects.exclude(children__isnull=False).values_list("pk", flat=True))
    homes = [luck.choice(places) for _ in range(number)]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    copy_rows(Merchant, _merchants(homes, luck, clock.local_date(now), now))
    copy_rows(
        Outlet,
        (
            {"id": key, "merchant_id": key, "name": "门店", "address": "示范路 18 号"}
            for key in range(1, number + 1)
        ),
    )
    copy_rows(Terminal, _terminals(homes, luck, now))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")


def _merchants(homes: list[int], luck: random.Random, today: date, now: datetime) -> Iterator[dict[str, Any]]:
    """Papers end within ten years; three in a hundred already have, or will soon."""
    for key, branch in enumerate(homes, 1):
        yield {
            "id": key,
            "number": f"{key:015d}",
            "branch_id": branch,
            "merchant_type": "sole_trader",
            "registered_name": f"商户{key}",
            "trading_name": f"商户{key}",
            "uscc": f"9231{key:014d}",
            "responsible_id_index": f"{key:064x}",
            "onboarded_at": now,
            "licence_to": today + timedelta(days=luck.randrange(-30, 3650)),
            "responsible_id_to": today + timedelta(days=luck.randrange(-30, 3650)),
        }


def _terminals(homes: list[int], luck: random.Random, now: datetime) -> Iterator[dict[str, Any]]:
    for key, branch in enumerate(homes, 1):
        status = luck.choices(STATUSES, SHARES)[0]
        yield {
            "id": key,
            "number": f"{key:08d}",
            "merchant_id": key,
            "outlet_id": key,
            "branch_id": branch,
            "status": status,
            "provisioned_at": now,
            "activated_at": None if status == "pending_activation" else now,
            "cleared_at": now if status == "deactivated" else None,
        }


if __name__ == "__main__":
    sys.exit(main())
