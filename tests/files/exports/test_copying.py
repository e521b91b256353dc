"""How PostgreSQL is told to copy: row by row, so that a long export leaves the machine to whoever opens a page."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.db.models import DateTimeField, Func, TextField, Value

from config.accounts.models import User
from config.files.exports.columns import Moment, Text, YesNo
from config.files.exports.sheet import Sheet
from tests.accounts.factories import StaffFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
SETTINGS = ("max_parallel_workers_per_gather", "jit", "TimeZone", "DateStyle")
COPYING = ["0", "off", "Asia/Shanghai", "ISO, MDY"]


def told(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return cursor.fetchone()[0]


def selected(rows, *columns) -> str:
    return str(rows.values_list(*(column.sql() for column in columns)).query)


def test_what_is_never_null_is_copied_as_it_is_and_all_else_made_text():
    """A column of a row that need not be there is NULL without it, whatever the column itself allows."""
    kept, may_be_missing = Text("name", "name", "full_name"), Text("branch", "branch", "branch__name")
    unsure = YesNo("staff", "staff", "is_staff")

    sql = selected(User.objects.all(), kept, Text("raw", "raw", "is_staff"), may_be_missing, unsure)

    assert sql.startswith('SELECT "accounts_user"."full_name" AS')
    assert """COALESCE(("accounts_user"."is_staff")::text, '')""" in sql
    assert """COALESCE(("accounts_branch"."name")::text, '')""" in sql
    assert "COALESCE" not in selected(User.objects.filter(branch__name="x"), may_be_missing)


@pytest.fixture
def sheet():
    StaffFactory.create_batch(3)
    return Sheet(User.objects.all(), [Text("email", "email", "email")])


def test_rows_are_copied_without_helpers_uncompiled_and_by_the_bank_s_clock(sheet):
    cells = [Func(Value(name), function="current_setting", output_field=TextField()) for name in SETTINGS]

    lines = set(sheet.copied(cells, "FORMAT csv"))

    assert lines == {b'0,off,Asia/Shanghai,"ISO, MDY"\n'}


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1950, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1999, 12, 31, 15, 59, 59, 1, tzinfo=UTC),
        datetime(2026, 11, 30, 16, tzinfo=UTC),
        datetime(2026, 11, 30, 15, 59, 59, 999_999, tzinfo=UTC),
        None,
    ],
)
def test_a_moment_is_copied_as_the_portal_writes_it(sheet, moment):
    """Whole seconds have passed, none is rounded up, before any year that somebody counts from as after it."""
    column = Moment("at", "at", "moment")
    rows = User.objects.annotate(moment=Value(moment, output_field=DateTimeField()))

    _heading, *lines = b"".join(Sheet(rows, [column])).decode().splitlines()

    assert set(lines) == {f'"{column.written(moment)}"'}


def test_afterwards_the_connection_is_as_before(sheet):
    before = [told(name) for name in SETTINGS]

    whole = len(list(sheet.copied([sheet.columns[0].sql()], "FORMAT csv")))
    with closing(sheet.copied([sheet.columns[0].sql()], "FORMAT csv")) as given_up:
        next(given_up)

    assert whole >= 3
    assert [told(name) for name in SETTINGS] == before != COPYING
    assert not connection.connection.info.transaction_status


def test_afterwards_a_transaction_around_it_is_as_before(sheet):
    with transaction.atomic():
        before = [told(name) for name in SETTINGS]

        assert len(list(sheet.copied([sheet.columns[0].sql()], "FORMAT csv"))) >= 3

        assert [told(name) for name in SETTINGS] == before != COPYING
