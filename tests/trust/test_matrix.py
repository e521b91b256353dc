"""Every address and every role against one written matrix. An address without a row fails; so does a GET that writes."""

from contextlib import nullcontext

import pytest
from django.db import transaction

from tests.trust import matrix_acting, matrix_reading
from tests.trust.addresses import address, every_address
from tests.trust.world import PEOPLE

pytestmark = pytest.mark.any_database


def parsed(rows: str) -> dict[str, dict[str, str]]:
    _columns, *lines = rows.strip("\n").splitlines()
    return {name: dict(zip(PEOPLE, cells, strict=True)) for name, *cells in map(str.split, lines)}


READING, ACTING = parsed(matrix_reading.ROWS), parsed(matrix_acting.ROWS)
SIGN_IN = ("/accounts/login/", "/admin/login/")
# Whether the cache takes a value is found out by giving it one.
TRIES_THE_CACHE = "/readyz"
NAMES = sorted(dict(every_address()))


def class_of(answer) -> str:
    """How the matrix calls an answer."""
    if answer.status_code in (301, 302, 303):
        return "in" if answer.headers["Location"].startswith(SIGN_IN) else "go"
    return "ok" if answer.status_code == 200 else str(answer.status_code)


@pytest.fixture
def answers(world):
    """What every role gets at an address, in the words of the matrix."""

    def ask(method: str, name: str) -> dict[str, str]:
        path, found = address(name, world), {}
        for role in PEOPLE:
            with transaction.atomic():
                found[role] = class_of(getattr(world.browser(role), method)(path))
                transaction.set_rollback(True)
        return found

    return ask


@pytest.mark.parametrize("rows", [READING, ACTING], ids=["reading", "acting"])
def test_every_address_has_its_row_and_every_row_its_address(rows):
    assert sorted(rows) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_reading_answers_as_written_and_writes_nothing(answers, nothing_is_written, name):
    with nullcontext() if name == TRIES_THE_CACHE else nothing_is_written():
        assert answers("get", name) == READING.get(name)


@pytest.mark.parametrize("name", NAMES)
def test_acting_answers_as_written(answers, name):
    assert answers("post", name) == ACTING.get(name)


def test_no_role_but_a_merchants_own_people_finds_anything_of_it():
    """What the tables must say, whoever edits them."""
    for rows in (READING, ACTING):
        for name, row in rows.items():
            space = name.partition(":")[0]
            if space in ("applications", "terminals") and row["owner"] == "ok" and row["stranger"] == "ok":
                assert name.endswith((":list", ":new", ":new_request", ":consent", ":changes")), name
            if space in ("admin", "filing"):
                assert {row["owner"], row["operator"], row["stranger"]} == {"404"}, name
                assert row["visitor"] == "in", name


def test_nobody_steps_by_reading():
    """Where a role may act but a GET shows nothing, the GET is 405."""
    steps = [name for name, row in READING.items() if "405" in row.values()]

    assert len(steps) > 20
    for name in steps:
        assert "ok" not in READING[name].values(), name
