"""Three kinds of people, three places."""

import pytest
from django.test import Client

from tests.accounts.factories import MerchantUserFactory, StaffFactory

pytestmark = pytest.mark.django_db

ADMIN = [
    "/admin/",
    "/admin/login/",
    "/admin/accounts/user/",
    "/admin/logout/",
    "/admin/jsi18n/",
    "/admin/nothing/",
]
MERCHANTS = ["/terminals/", "/applications/", "/applications/new/", "/whatever/"]


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("path", ADMIN)
def test_for_a_merchant_there_is_no_desk(path):
    client = signed_in(MerchantUserFactory())

    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404


@pytest.mark.parametrize("path", ["/", *MERCHANTS])
def test_staff_are_led_back_to_the_desk_and_act_nowhere_else(path):
    client = signed_in(StaffFactory())

    assert client.get(path)["Location"] == "/admin/"
    assert client.post(path).status_code == 403


@pytest.mark.parametrize("path", MERCHANTS)
def test_an_account_manager_files_at_the_desk_and_finds_no_page_of_merchants(path):
    client = signed_in(StaffFactory(role="account_manager"))

    assert client.get("/admin/applications/filing/").status_code == 200
    assert client.get(path)["Location"] == "/admin/"
    assert client.post(path).status_code == 403


def test_everybody_signed_in_searches_the_lists_of_the_form():
    for person in (StaffFactory(role="account_manager"), MerchantUserFactory()):
        answer = signed_in(person).get("/lookup/divisions/?named=place&place=浦东")

        assert "310115" in answer.content.decode()


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/"])
def test_strangers_are_asked_to_sign_in(client, path):
    answer = client.get(path, follow=True)

    assert answer.redirect_chain[-1][0] == f"/accounts/login/?next={path}"


def test_the_staff_door_looks_like_one(client):
    page = client.get("/accounts/login/?next=/admin/").content.decode()

    assert "员工登录" in page or "Staff sign-in" in page
    assert "desk login" in page


def test_staff_do_not_change_their_own_address():
    client = signed_in(StaffFactory())

    for path in ("/accounts/email/", "/accounts/phone/change/"):
        assert client.get(path).status_code == 403
        assert client.post(path, {"email": "new@bank.example", "phone": "13800138000"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/accounts/", "/accounts/email/", "/accounts/phone/change/", "/accounts/password/change/"]
)
def test_merchants_reach_their_account_pages(path):
    assert signed_in(MerchantUserFactory()).get(path).status_code == 200
