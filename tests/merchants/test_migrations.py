"""A portal that has been in use comes over the tables' changes with its rows."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.merchants.factories import onboarded
from tests.merchants.test_people import joined

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_owners_that_were_there_are_checked():
    merchant = onboarded()
    operator = joined(merchant)
    joined(merchant, "owner")
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    MigrationExecutor(connection).migrate([("merchants", "0008_reference_lists")])
    MigrationExecutor(connection).migrate(newest)

    checked = {row.user: row.checked_at == row.since for row in merchant.memberships.select_related("user")}
    assert checked.pop(operator) is False
    assert list(checked.values()) == [True, True]
