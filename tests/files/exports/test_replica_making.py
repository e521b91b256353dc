"""An export where reports have a copy of the database to read from."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from config.files.exports.asking import ask
from config.files.exports.report import report_named
from config.files.models import Export
from config.kernel import clock
from config.kernel.replica import REPORTS
from tests.accounts.factories import StaffFactory
from tests.terminals.factories import DeviceFactory


@pytest.fixture(scope="module", autouse=True)
def copy():
    """Another way to the same database, under the copy's name: there before a test is told which databases it may ask."""
    connections.settings[REPORTS] = dict(connections.settings["default"])
    yield connections[REPORTS]
    connections[REPORTS].close()
    del connections[REPORTS]
    del connections.settings[REPORTS]


@pytest.mark.parametrize("file_format", Export.Format.values)
@pytest.mark.parametrize("as_file", [True, False], ids=["made by the worker", "handed out at once"])
@pytest.mark.django_db(transaction=True, databases="__all__")
def test_an_export_reads_its_rows_from_the_copy_and_keeps_its_record_elsewhere(
    copy, vault, file_format, as_file
):
    person = StaffFactory(role="supervisor")
    DeviceFactory.create_batch(3, branch=person.branch)

    with CaptureQueriesContext(copy) as of_the_copy, CaptureQueriesContext(connections["default"]) as others:
        export, content = ask(
            report_named("devices"), {}, by=person, now=clock.now(), file_format=file_format, as_file=as_file
        )

    export.refresh_from_db()
    assert export.row_count == 3
    assert export.status == (export.Status.READY if as_file else export.Status.HANDED_OUT)
    assert (content is None) == as_file
    assert any('FROM "terminals_device"' in one["sql"] for one in of_the_copy)
    assert not any('FROM "terminals_device"' in one["sql"] for one in others)
    assert not any(one["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for one in of_the_copy)


@pytest.mark.parametrize("file_format", Export.Format.values)
@pytest.mark.django_db(transaction=True, databases="__all__")
def test_every_kind_of_file_is_read_over_the_copy(copy, vault, file_format):
    """Said apart, because a copying of rows by PostgreSQL passes the log of statements by."""
    person = StaffFactory(role="supervisor")
    export, _content = ask(report_named("devices"), {}, by=person, now=clock.now(), file_format=file_format)

    sheet = export.sheet(now=clock.now())

    assert (sheet.rows.db, sheet.over.alias) == (REPORTS, REPORTS)
