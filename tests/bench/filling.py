"""A bank's ten years of applications, written with COPY into a database of its own.

Nearly all are closed, one in a hundred is open; names hold letters that half of them share and letters that a score has.
Every column that is not named here gets what the model gives a new row, so the filling follows the models.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from django.core.management import call_command
from django.db import connection

from applications.models import Application, ApplicationTerminal, ConsentText, Registration
from applications.scale import names
from config.accounts.models import User
from config.kernel.bulk_loading import copy_rows, without_indexes
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory

OPEN_SHARE = 100
LEAVES = 96


def fill(applications: int, *, now: datetime) -> None:
    """Leave the current database migrated and holding that many applications, analysed."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_reference_data", verbosity=0)
    if Application.objects.exists():
        return
    luck = random.Random(20261124)
    places, reviewers, people = _bank(luck)
    with without_indexes("applications_application", "applications_applicationterminal"):
        rows = list(_applications(applications, luck, places, reviewers, people, now))
        copy_rows(Application, rows)
        still_open = [row for row in rows if row["status"] in ("submitted", "under_review", "returned")]
        consent = ConsentText.objects.latest("effective_on").pk
        parts = (
            {
                "application_ptr_id": row["id"],
                "consent_text_id": consent,
                "consented_at": now,
                "consented_by_id": row["applicant_id"],
            }
            for row in still_open
        )
        copy_rows(Registration, parts)
        keys = count(1)
        serials = (
            {
                "id": next(keys),
                "application_id": row["id"],
                "kind": "registration",
                "serial_number": f"N9{row['id']:08d}",
                "is_open": row["status"] not in ("approved", "rejected", "withdrawn", "lapsed"),
            }
            for row in rows
        )
        copy_rows(ApplicationTerminal, serials)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def head_office_reviewer() -> User:
    """Who sees all applications of the bank, by an ordinary reviewer's rights."""
    return User.objects.get(email="reviewer@head.example")


def leaf_reviewer() -> User:
    """Who sees those of one small branch."""
    return User.objects.get(email="reviewer@leaf.example")


def _bank(luck: random.Random) -> tuple[list[int], list[int], list[int]]:
    head = BranchFactory(code="HEAD", parent=None)
    regions = [BranchFactory(code=f"R{number:02d}", parent=head) for number in range(8)]
    leaves = [BranchFactory(code=f"L{number:03d}", parent=luck.choice(regions)) for number in range(LEAVES)]
    StaffFactory(email="reviewer@head.example", branch=head)
    StaffFactory(email="reviewer@leaf.example", branch=leaves[0])
    reviewers = [StaffFactory(branch=luck.choice([head, *regions])).pk for _ in range(40)]
    people = [MerchantUserFactory().pk for _ in range(200)]
    return [leaf.pk for leaf in leaves], reviewers, people


def _applications(
    total: int,
    luck: random.Random,
    places: list[int],
    reviewers: list[int],
    people: list[int],
    now: datetime,
) -> Iterator[dict]:
    """Rows in the order in which they were filed; the open ones are among the last tenth."""
    began, step = now - timedelta(days=3650), timedelta(days=3650) / total
    rare = set(luck.sample(range(total), min(names.RARE_COUNT, total // 100)))
    recent = total - total // 10
    for number in range(total):
        filed_at = began + number * step
        person = luck.choice(people)
        row = {
            "id": number + 1,
            "number": f"SQ-{filed_at:%Y%m%d}-{number % 1_000_000:06d}",
            "kind": "registration",
            "status": luck.choices(("approved", "rejected", "withdrawn", "lapsed"), (86, 7, 4, 3))[0],
            "branch_id": luck.choice(places),
            "applicant_id": person,
            "filed_by_id": person,
            "subject_name": names.shop(luck, rare=number in rare),
            "subject_uscc": f"92310115MA{number:08d}",
            "subject_mobile_index": f"{number:064x}",
            "risk": luck.choices(("low", "medium", "high"), (70, 22, 8))[0],
            "round": 1,
            "version": 4,
            "created_at": filed_at,
            "edited_at": filed_at,
            "submitted_at": filed_at,
        }
        if number >= recent and luck.randrange(OPEN_SHARE // 10) == 0:
            _leave_open(row, luck, reviewers, now)
        elif row["status"] in ("approved", "rejected"):
            row |= {"decided_by_id": luck.choice(reviewers), "decided_at": filed_at + timedelta(days=2)}
        yield row


def _leave_open(row: dict, luck: random.Random, reviewers: list[int], now: datetime) -> None:
    """Twelve in twenty wait, five are in somebody's hands, three are with the merchant."""
    row["status"] = luck.choices(("submitted", "under_review", "returned"), (12, 5, 3))[0]
    if row["status"] == "returned":
        row["correction_due_at"] = now + timedelta(minutes=luck.randrange(60 * 24 * 7))
        return
    row["due_at"] = now + timedelta(minutes=luck.randrange(-60 * 24, 60 * 24 * 6))
    if row["status"] == "under_review":
        taken = now - timedelta(minutes=luck.randrange(60))
        row |= {"assignee_id": luck.choice(reviewers), "assigned_at": taken}
        row["lease_until"] = taken + timedelta(minutes=30)
