"""Signing in by e-mail or mobile, where people land, and which addresses they may be led on to."""

import pytest
from django.test import Client
from django.utils import timezone

import config.settings
from config.kernel.audit import AuditEvent
from tests.accounts.conftest import is_signed_in
from tests.accounts.factories import PASSWORD, MerchantUserFactory, StaffFactory

pytestmark = pytest.mark.django_db

MOBILE = "13800138000"


def confirmed_mobile(**values):
    return MerchantUserFactory(email=None, mobile=MOBILE, mobile_verified_at=timezone.now(), **values)


@pytest.mark.parametrize(
    "typed", ["Owner@Shop.example", " owner@shop.example ", "ｏｗｎｅｒ＠ｓｈｏｐ．ｅｘａｍｐｌｅ"]
)
def test_an_email_address_lets_in_however_it_is_typed(sign_in, typed):
    MerchantUserFactory(email="owner@shop.example")

    answer = sign_in(typed)

    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize(
    "typed",
    [MOBILE, "１３８００１３８０００", "138 0013 8000", "138-0013-8000", "+86 13800138000", "8613800138000"],
)
def test_a_mobile_number_lets_in_however_it_is_typed(sign_in, typed):
    confirmed_mobile()

    answer = sign_in(typed)

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_staff_land_at_the_desk(sign_in):
    StaffFactory(email="li@bank.example")

    assert sign_in("li@bank.example")["Location"] == "/admin/"


def test_signing_in_takes_a_new_session_and_never_adopts_one(sign_in):
    MerchantUserFactory(email="owner@shop.example")
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["sessionid"] = before = session.session_key

    sign_in("owner@shop.example", client=client)

    assert client.cookies["sessionid"].value != before
    other = Client()
    other.cookies["sessionid"] = before
    assert not is_signed_in(other)


def test_a_wrong_password_says_what_to_do_and_keeps_what_was_typed(sign_in):
    MerchantUserFactory(email="owner@shop.example")

    answer = sign_in("owner@shop.example", "not this one at all")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert answer.context["form"].errors.get("password")
    assert 'role="alert"' in page
    assert 'value="owner@shop.example"' in page
    assert 'href="#id_password"' in page
    assert "not this one at all" not in page


def test_what_happened_is_on_record_without_personal_data(sign_in):
    person = MerchantUserFactory(email="owner@shop.example")

    sign_in("owner@shop.example", "wrong wrong wrong")
    client = sign_in("owner@shop.example").client_used
    client.post("/accounts/logout/")

    events = list(AuditEvent.objects.of(person).order_by("id").values_list("action", "by", "detail"))
    assert events == [
        ("sign_in_failed", None, {}),
        ("signed_in", person.pk, {}),
        ("signed_out", person.pk, {}),
    ]


def test_nobody_signs_in_to_a_closed_account(sign_in):
    MerchantUserFactory(email="owner@shop.example", is_active=False)

    answer = sign_in("owner@shop.example")

    assert not is_signed_in(answer.client_used)


ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2e%2e",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "JavaScript://%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "\x00/admin/",
    "\thttps://evil.example",
    "https://127.0.0.1/",
    " //evil.example",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_is_led_away_from_the_portal(sign_in, wanted):
    MerchantUserFactory(email="owner@shop.example")

    answer = sign_in("owner@shop.example", next=wanted)

    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nor_after_signing_out(client, wanted):
    client.force_login(MerchantUserFactory())

    answer = client.post("/accounts/logout/", {"next": wanted})

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_people_return_to_the_page_they_came_from(sign_in):
    MerchantUserFactory(email="owner@shop.example")

    answer = sign_in("owner@shop.example", next="/applications/?page=2")

    assert answer["Location"] == "/applications/?page=2"


@pytest.mark.parametrize(
    ("make", "wanted", "landed"),
    [
        (MerchantUserFactory, "/admin/applications/", "/"),
        (StaffFactory, "/terminals/", "/admin/"),
        (StaffFactory, "/admin/accounts/user/", "/admin/accounts/user/"),
    ],
)
def test_but_only_to_a_page_of_their_own_place(sign_in, make, wanted, landed):
    make(email="someone@shop.example")

    assert sign_in("someone@shop.example", next=wanted)["Location"] == landed


@pytest.mark.parametrize(
    "login",
    [
        "\x00",
        "a\x00b@shop.example",
        "x" * 100_000,
        "１" * 100_000,
        "@" * 300,
        "'; DROP TABLE accounts_user; --",
        "\ud800",
        "%s%n{{7*7}}",
        "",
    ],
)
def test_hostile_input_gets_a_sentence(sign_in, login):
    answer = sign_in(login.encode("utf-8", "replace").decode())

    assert answer.status_code == 200
    assert answer.context["form"].errors


@pytest.mark.parametrize("password", ["\x00", "a" * 100_000, "密" * 100_000])
def test_a_hostile_password_gets_a_sentence_too(sign_in, password):
    MerchantUserFactory(email="owner@shop.example")

    answer = sign_in("owner@shop.example", password)

    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_a_long_password_of_many_words_is_welcome(sign_in):
    long = "a sentence that nobody guesses, " * 7
    MerchantUserFactory(email="owner@shop.example", password=long)

    assert sign_in("owner@shop.example", long).status_code == 302


def test_changing_the_password_ends_every_other_session(sign_in):
    MerchantUserFactory(email="owner@shop.example")
    here, there = sign_in("owner@shop.example").client_used, sign_in("owner@shop.example").client_used
    new = "five green lamps hum"

    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert here.get("/accounts/").status_code == 200
    assert there.get("/accounts/").status_code == 302


@pytest.mark.parametrize("weak", ["short", "password1234", "123456789012", "owner@shop.example"])
def test_weak_passwords_are_refused_with_a_reason(client, weak):
    client.force_login(MerchantUserFactory(email="owner@shop.example"))

    answer = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )

    assert answer.context["form"].errors["password1"]


def test_passwords_are_hashed_with_argon2():
    assert config.settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
