import io
import logging

import pytest
import structlog
from django.db import transaction

from config.logs import logging_to_standard_error
from tests.trust.world import World, make_world


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker):
    """One world for all tests of a module: making it takes longer than asking it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world, db) -> World:
    """The world as it was made: what a test does to it is undone after the test."""
    return shared_world


@pytest.fixture
def log():
    """What the portal's own handlers would have written, every level of it."""
    written = io.StringIO()
    formatter = logging_to_standard_error(level="DEBUG")["formatters"]["json"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"]
        )
    )
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)
