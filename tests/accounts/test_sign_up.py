"""Opening an account and setting a new password, by a code to an e-mail address or a mobile number."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client, override_settings

from config.accounts.models import User
from tests.accounts.conftest import is_signed_in
from tests.accounts.factories import PASSWORD, MerchantUserFactory, StaffFactory
from tests.accounts.hashers import CountingHasher

pytestmark = pytest.mark.django_db

MOBILE = "13800138000"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def ask(path, data, client=None):
    client = client or Client()
    answer = client.post(path, data, follow=True)
    answer.client_used = client
    return answer


def code_for(client) -> str:
    """The code as the newcomer reads it: on the page of the demonstration."""
    return re.search(r"\b\d{6}\b", client.get("/accounts/demo-messages/").content.decode())[0]


@pytest.mark.parametrize(
    ("typed", "confirm_at"),
    [
        ("New@Shop.example", "/accounts/confirm-email/"),
        ("１３８ ００１３-８０００", "/accounts/phone/verify/"),
    ],
)
def test_a_code_opens_the_account(typed, confirm_at, capsys, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        asked = ask("/accounts/signup/", {"reach": typed, "password1": PASSWORD})
    client = asked.client_used
    assert asked.request["PATH_INFO"] == confirm_at
    assert not is_signed_in(client)
    assert code_for(client) in capsys.readouterr().out

    answer = client.post(confirm_at, {"code": code_for(client)})

    person = User.objects.get(system_name=None)
    assert answer["Location"] == "/"
    assert is_signed_in(client)
    assert person.is_merchant_user
    assert not person.is_staff
    assert person.email == ("new@shop.example" if "@" in typed else None)
    assert person.mobile == ("" if "@" in typed else MOBILE)
    assert bool(person.mobile_verified_at) == bool(person.mobile)


def test_a_code_is_accepted_in_full_width_digits():
    client = ask("/accounts/signup/", {"reach": MOBILE, "password1": PASSWORD}).client_used
    wide = code_for(client).translate(str.maketrans("0123456789", "０１２３４５６７８９"))

    client.post("/accounts/phone/verify/", {"code": f" {wide[:3]} {wide[3:]} "})

    assert is_signed_in(client)


def test_three_wrong_codes_end_the_attempt():
    client = ask("/accounts/signup/", {"reach": MOBILE, "password1": PASSWORD}).client_used
    code = code_for(client)

    for _ in range(3):
        client.post("/accounts/phone/verify/", {"code": "000000" if code != "000000" else "111111"})
    client.post("/accounts/phone/verify/", {"code": code})

    assert not is_signed_in(client)


def test_nobody_signs_in_before_the_address_is_confirmed(sign_in):
    ask("/accounts/signup/", {"reach": MOBILE, "password1": PASSWORD})

    answer = sign_in(MOBILE)

    assert answer.status_code in {302, 429}
    assert not is_signed_in(answer.client_used)


def test_hundred_requests_send_three_messages(capsys, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client = ask("/accounts/signup/", {"reach": MOBILE, "password1": PASSWORD}).client_used
        for _ in range(100):
            client.post("/accounts/phone/verify/", {"action": "resend"})

    assert 1 <= capsys.readouterr().out.count("[message to") <= 3


@pytest.mark.parametrize("taken", ["taken@shop.example", MOBILE])
def test_sign_up_does_not_tell_who_has_an_account(taken):
    free = "fresh@shop.example" if "@" in taken else "13900139000"
    MerchantUserFactory(email=taken if "@" in taken else None, mobile="" if "@" in taken else taken)

    pages = []
    for reach in (taken, free):
        answer = ask("/accounts/signup/", {"reach": reach, "password1": PASSWORD})
        masked = ("t***", "f***") if "@" in taken else ("138****8000", "139****9000")
        text = TOKEN.sub("", answer.content.decode())
        pages.append(
            (
                answer.status_code,
                answer.request["PATH_INFO"],
                text.replace(masked[0], "M").replace(masked[1], "M"),
            )
        )

    assert pages[0] == pages[1]
    assert User.objects.filter(system_name=None).count() == 2


def test_whoever_has_an_account_is_told_so_on_their_own_phone():
    MerchantUserFactory(email=None, mobile=MOBILE)
    client = ask("/accounts/signup/", {"reach": MOBILE, "password1": PASSWORD}).client_used

    page = client.get("/accounts/demo-messages/").content.decode()

    assert not re.search(r"\b\d{6}\b", page)
    assert "138****8000" in page


@pytest.mark.parametrize("known", ["owner@shop.example", MOBILE])
def test_a_new_password_by_code(sign_in, known):
    MerchantUserFactory(email="owner@shop.example", mobile=MOBILE)
    new = "five green lamps hum"
    client = ask("/accounts/password/reset/", {"email": known}).client_used

    client.post("/accounts/password/reset/confirm/", {"code": code_for(client)})
    done = ask("/accounts/password/reset/complete/", {"password1": new, "password2": new}, client)

    assert done.status_code == 200
    assert not is_signed_in(client)
    assert sign_in("owner@shop.example", new).status_code == 302
    assert sign_in("owner@shop.example", PASSWORD).status_code == 200


@pytest.mark.parametrize("unknown", ["nobody@shop.example", "13900139000"])
def test_a_reset_does_not_tell_who_has_an_account(unknown):
    known = "owner@shop.example" if "@" in unknown else MOBILE
    MerchantUserFactory(email="owner@shop.example", mobile=MOBILE)

    pages = []
    for reach in (known, unknown):
        answer = ask("/accounts/password/reset/", {"email": reach})
        text = TOKEN.sub("", answer.content.decode())
        for masked in ("o***", "n***", "138****8000", "139****9000"):
            text = text.replace(masked, "M")
        pages.append((answer.status_code, answer.request["PATH_INFO"], text))

    assert pages[0] == pages[1]


@override_settings(PASSWORD_HASHERS=["tests.accounts.hashers.CountingHasher"])
def test_signing_in_costs_as_much_with_an_account_as_without(sign_in):
    MerchantUserFactory(email="owner@shop.example")

    def hashings(login):
        CountingHasher.worked.clear()
        sign_in(login, "wrong wrong wrong", ip="203.0.113.7")
        return len(CountingHasher.worked)

    assert hashings("owner@shop.example") == hashings("nobody@shop.example") >= 1


def test_wrong_and_unknown_look_the_same(sign_in):
    MerchantUserFactory(email="owner@shop.example")

    pages = [
        TOKEN.sub("", sign_in(login, "wrong wrong wrong").content.decode()).replace(login, "LOGIN")
        for login in ("owner@shop.example", "nobody@shop.example")
    ]

    assert pages[0] == pages[1]


def test_a_reset_page_ignores_a_forged_host():
    StaffFactory(email="li@bank.example")

    answer = Client().post(
        "/accounts/password/reset/", {"email": "li@bank.example"}, HTTP_HOST="evil.example"
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "reach",
    ["\x00", "x" * 100_000, "１" * 100_000, "nobody", "12345", "a@b", "138****8000", "<script>@x.example"],
)
@pytest.mark.parametrize(
    ("path", "field"), [("/accounts/signup/", "reach"), ("/accounts/password/reset/", "email")]
)
def test_hostile_input_gets_a_sentence(path, field, reach):
    answer = Client().post(path, {field: reach, "password1": PASSWORD})

    assert answer.status_code == 200
    assert answer.context["form"].errors[field]
    assert answer.content.decode().split("<title>")[1].startswith(("错误：", "Error: "))


def test_outside_a_demonstration_there_are_no_messages_to_read():
    with override_settings(DEMO_MODE=False):
        client = ask("/accounts/signup/", {"reach": MOBILE, "password1": PASSWORD}).client_used

        assert client.get("/accounts/demo-messages/").status_code == 404
        assert "demo_messages" not in client.session
        assert "demo-messages" not in client.get("/accounts/phone/verify/").content.decode()


def test_an_email_address_that_is_confirmed_stays_confirmed():
    client = ask("/accounts/signup/", {"reach": "new@shop.example", "password1": PASSWORD}).client_used
    client.post("/accounts/confirm-email/", {"code": code_for(client)})

    assert EmailAddress.objects.get().verified
