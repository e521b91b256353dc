"""Staff show a second factor: by default nobody reaches the desk with a password alone."""

import os
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings

from config.accounts.checks import limits_are_shared, staff_need_a_second_factor
from config.accounts.models import User
from config.accounts.opening import reset_second_factor
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from tests.accounts.conftest import is_signed_in
from tests.accounts.factories import PASSWORD, MerchantUserFactory, StaffFactory

pytestmark = pytest.mark.django_db

LOGIN = "li@bank.example"
ENROL = "/accounts/2fa/totp/activate/"
DESK = [
    "/admin/",
    "/admin/accounts/user/",
    "/admin/accounts/branch/add/",
    "/admin/jsi18n/",
    "/admin/password_change/",
]


@pytest.fixture(autouse=True)
def required(settings):
    settings.STAFF_SECOND_FACTOR = True


def code_now(secret) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def enrolled():
    """A member of staff with a factor; `.secret` is what the phone knows."""
    person = StaffFactory(email=LOGIN, role="administrator")
    person.secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(person, person.secret)
    RecoveryCodes.activate(person)
    return person


def test_required_unless_a_demonstration_says_otherwise():
    """The setting as a production process reads it."""
    code = "import config.settings as s; print(s.DEMO_MODE, s.STAFF_SECOND_FACTOR)"
    found = {}
    for demo in ("1", "0"):
        environment = {**os.environ, "DEMO_MODE": demo}
        environment.pop("STAFF_SECOND_FACTOR", None)
        ran = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
        found[demo] = ran.stdout.split()

    assert found == {"1": ["True", "False"], "0": ["False", "True"]}


def test_the_deploy_check_refuses_to_go_without(settings, capsys):
    settings.STAFF_SECOND_FACTOR = False
    assert [error.id for error in staff_need_a_second_factor(None)] == ["accounts.E001"]
    assert limits_are_shared(None) == []
    with override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}):
        assert [error.id for error in limits_are_shared(None)] == ["accounts.E002"]


@pytest.mark.parametrize("path", DESK)
def test_staff_without_a_factor_are_led_to_set_one_up(sign_in, path):
    StaffFactory(email=LOGIN, role="administrator")
    client = sign_in(LOGIN).client_used

    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 302
        assert answer["Location"].startswith(ENROL)


def test_enrolling_opens_the_desk_and_leaves_recovery_codes(sign_in):
    person = StaffFactory(email=LOGIN)
    client = sign_in(LOGIN).client_used

    page = client.get(ENROL)
    answer = client.post(ENROL, {"code": code_now(page.context["form"].secret)})

    assert page.status_code == 200
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    assert client.get("/admin/").status_code == 200
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 200
    assert Authenticator.objects.filter(user=person).count() == 2


def test_a_wrong_code_does_not_enrol(sign_in):
    StaffFactory(email=LOGIN)
    client = sign_in(LOGIN).client_used
    client.get(ENROL)

    answer = client.post(ENROL, {"code": "000000"})

    assert answer.context["form"].errors["code"]
    assert client.get("/admin/").status_code == 302


def test_the_password_alone_leads_to_the_second_step(sign_in, enrolled):
    answer = sign_in(LOGIN)
    client = answer.client_used

    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    assert client.get("/admin/").status_code == 302


def test_the_code_opens_the_desk(sign_in, enrolled):
    client = sign_in(LOGIN).client_used

    answer = client.post("/accounts/2fa/authenticate/", {"code": code_now(enrolled.secret)})

    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_a_recovery_code_works_once(sign_in, enrolled):
    recovery = Authenticator.objects.get(user=enrolled, type=Authenticator.Type.RECOVERY_CODES).wrap()
    code = recovery.get_unused_codes()[0]

    first, second = sign_in(LOGIN).client_used, sign_in(LOGIN).client_used
    first.post("/accounts/2fa/authenticate/", {"code": code})
    second.post("/accounts/2fa/authenticate/", {"code": code})

    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_codes_cannot_be_guessed_for_long(sign_in, enrolled):
    client = sign_in(LOGIN).client_used

    for _ in range(11):
        answer = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    client.post("/accounts/2fa/authenticate/", {"code": code_now(enrolled.secret)})

    assert not is_signed_in(client)
    assert answer.status_code in {200, 429}


def test_a_session_that_never_showed_the_factor_is_asked_for_it(enrolled):
    client = Client()
    client.force_login(enrolled)

    answer = client.get("/admin/")

    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_a_new_password_does_not_go_round_the_factor(sign_in, enrolled):
    client = Client()
    client.post("/accounts/password/reset/", {"email": LOGIN})
    code = "".join(char for char in client.session["demo_messages"][0]["text"] if char.isdigit())[:6]
    client.post("/accounts/password/reset/confirm/", {"code": code})
    client.post(
        "/accounts/password/reset/complete/",
        {"password1": "five green lamps", "password2": "five green lamps"},
    )
    assert not is_signed_in(client)

    answer = sign_in(LOGIN, "five green lamps")

    assert answer["Location"] == "/accounts/2fa/authenticate/"


def test_staff_cannot_turn_the_factor_off(sign_in, enrolled):
    client = sign_in(LOGIN).client_used
    client.post("/accounts/2fa/authenticate/", {"code": code_now(enrolled.secret)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})

    client.post("/accounts/2fa/totp/deactivate/")

    assert Authenticator.objects.filter(user=enrolled, type=Authenticator.Type.TOTP).exists()


def test_the_admin_has_no_sign_in_of_its_own(enrolled):
    client = Client()

    answer = client.post("/admin/login/", {"username": LOGIN, "password": PASSWORD})

    assert answer["Location"].startswith("/accounts/login/")
    assert not is_signed_in(client)


def test_another_account_cannot_be_entered_through_the_admins_form(settings, enrolled):
    settings.STAFF_SECOND_FACTOR = False
    client = Client()
    client.force_login(StaffFactory())
    before = client.session["_auth_user_id"]

    client.post("/admin/login/", {"username": LOGIN, "password": PASSWORD})

    assert client.session["_auth_user_id"] == before


def test_merchants_need_no_factor(sign_in):
    MerchantUserFactory(email="owner@shop.example")

    assert sign_in("owner@shop.example")["Location"] == "/"


def test_the_secret_is_ciphertext_at_rest(enrolled):
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = str(cursor.fetchall())

    assert enrolled.secret not in stored


def test_an_administrator_resets_a_lost_factor_and_never_the_own(client, settings, enrolled):
    settings.STAFF_SECOND_FACTOR = False
    chief = StaffFactory(role="administrator", branch=enrolled.branch)
    theirs = Client()
    theirs.force_login(enrolled)
    client.force_login(chief)

    client.post(f"/admin/accounts/user/{enrolled.pk}/second-factor-reset/")

    assert not Authenticator.objects.filter(user=enrolled).exists()
    assert theirs.get("/admin/").status_code == 302
    assert AuditEvent.objects.of(enrolled).filter(action="factor_reset", by=chief).exists()
    assert OutboxMessage.objects.inbox_of(enrolled).filter(kind="account_factor_removed").exists()
    with pytest.raises(Refused):
        reset_second_factor(chief, by=chief, now=clock.now())


def test_reference_data_does_not_make_a_default_account():
    call_command("load_reference_data", verbosity=0)
    assert not [person for person in User.objects.all() if person.has_usable_password()]
