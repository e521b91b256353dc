"""Reports are read from the copy where there is one; nothing else is, and nothing is ever written there."""

from __future__ import annotations

import pytest
from django.db import connections

from config.kernel.replica import REPORTS, ReportsRouter, reports_database
from config.kernel.tally import TallyEntry
from merchants.models import Merchant
from tests.config.test_settings import PRODUCTION, settings_with


@pytest.fixture
def copy():
    """Another way to the same database, under the copy's name."""
    connections.settings[REPORTS] = dict(connections.settings["default"])
    yield connections[REPORTS]
    connections[REPORTS].close()
    del connections[REPORTS]
    del connections.settings[REPORTS]


def test_without_a_copy_reports_are_read_where_everything_is():
    assert reports_database() == "default"


def test_a_copy_is_set_by_its_address(tmp_path):
    [alone, _routers] = settings_with(tmp_path, "DATABASES", "DATABASE_ROUTERS", **PRODUCTION)
    address = "postgres://reader:secret@copy:5432/portal"
    [both, routers] = settings_with(
        tmp_path, "DATABASES", "DATABASE_ROUTERS", **PRODUCTION, REPORTS_DATABASE_URL=address
    )

    assert list(alone) == ["default"]
    assert (both["reports"]["HOST"], both["reports"]["CONN_HEALTH_CHECKS"]) == ("copy", True)
    assert both["default"]["HOST"] == "db"
    assert routers == ["config.kernel.replica.ReportsRouter"]


def test_nothing_is_written_to_the_copy_or_migrated_there(copy):
    router = ReportsRouter()

    assert router.db_for_write(Merchant) == "default"
    assert router.allow_migrate(REPORTS, "merchants") is False
    assert router.allow_migrate("default", "merchants") is None
    assert TallyEntry.objects.db == "default"
