import pytest
from django.core.cache import cache
from django.test import Client

from tests.accounts.factories import PASSWORD


@pytest.fixture(autouse=True)
def fresh_limits(db):
    """Limits are counted in the database, yet a test that was interrupted must not slow down the next one."""
    cache.clear()


@pytest.fixture
def sign_in():
    """`sign_in("owner@shop.example")` posts the form from an address of its own; returns the answer, with its client."""

    def post(login, password=PASSWORD, *, client=None, ip="203.0.113.5", follow=False, **more):
        client = client or Client()
        answer = client.post(
            "/accounts/login/", {"login": login, "password": password, **more}, REMOTE_ADDR=ip, follow=follow
        )
        answer.client_used = client
        return answer

    return post


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session
