from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.accounts.conftest import is_signed_in
from tests.accounts.factories import MerchantUserFactory, StaffFactory

pytestmark = pytest.mark.django_db

PAGE = "/accounts/"


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def test_an_idle_member_of_staff_is_signed_out(client, clock):
    client.force_login(StaffFactory())
    client.get(PAGE)
    clock.shift(timedelta(seconds=settings.STAFF_IDLE_SECONDS + 1))

    answer = client.get("/admin/?q=1")

    assert answer["Location"] == "/accounts/login/?next=/admin/%3Fq%3D1"
    assert not is_signed_in(client)
    assert "Clear-Site-Data" in answer


def test_a_busy_member_of_staff_stays(client, clock):
    client.force_login(StaffFactory())

    for _ in range(30):
        assert client.get(PAGE).status_code == 200
        clock.shift(timedelta(minutes=10))


def test_a_merchant_may_be_called_away(client, clock):
    client.force_login(MerchantUserFactory())
    client.get(PAGE)
    clock.shift(timedelta(hours=3))

    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("make", [StaffFactory, MerchantUserFactory])
def test_nobody_stays_longer_than_twelve_hours(client, clock, make):
    client.force_login(make())
    for _ in range(72):
        client.get(PAGE)
        clock.shift(timedelta(minutes=10, seconds=1))

    assert client.get(PAGE).status_code == 302
    assert not is_signed_in(client)


def test_a_form_that_comes_too_late_leads_back_to_its_page(client, clock):
    client.force_login(StaffFactory())
    client.get(PAGE)
    clock.shift(timedelta(hours=1))

    answer = client.post(
        "/admin/accounts/user/add/", {}, HTTP_REFERER="http://testserver/admin/accounts/user/add/?x=1"
    )
    elsewhere = client.post("/admin/", {}, HTTP_REFERER="https://evil.example/admin/")

    assert answer["Location"] == "/accounts/login/?next=/admin/accounts/user/add/"
    assert "evil" not in elsewhere["Location"]


@pytest.mark.parametrize("path", ["/accounts/logout/", "/admin/logout/"])
def test_signing_out_ends_the_session_on_the_server_and_clears_the_browser(client, path):
    client.force_login(StaffFactory())
    kept = client.cookies["sessionid"].value

    answer = client.post(path)

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert thief.get(PAGE).status_code == 302


def test_a_get_does_not_sign_out(client):
    client.force_login(MerchantUserFactory())

    client.get("/accounts/logout/")

    assert is_signed_in(client)


def test_pages_of_a_signed_in_person_are_kept_nowhere(client):
    client.force_login(MerchantUserFactory())

    assert "no-store" in client.get(PAGE)["Cache-Control"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"session_generation": 7}])
def test_a_closed_account_is_out_at_the_next_request(client, change):
    person = StaffFactory()
    client.force_login(person)
    assert client.get("/admin/").status_code == 200

    type(person).objects.filter(pk=person.pk).update(**change)

    assert client.get("/admin/").status_code == 302


def test_looking_writes_nothing(client, nothing_is_written):
    client.force_login(StaffFactory(role="administrator"))

    with nothing_is_written():
        for path in (
            PAGE,
            "/accounts/password/change/",
            "/admin/",
            "/admin/accounts/user/",
            "/admin/accounts/branch/",
        ):
            assert client.get(path).status_code == 200
        for path in (
            "/accounts/login/",
            "/accounts/signup/",
            "/accounts/password/reset/",
            "/accounts/demo-messages/",
        ):
            assert Client().get(path).status_code == 200
