"""How PostgreSQL is told to copy: row by row, so that a long export leaves the machine to whoever opens a page."""

from __future__ import annotations

from contextlib import closing

import pytest
from django.db import connection, transaction
from django.db.models import Func, TextField, Value

from config.accounts.models import User
from config.files.exports.columns import Text
from config.files.exports.sheet import Sheet
from tests.accounts.factories import StaffFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
SETTINGS = ("max_parallel_workers_per_gather", "jit", "TimeZone", "DateStyle")
COPYING = ["0", "off", "Asia/Shanghai", "ISO, MDY"]


def told(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return cursor.fetchone()[0]


@pytest.fixture
def sheet():
    StaffFactory.create_batch(3)
    return Sheet(User.objects.all(), [Text("email", "email", "email")])


def test_rows_are_copied_without_helpers_uncompiled_and_by_the_bank_s_clock(sheet):
    cells = [Func(Value(name), function="current_setting", output_field=TextField()) for name in SETTINGS]

    lines = set(sheet.copied(cells, "FORMAT csv"))

    assert lines == {b'0,off,Asia/Shanghai,"ISO, MDY"\n'}


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
