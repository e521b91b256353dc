"""A portal that has been in use comes over the tables' changes with its rows."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from terminals.models import ResponseCode

pytestmark = pytest.mark.django_db(transaction=True)


def came_to(name):
    """The models of then, with the tables as they were."""
    executor = MigrationExecutor(connection)
    executor.migrate([("terminals", name)])
    return executor.loader.project_state([("terminals", name)]).apps


def test_reasons_and_codes_that_were_there_come_over():
    """A reason that asked for a violation names its category; codes get what is new and their first version.

    Together, because the way back and forth takes longer than all that is looked at.
    """
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        reasons = came_to("0009_binding_reports").get_model("terminals", "StopReason").objects
        reasons.filter(pk="r1_moved").delete()
        for code, opens in (("r1_moved", True), ("r3_lent_out", False), ("own", True)):
            reasons.update_or_create(pk=code, defaults={"text_zh": "原因", "opens_violation": opens})
        codes = came_to("0013_bulletins").get_model("terminals", "ResponseCode").objects
        codes.all().delete()
        words = dict.fromkeys(
            ["meaning_zh", "meaning_en", "screen_text", "merchant_step_zh", "merchant_step_en"], "原有"
        )
        for code in ("97", "04", "ZZ"):
            codes.create(code_set="unionpay", code=code, action_class="D", bank_step="old", **words)
    finally:
        MigrationExecutor(connection).migrate(newest)

    the_reasons_name_their_category()
    the_codes_have_their_first_version()


def the_reasons_name_their_category():
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, violation_category FROM terminals_stopreason")
        found = dict(cursor.fetchall())
    assert (found["r1_moved"], found["r3_lent_out"], found["own"]) == ("moved", "", "")


def the_codes_have_their_first_version():
    rows = {
        row.code: row for row in ResponseCode.objects.filter(code_set="unionpay", code__in=["97", "04", "ZZ"])
    }
    assert {code: (row.group, row.retains_card) for code, row in rows.items()} == {
        "97": ("registration", False),
        "04": ("card", True),
        "ZZ": ("transaction", False),
    }
    assert (rows["97"].meaning_zh, rows["97"].desk, bool(rows["97"].bank_step_zh)) == (
        "原有",
        "support",
        True,
    )
    assert rows["ZZ"].bank_step_en == "old"
    for row in rows.values():
        first = row.versions.get()
        assert (first.version, first.meaning_zh, first.group) == (1, row.meaning_zh, row.group)
