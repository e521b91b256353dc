"""A portal that has been in use comes over the tables' changes with its rows."""

from datetime import date

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from applications.models import Registration
from config.kernel import clock

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("applications", "0002_queue")]


@pytest.fixture
def before():
    """The models as they were; the tables are as they are today again afterwards."""
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps
    MigrationExecutor(connection).migrate(newest)


def test_a_consent_given_before_is_the_applicants(before):
    now = clock.now()
    person = before.get_model("accounts", "User").objects.create(email="old@shop.example", full_name="旧")
    branch = before.get_model("accounts", "Branch").objects.create(
        code="B7", name="旧支行", path="/7/", acquirer_code="48022900", area_code="2900"
    )
    consent = before.get_model("applications", "ConsentText").objects.create(
        version="old", effective_on=date(2026, 1, 1)
    )
    old = before.get_model("applications", "Registration").objects.create(
        number="SQ-20260101-000001",
        kind="registration",
        status="submitted",
        applicant=person,
        filed_by=person,
        branch=branch,
        round=1,
        created_at=now,
        edited_at=now,
        submitted_at=now,
        consent_text=consent,
        consented_at=now,
    )

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    assert Registration.objects.get(pk=old.pk).consented_by_id == person.pk
