import gc
import os
import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import CheckConstraint
from hypothesis import HealthCheck, settings
from pytest_django.plugin import blocking_manager_key

# Playwright keeps an event loop in the thread that also asks the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Rendering models for every migration and a world for every module makes much that stays: looked over seldom, it costs a
# fifth less, and what is loaded already is not looked over at all.
gc.freeze()
gc.set_threshold(100_000, 50, 50)

settings.register_profile(
    "portal", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile("thorough", parent=settings.get_profile("portal"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "portal"))

WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE)\b", re.IGNORECASE)
TABLE = re.compile(r'"(\w+)"')
MAY_BE_WRITTEN_BY_A_GET = {"accounts_session", "kernel_accessrecord"}
EMPTIES_THE_TABLES = {"transactional_db", "live_server", "django_db_reset_sequences"}
tables_were_emptied = pytest.StashKey[bool]()


ASKS_THE_DATABASE = {"db", "transactional_db", "django_db_setup", "site"}


def pytest_addoption(parser):
    parser.addoption(
        "--on-the-database",
        action="store_true",
        help="only tests whose answer is the database's: the others say the same beside every one",
    )


def pytest_collection_modifyitems(config, items):
    if config.getoption("--on-the-database"):
        asking = [item for item in items if _asks_the_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if not _asks_the_database(item)])
        items[:] = asking
    if connection.vendor != "postgresql":
        for item in items:
            if item.get_closest_marker("postgresql"):
                item.add_marker(pytest.mark.skip(reason="only PostgreSQL can show this"))


# Pages and forms say the same on every database, and so does who finds what on them; what they read and write is asked of the
# verbs, lists and queries below them.
PAGES = "portal desk pages page forms words messages inbox isolation leaks markup assignment rights inside lists demo"


def _is_of_pages(name: str) -> bool:
    return not set(PAGES.split()).isdisjoint(name.removesuffix(".py").split("_")[1:])


def _asks_the_database(item) -> bool:
    if item.get_closest_marker("any_database") or _is_of_pages(item.path.name):
        return False
    return bool(item.get_closest_marker("django_db")) or not ASKS_THE_DATABASE.isdisjoint(item.fixturenames)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Divisions, category codes, response codes and policy numbers are there, as after `make run`."""
    with django_db_blocker.unblock():
        call_command("load_reference_data", verbosity=0)
    # Every model was rendered again for every migration: what is left of that is looked over no more.
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """The test that follows a transactional one finds the reference data again."""
    if item.config.stash.get(tables_were_emptied, False):
        item.config.stash[tables_were_emptied] = False
        with item.config.stash[blocking_manager_key].unblock():
            call_command("load_reference_data", verbosity=0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """A transactional test ends by emptying every table, the append-only ones too: triggers step aside for that."""
    marker = item.get_closest_marker("django_db")
    if not (EMPTIES_THE_TABLES & set(item.fixturenames) or (marker and marker.kwargs.get("transaction"))):
        return (yield)
    item.config.stash[tables_were_emptied] = True
    with item.config.stash[blocking_manager_key].unblock(), _without_triggers():
        return (yield)


@contextmanager
def _without_triggers():
    database = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            triggers = []
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
    try:
        yield
    finally:
        # After the last test the database is gone, and the connection would lead to the one it was made from.
        if connection.settings_dict["NAME"] == database:
            _with_triggers_again(triggers)


def _with_triggers_again(triggers):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")
        for _, sql in triggers:
            cursor.execute(sql)


@pytest.fixture
def unconstrained():
    """`unconstrained(Model, "name")`: that constraint is gone until the test is rolled back."""

    def drop(model, name: str) -> None:
        is_check = any(
            isinstance(each, CheckConstraint) for each in model._meta.constraints if each.name == name
        )
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite" and is_check:
                cursor.execute("PRAGMA ignore_check_constraints = ON")
                return
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1"
            )
            table = model._meta.db_table
            cursor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT {name}" if is_check else f"DROP INDEX {name}"
            )

    yield drop
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


@pytest.fixture
def nothing_is_written():
    """`with nothing_is_written():` lets any SQL write fail, except of the session and of an access record."""

    def refuse(execute, sql, params, many, context):
        table = TABLE.search(sql)
        if WRITE.match(sql) and not (table and table[1] in MAY_BE_WRITTEN_BY_A_GET):
            raise AssertionError(f"a GET wrote: {sql[:200]}")
        return execute(sql, params, many, context)

    return lambda: connection.execute_wrapper(refuse)


@pytest.fixture
def vault(settings, tmp_path) -> Path:
    """The folder that blobs lie in, empty: what other tests have stored is elsewhere."""
    place = tmp_path / "files"
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "config.files.vault.SealedStorage", "OPTIONS": {"location": place}}
    }
    return place
