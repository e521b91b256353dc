from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from config.accounts.branches import Branch
from config.accounts.models import Role, User


@pytest.fixture
def now():
    return datetime(2026, 9, 15, 6, 30, tzinfo=UTC)


@pytest.fixture
def person(db):
    """Somebody of a merchant, reached by e-mail and by a verified mobile number."""
    verified = datetime(2026, 9, 1, tzinfo=UTC)
    return User.objects.create_user(
        "wang@example.com", full_name="王小明", mobile="13800138000", mobile_verified_at=verified
    )


@pytest.fixture
def staff(db):
    """Makes a member of staff in a role."""
    office = Branch.objects.create(code="HQ", name="总行", acquirer_code="01025840", area_code="2900")

    def make(role: Role, **kwargs) -> User:
        return User.objects.create_user(
            f"{role}@bank.example", branch=office, role=role, is_staff=True, **kwargs
        )

    return make


class Undone(Exception):
    pass


@contextmanager
def rolled_back():
    with suppress(Undone), transaction.atomic():
        yield
        raise Undone


@pytest.fixture
def undone():
    """`with undone():` runs the block in a transaction that is rolled back."""
    return rolled_back


@pytest.fixture
def side_by_side():
    """`side_by_side(act, 16)` runs `act` in so many threads at once; returns what each returned or raised."""

    def run(act, count):
        barrier, outcomes = Barrier(count), []

        def one():
            barrier.wait()
            try:
                outcomes.append(act())
            except Exception as error:  # noqa: BLE001 - the outcome is what the test looks at
                outcomes.append(error)
            finally:
                connection.close()

        threads = [Thread(target=one) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    return run
