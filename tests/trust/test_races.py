"""Many hands at one form, one paper, one draft. Only PostgreSQL shows these; the code alone must hold, and says so kindly."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from applications.models import Application, Registration
from applications.models.application import ApplicationTerminal
from config.kernel.history import changes_of
from config.kernel.outbox import OutboxMessage
from terminals.models import ActivationAttempt, RegistrationCode
from tests.accounts.factories import BranchFactory, MerchantUserFactory
from tests.applications.factories import RegistrationFactory, consent, photo
from tests.applications.portal import signed_in
from tests.races import all_at_once
from tests.terminals import devices
from tests.terminals.factories import code_of, digits_of, provisioned, wrong_digits

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
HANDS = 16


def codes_of(answers) -> list[int]:
    return sorted(getattr(answer, "status_code", 0) or answer for answer in answers)


def submitted_at_once(registration, *, hands: int, key: str = ""):
    """What each of so many browsers of the applicant got for pressing the button at the same moment."""
    browsers = [signed_in(registration.applicant) for _ in range(hands)]
    agreed = {"agree": consent().version} | ({"idempotency_key": key} if key else {})
    path = f"/applications/{registration.number}/submission/"
    return all_at_once(hands, lambda number: browsers[number].post(path, agreed))


@pytest.mark.parametrize("key", ["", "k" * 32], ids=["without_a_key", "under_one_key"])
def test_submitted_many_times_at_once_is_submitted_once(key):
    registration = RegistrationFactory()

    answers = submitted_at_once(registration, hands=8, key=key)

    assert codes_of(answers) == [302] * 8
    registration = Registration.objects.get()
    assert (registration.status, registration.round) == (Application.Status.SUBMITTED, 1)
    assert changes_of(registration).filter(to_status="submitted").count() == 1
    assert ApplicationTerminal.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="application_submitted", channel="inbox").count() == 1


def test_two_drafts_with_one_device_are_not_both_submitted():
    branch = BranchFactory()
    first, second = RegistrationFactory(branch=branch), RegistrationFactory(branch=branch)
    second.placements.update(serial_number=first.placements.get().serial_number)
    browsers = [signed_in(each.applicant) for each in (first, second)]
    agreed = {"agree": consent().version}

    answers = all_at_once(
        2, lambda n: browsers[n].post(f"/applications/{(first, second)[n].number}/submission/", agreed)
    )

    assert codes_of(answers) == [302, 302]
    assert sorted(Registration.objects.values_list("status", flat=True)) == ["draft", "submitted"]


def test_a_paper_sent_twice_at_once_is_on_file_once():
    registration = RegistrationFactory()
    browsers = [signed_in(registration.applicant) for _ in range(4)]
    path = f"/applications/{registration.number}/documents/licence/"

    answers = all_at_once(4, lambda n: browsers[n].post(path, {"file": photo(f"{n}.jpg")}))

    assert codes_of(answers) == [302] * 4
    assert registration.documents.current().filter(paper="licence").count() == 1
    assert registration.documents.filter(paper="licence").count() == 5


def test_sixteen_times_the_same_form_makes_one_draft():
    owner = MerchantUserFactory()
    browsers = [signed_in(owner) for _ in range(HANDS)]

    answers = all_at_once(
        HANDS, lambda n: browsers[n].post("/applications/new/", {"idempotency_key": "k" * 32})
    )

    assert codes_of(answers) == [302] * HANDS
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert Registration.objects.count() == 1


def test_sixteen_forms_at_once_make_no_more_drafts_than_are_allowed():
    owner = MerchantUserFactory()
    browsers = [signed_in(owner) for _ in range(HANDS)]

    answers = all_at_once(
        HANDS, lambda n: browsers[n].post("/applications/new/", {"idempotency_key": f"key{n:029d}"})
    )

    assert codes_of(answers) == [302] * HANDS
    assert Registration.objects.count() <= 5


def test_collected_at_once_the_digits_are_the_same():
    terminal = provisioned()
    owner = terminal.merchant.memberships.get().user
    browsers = [signed_in(owner) for _ in range(8)]
    path = f"/terminals/{terminal.number}/code/"

    answers = all_at_once(8, lambda n: browsers[n].post(path))

    assert codes_of(answers) == [200] * 8
    assert len({answer.context["sheet"].secret.digits for answer in answers}) == 1


ELSEWHERE = """
import django; django.setup()
from django.test import Client
answer = Client(SERVER_NAME="localhost").post("/api/v1/activations", {"serial_number": %r, "registration_code": %r}, "application/json")
print(answer.status_code, answer.json()["error"]["code"])
"""


def test_five_wrong_tries_lock_across_hands_and_processes():
    terminal = provisioned()
    serial, right = code_of(terminal).serial_number, digits_of(terminal)

    def wrong(number):
        asked = {"serial_number": serial, "registration_code": wrong_digits(right, differently=number + 1)}
        return devices.post(asked)

    assert codes_of(all_at_once(4, wrong)) == [404] * 4
    assert code_of(terminal).status == RegistrationCode.Status.ISSUED
    # A portal that has just been started, as after a restart: it knows of the four tries.
    url = f"postgres://postgres@127.0.0.1:{connection.settings_dict['PORT'] or 5432}/{connection.settings_dict['NAME']}"
    said = subprocess.run(
        [sys.executable, "-c", ELSEWHERE % (serial, wrong_digits(right, differently=9))],
        env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    again = devices.post({"serial_number": serial, "registration_code": right})

    assert said.stdout.split() == ["404", "code_unknown"], said.stderr
    assert code_of(terminal).status == RegistrationCode.Status.LOCKED
    assert (again.status_code, again.json()["error"]["code"]) == (409, "code_locked")
    assert ActivationAttempt.objects.filter(outcome="code_unknown").count() == 5
