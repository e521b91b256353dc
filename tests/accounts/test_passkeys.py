"""Passkeys: made after proof, told to the owner, good for both factors, worth nothing at another site."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from django.test import Client

from config.accounts.checks import passkeys_are_bound_to_this_site
from config.accounts.known_devices import COOKIE
from config.accounts.passkey_forms import LONGEST_NAME, MOST_PASSKEYS
from config.kernel.audit import AuditEvent
from config.kernel.outbox import OutboxMessage
from tests.accounts.authenticator import Phone
from tests.accounts.conftest import is_signed_in
from tests.accounts.factories import PASSWORD, MerchantUserFactory, StaffFactory

pytestmark = pytest.mark.django_db

OWNER, STAFF = "owner@shop.example", "li@bank.example"
ADD, DOOR, LIST = "/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/login/", "/accounts/2fa/webauthn/"
SECOND, AGAIN = "/accounts/2fa/authenticate/", "/accounts/2fa/webauthn/reauthenticate/"


@pytest.fixture(autouse=True)
def by_name(settings):
    """A passkey belongs to a host's name; browsers count this one as safe without TLS."""
    settings.ALLOWED_HOSTS = ["localhost", "testserver", "evil.localhost"]


def browser() -> Client:
    return Client(SERVER_NAME="localhost", HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 15) Chrome/140.0")


def proved(person) -> Client:
    """A browser in which the person has just typed the password."""
    client = browser()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def send(client, path, brought, **more):
    return client.post(path, {"credential": json.dumps(brought), **more})


def with_passkey(person, *, client=None, name="Phone") -> Phone:
    phone, client = Phone(), client or proved(person)
    answer = send(client, ADD, phone.make(client.get(ADD)), name=name)
    assert answer.status_code == 302, answer.context["form"].errors
    return phone


def keys_of(person) -> list[str]:
    rows = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).order_by("pk")
    return [row.wrap().name for row in rows]


@pytest.fixture
def owner():
    return MerchantUserFactory(email=OWNER)


@pytest.fixture
def staff(settings):
    settings.STAFF_SECOND_FACTOR = True
    return StaffFactory(email=STAFF, role="administrator")


def test_a_passkey_is_made_on_record_and_told_to_its_owner(owner):
    client = proved(owner)

    page = client.get(ADD)
    answer = send(client, ADD, Phone().make(page), name="  Mother's phone ")

    assert page.context["form"].initial["name"] == "Chrome，Android"
    assert page.context["js_data"]["publicKey"]["authenticatorSelection"]["residentKey"] == "required"
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    assert keys_of(owner) == ["Mother's phone"]
    assert AuditEvent.objects.of(owner).filter(action="passkey_added", by=owner).count() == 1
    assert OutboxMessage.objects.inbox_of(owner).filter(kind="account_passkey_added").count() == 1
    assert "Mother&#x27;s phone" in client.get(LIST).content.decode()


def test_nothing_is_added_or_removed_without_the_password_again(owner):
    with_passkey(owner)
    key = Authenticator.objects.get(user=owner, type="webauthn").pk
    client = browser()
    client.force_login(owner)

    for path in (ADD, f"{LIST}keys/{key}/edit/", f"{LIST}keys/{key}/remove/"):
        for answer in (client.get(path), client.post(path)):
            assert answer["Location"].startswith("/accounts/reauthenticate/"), path


def test_the_passkey_alone_signs_in_and_the_device_is_known(owner):
    phone, client = with_passkey(owner), browser()

    answer = send(client, DOOR, phone.show(client.get(DOOR)))

    assert answer["Location"] == "/"
    assert is_signed_in(client)
    assert COOKIE in client.cookies
    assert AuditEvent.objects.of(owner).filter(action="signed_in").order_by("pk").last().detail == {
        "by": "passkey"
    }
    assert client.session["session_began"]


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/terminals/", "/terminals/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/admin/", "/"),
    ],
)
def test_the_way_on_is_kept_where_it_is_the_persons_own(owner, wanted, led):
    phone, client = with_passkey(owner), browser()
    page = client.get(DOOR, {"next": wanted})

    assert send(client, DOOR, phone.show(page), next=wanted)["Location"] == led


def test_for_staff_the_passkey_is_both_factors(staff):
    client = proved(staff)
    assert client.get("/admin/")["Location"].startswith("/accounts/2fa/totp/activate/")

    phone = with_passkey(staff, client=client)
    assert client.get("/admin/").status_code == 200

    other = browser()
    answer = send(other, DOOR, phone.show(other.get(DOOR)))
    assert answer["Location"] == "/admin/"
    assert other.get("/admin/").status_code == 200


def test_after_the_password_the_passkey_is_the_second_step(staff):
    phone, client = with_passkey(staff), browser()
    answer = client.post("/accounts/login/", {"login": STAFF, "password": PASSWORD})
    assert answer["Location"] == SECOND
    assert not is_signed_in(client)

    answer = send(client, SECOND, phone.show(client.get(SECOND), verified=False))

    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_session_without_the_factor_is_led_to_the_passkey(staff):
    phone, client = with_passkey(staff), browser()
    client.force_login(staff)

    answer = client.get("/admin/accounts/user/")
    assert answer["Location"] == f"{AGAIN}?next=/admin/accounts/user/"
    answer = send(client, AGAIN, phone.show(client.get(answer["Location"])), next="/admin/accounts/user/")

    assert answer["Location"] == "/admin/accounts/user/"
    assert client.get("/admin/accounts/user/").status_code == 200


def test_merchants_with_a_passkey_are_not_let_in_by_the_password_alone(owner):
    with_passkey(owner)
    client = browser()

    answer = client.post("/accounts/login/", {"login": OWNER, "password": PASSWORD})

    assert answer["Location"] == SECOND
    assert not is_signed_in(client)


def test_staff_keep_one_factor_and_may_remove_all_others(staff):
    client = proved(staff)
    with_passkey(staff, client=client, name="one")
    first = Authenticator.objects.get(user=staff, type="webauthn")
    remove = f"{LIST}keys/{first.pk}/remove/"

    client.post(remove)
    assert keys_of(staff) == ["one"]

    with_passkey(staff, client=client, name="two")
    client.post(remove)
    assert keys_of(staff) == ["two"]
    assert AuditEvent.objects.of(staff).filter(action="passkey_removed").count() == 1
    assert OutboxMessage.objects.inbox_of(staff).filter(kind="account_passkey_removed").count() == 1

    TOTP.activate(staff, "JBSWY3DPEHPK3PXP")
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=staff, type="totp").exists()
    assert keys_of(staff) == ["two"]


def test_a_removed_passkey_opens_nothing(owner):
    client = proved(owner)
    phone = with_passkey(owner, client=client)
    client.post(f"{LIST}keys/{Authenticator.objects.get(user=owner, type='webauthn').pk}/remove/")
    stranger = browser()

    page = send(stranger, DOOR, phone.show(stranger.get(DOOR)))

    assert "不认识" in page.content.decode()
    assert not is_signed_in(stranger)
    assert not Authenticator.objects.filter(
        user=owner
    ).exists()  # the recovery codes went with the last factor
    assert AuditEvent.objects.filter(action="sign_in_failed").exists()


def test_the_name_can_be_changed_and_is_nobody_elses(owner):
    client = proved(owner)
    with_passkey(owner, client=client)
    key = Authenticator.objects.get(user=owner, type="webauthn").pk

    client.post(f"{LIST}keys/{key}/edit/", {"name": "柜台电脑"})
    refused = client.post(f"{LIST}keys/{key}/edit/", {"name": "x" * (LONGEST_NAME + 1)})
    theirs = proved(MerchantUserFactory(email="other@shop.example"))

    assert keys_of(owner) == ["柜台电脑"]
    assert refused.context["form"].errors["name"]
    for step in ("edit", "remove"):
        assert theirs.get(f"{LIST}keys/{key}/{step}/").status_code == 404
        assert theirs.post(f"{LIST}keys/{key}/{step}/", {"name": "x"}).status_code == 404
    assert theirs.get(LIST).content.decode().count("柜台电脑") == 0


@pytest.mark.parametrize(
    "origin", ["http://evil.localhost", "https://localhost", "http://localhost:8000", "https://evil.example"]
)
def test_a_passkey_shown_at_another_site_is_worth_nothing(owner, origin):
    phone, client, maker = with_passkey(owner), browser(), proved(owner)

    send(client, DOOR, phone.show(client.get(DOOR), origin=origin))
    assert not is_signed_in(client)

    other = MerchantUserFactory(email="other@shop.example")
    maker = proved(other)
    page = send(maker, ADD, Phone().make(maker.get(ADD), origin=origin))
    assert page.context["form"].errors
    assert keys_of(other) == []


def test_without_fingerprint_or_pin_it_neither_signs_in_nor_is_made(owner):
    phone, client = with_passkey(owner), browser()

    send(client, DOOR, phone.show(client.get(DOOR), verified=False))
    assert not is_signed_in(client)

    other = MerchantUserFactory(email="other@shop.example")
    maker = proved(other)
    send(maker, ADD, Phone().make(maker.get(ADD), verified=False))
    assert keys_of(other) == []


def test_an_answer_is_good_once_and_for_its_own_session(owner):
    phone, client, thief = with_passkey(owner), browser(), browser()
    brought = phone.show(client.get(DOOR))
    thief.get(DOOR)

    send(thief, DOOR, brought)
    assert not is_signed_in(thief)

    send(client, DOOR, brought)
    client.post("/accounts/logout/")
    send(client, DOOR, brought)
    assert not is_signed_in(client)


def test_nobody_is_signed_in_as_somebody_else(owner):
    phone, victim = with_passkey(owner), MerchantUserFactory(email="victim@shop.example")
    theirs, client = with_passkey(victim), browser()

    page = send(client, DOOR, phone.show(client.get(DOOR), handle=theirs.user_handle))

    assert page.status_code == 200
    assert not is_signed_in(client)


def test_a_closed_account_stays_closed(owner):
    phone, client = with_passkey(owner), browser()
    type(owner).objects.filter(pk=owner.pk).update(is_active=False)

    send(client, DOOR, phone.show(client.get(DOOR)))

    assert not is_signed_in(client)


JUNK = ["", "null", "[]", "{", '"x"', "1e999", "{}", '{"id":1}', '{"response":[]}', "x" * 30_000]
BROKEN = [
    ("rawId", "!"),
    ("response", {}),
    (
        "response",
        {"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "AA", "signature": ""},
    ),
    ("id", "AAAA"),
]


@pytest.mark.parametrize("typed", JUNK)
def test_junk_is_refused_in_words(owner, typed):
    client = browser()
    client.get(DOOR)
    page = client.post(DOOR, {"credential": typed})
    assert page.status_code == 200
    assert page.context["form"].errors["credential"]

    maker = proved(owner)
    maker.get(ADD)
    assert maker.post(ADD, {"credential": typed}).context["form"].errors
    assert keys_of(owner) == []


@pytest.mark.parametrize(("part", "value"), BROKEN)
def test_what_is_half_a_passkey_is_refused_in_words(owner, part, value):
    phone, client = with_passkey(owner), browser()
    brought = phone.show(client.get(DOOR)) | {part: value}
    assert send(client, DOOR, brought).context["form"].errors["credential"]

    other = MerchantUserFactory(email="other@shop.example")
    maker = proved(other)
    made = Phone().make(maker.get(ADD)) | {part: value}
    assert send(maker, ADD, made).context["form"].errors
    assert keys_of(other) == []


@pytest.mark.parametrize("handle", ["", "AA", "____", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "LTE"])
def test_a_handle_of_nobody_is_refused_in_words(owner, handle):
    phone, client = with_passkey(owner), browser()

    page = send(client, DOOR, phone.show(client.get(DOOR), handle=handle))

    assert page.context["form"].errors["credential"]


def test_the_door_is_no_place_to_try_all_day(settings, owner):
    settings.MFA_RATE_LIMITS = {"webauthn_login": "3/m/ip"}
    client = browser()

    answers = [client.post(DOOR, {"credential": "{}"}).status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]


def test_a_lost_phone_is_tried_as_second_step_ten_times_at_most(staff):
    with_passkey(staff)
    client = browser()
    client.post("/accounts/login/", {"login": STAFF, "password": PASSWORD})
    stranger = Phone()
    for _ in range(11):
        page = client.get(SECOND)
        stranger.user_handle = ""
        answer = send(client, SECOND, stranger.show(page))

    assert "太频繁" in answer.content.decode() or "次数过多" in answer.content.decode()
    assert not is_signed_in(client)


def test_ten_passkeys_are_the_most(owner):
    client = proved(owner)
    row = {"user": owner, "type": "webauthn"}
    with_passkey(owner, client=client)
    kept = Authenticator.objects.get(**row).data
    Authenticator.objects.bulk_create(Authenticator(**row, data=kept) for _ in range(MOST_PASSKEYS - 1))

    page = send(client, ADD, Phone().make(client.get(ADD)))

    assert page.context["form"].non_field_errors()
    assert len(keys_of(owner)) == MOST_PASSKEYS
    assert ADD not in client.get(LIST).content.decode()


def test_the_door_is_found_from_the_password_and_keeps_the_way(client):
    page = client.get("/accounts/login/?next=/admin/terminals/").content.decode()

    assert f'href="{DOOR}?next=/admin/terminals/"' in page


def test_an_administrators_reset_takes_the_passkeys_too(staff):
    phone = with_passkey(staff)
    chief = StaffFactory(role="administrator", branch=staff.branch)
    with_passkey(chief, client=(theirs := proved(chief)))

    theirs.post(f"/admin/accounts/user/{staff.pk}/second-factor-reset/")

    client = browser()
    send(client, DOOR, phone.show(client.get(DOOR)))
    assert not is_signed_in(client)


def test_the_deploy_check_refuses_passkeys_of_any_site(settings):
    assert passkeys_are_bound_to_this_site(None) == []
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    assert [error.id for error in passkeys_are_bound_to_this_site(None)] == ["accounts.E003"]


def test_no_secret_of_the_key_is_kept(owner):
    phone = with_passkey(owner)
    secret = format(phone.key.private_numbers().private_value, "x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        assert secret not in str(cursor.fetchall())
