"""Wrong passwords cost the one who guesses, never the owner."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from config.accounts.lockout import PRESSURE, TRIES, WAIT
from tests.accounts.conftest import is_signed_in
from tests.accounts.factories import MerchantUserFactory

pytestmark = pytest.mark.django_db

LOGIN = "owner@shop.example"
STRANGER, OWNER = "203.0.113.66", "198.51.100.7"


@pytest.fixture
def owner():
    return MerchantUserFactory(email=LOGIN)


def guess(sign_in, times, *, ip=STRANGER, client=None, login=LOGIN):
    return [sign_in(login, f"wrong guess number {n}", ip=ip, client=client) for n in range(times)]


def test_after_five_wrong_tries_the_address_waits(sign_in, owner):
    answers = guess(sign_in, TRIES + 1)

    assert [answer.status_code for answer in answers] == [200] * (TRIES - 1) + [429, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= WAIT.total_seconds()


def test_the_page_counts_down_the_tries(sign_in, owner):
    left = [answer.context["form"].errors["password"][0] for answer in guess(sign_in, 2)]

    assert "4" in left[0]
    assert "3" in left[1]


def test_the_right_password_does_not_help_a_waiting_address(sign_in, owner):
    guess(sign_in, TRIES)

    answer = sign_in(LOGIN, ip=STRANGER)

    assert answer.status_code == 429
    assert not is_signed_in(answer.client_used)


def test_twenty_wrong_tries_of_a_stranger_leave_the_owner_free(sign_in, owner):
    guess(sign_in, 20)

    assert sign_in(LOGIN, ip=OWNER).status_code == 302


def test_a_known_device_gets_in_even_from_the_strangers_address(sign_in, owner):
    device = sign_in(LOGIN, ip=STRANGER).client_used
    device.post("/accounts/logout/")
    guess(sign_in, 20)

    assert sign_in(LOGIN, ip=STRANGER, client=device).status_code == 302


def test_a_known_device_waits_for_its_own_wrong_tries(sign_in, owner):
    device = sign_in(LOGIN, ip=OWNER).client_used
    device.post("/accounts/logout/")

    answers = guess(sign_in, TRIES + 1, ip=OWNER, client=device)

    assert answers[-1].status_code == 429
    assert sign_in(LOGIN, ip=OWNER).status_code == 302


def test_the_device_of_one_account_is_a_stranger_to_another(sign_in, owner):
    MerchantUserFactory(email="other@shop.example")
    device = sign_in("other@shop.example", ip=STRANGER).client_used
    device.post("/accounts/logout/")
    guess(sign_in, TRIES)

    assert sign_in(LOGIN, ip=STRANGER, client=device).status_code == 429


def test_a_forged_device_is_a_stranger(sign_in, owner):
    guess(sign_in, TRIES)
    client = Client()
    client.cookies["known_device"] = f"{owner.pk}:anything:signature"

    assert sign_in(LOGIN, ip=STRANGER, client=client).status_code == 429


def test_an_account_guessed_from_many_addresses_gives_each_a_single_try(sign_in, owner):
    for network in range(PRESSURE // TRIES):
        guess(sign_in, TRIES, ip=f"192.0.2.{network}")

    first, second = guess(sign_in, 2, ip="192.0.2.200")

    assert (first.status_code, second.status_code) == (429, 429)
    assert sign_in(LOGIN, ip=OWNER).status_code == 302


def test_the_wait_ends(sign_in, owner):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        guess(sign_in, TRIES)
        clock.shift(WAIT + timedelta(seconds=1))

        assert sign_in(LOGIN, ip=STRANGER).status_code == 302


def test_tries_while_waiting_do_not_lengthen_the_wait(sign_in, owner):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        guess(sign_in, TRIES)
        clock.shift(WAIT - timedelta(minutes=1))
        guess(sign_in, 3)
        clock.shift(timedelta(minutes=1, seconds=1))

        assert sign_in(LOGIN, ip=STRANGER).status_code == 302


def test_one_account_has_one_count_whichever_address_is_typed(sign_in):
    MerchantUserFactory(email=LOGIN, mobile="13800138000", mobile_verified_at=timezone.now())
    guess(sign_in, 3)

    answers = guess(sign_in, 2, login="13800138000")

    assert answers[-1].status_code == 429


def test_a_spoofed_forwarding_header_is_not_another_address(owner):
    client = Client()

    answers = [
        client.post(
            "/accounts/login/",
            {"login": LOGIN, "password": "wrong guess"},
            REMOTE_ADDR=STRANGER,
            HTTP_X_FORWARDED_FOR=f"198.51.100.{n}",
        )
        for n in range(TRIES + 1)
    ]

    assert answers[-1].status_code == 429


def test_an_ipv6_caller_counts_as_its_network(sign_in, owner):
    for n in range(TRIES):
        guess(sign_in, 1, ip=f"2001:db8::{n}")

    assert sign_in(LOGIN, ip="2001:db8::ffff").status_code == 429


def test_counts_are_in_the_database_and_name_nobody(sign_in, owner):
    guess(sign_in, 2)

    row = AccessAttempt.objects.get()

    assert row.failures_since_start == 2
    assert LOGIN not in f"{row.username}{row.get_data}{row.post_data}"
    assert "wrong guess" not in row.post_data
    assert type(caches["default"]).__name__ == "DatabaseCache"


def test_two_hundred_tries_from_one_address_meet_a_limit_whatever_account(sign_in):
    statuses = {sign_in(f"someone{n}@shop.example", "wrong", ip=STRANGER).status_code for n in range(40)}

    assert statuses == {200, 429}
