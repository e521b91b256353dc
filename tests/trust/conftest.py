import pytest
from django.db import transaction

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
