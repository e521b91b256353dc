"""A portal that has been in use comes over the tables' changes with its rows."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_reason_that_asked_for_a_violation_names_its_category():
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    executor = MigrationExecutor(connection)
    executor.migrate([("terminals", "0009_binding_reports")])
    try:
        then = executor.loader.project_state([("terminals", "0009_binding_reports")]).apps
        reasons = then.get_model("terminals", "StopReason").objects
        reasons.filter(pk="r1_moved").delete()
        for code, opens in (("r1_moved", True), ("r3_lent_out", False), ("own", True)):
            reasons.update_or_create(pk=code, defaults={"text_zh": "原因", "opens_violation": opens})
    finally:
        MigrationExecutor(connection).migrate(newest)

    with connection.cursor() as cursor:
        cursor.execute("SELECT code, violation_category FROM terminals_stopreason")
        found = dict(cursor.fetchall())
    assert (found["r1_moved"], found["r3_lent_out"], found["own"]) == ("moved", "", "")
