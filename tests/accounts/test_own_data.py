"""A person's own data: a copy for them alone, kept for some days, and the deletion of the account with what stands against it."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from config.accounts.deletion import ask_for_deletion, grant, refuse, withdraw
from config.accounts.models import BrowserSession, DeletionRequest, PersonalCopy, Role, User
from config.accounts.personal_copy import expire_due, handed_out, kept_copy, make_copy
from config.kernel import clock
from config.kernel.audit import AccessRecord, AuditEvent, record
from config.kernel.constraints import broken_constraint
from config.kernel.policy import current_policy
from merchants.own_data import last_owner_of
from merchants.people import admit, role_of
from tests.accounts.factories import PASSWORD, MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.applications.portal import signed_in
from tests.merchants.factories import handed_over, onboarded, owner_of
from tests.merchants.test_people import joined, refusal, told_to
from tests.races import all_at_once

pytestmark = pytest.mark.django_db
PAGE = "/accounts/data/"


def opened(content: bytes) -> tuple[dict, str]:
    with ZipFile(BytesIO(content)) as file:
        return json.loads(file.read("data.json")), file.read("data.html").decode()


def proved(person):
    """A browser in which the person has just typed the password once more."""
    browser = signed_in(person)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser


# -- the copy ---------------------------------------------------------------------------------------------------------


def test_the_copy_holds_what_is_the_persons_own_and_nobody_elses():
    registration = RegistrationFactory(state="submitted")
    person, other = registration.applicant, RegistrationFactory(state="submitted")
    record("signed_in", by=person, now=clock.now(), subject=person)

    data, page = opened(handed_out(make_copy(person, now=clock.now()), by=person, now=clock.now()))

    said = json.dumps(data, ensure_ascii=False)
    for own in (person.email, person.full_name, registration.number, registration.responsible_id_number):
        assert own in said
        assert own in page
    assert "signed_in" in said
    for foreign in (other.number, other.applicant.email, other.applicant.full_name):
        assert foreign not in said + page


def test_the_copy_names_the_merchants():
    merchant = onboarded()

    data, _page = opened(
        handed_out(make_copy(owner_of(merchant), now=clock.now()), by=owner_of(merchant), now=clock.now())
    )

    assert merchant.number in json.dumps(data, ensure_ascii=False)


def test_markup_in_a_name_is_text_in_the_page():
    person = MerchantUserFactory(full_name="<b>x</b>")

    _data, page = opened(handed_out(make_copy(person, now=clock.now()), by=person, now=clock.now()))

    assert "<b>x" not in page
    assert "&lt;b&gt;x" in page


def test_only_the_newest_copy_is_kept_and_none_past_its_days():
    person, now = MerchantUserFactory(), clock.now()
    first, second = make_copy(person, now=now), make_copy(person, now=now)
    first.refresh_from_db()
    assert first.content is None
    assert kept_copy(person, now=now) == second
    over = now + timedelta(days=current_policy().personal_export_days)

    assert kept_copy(person, now=over) is None
    assert expire_due(over - timedelta(seconds=1)) == 0
    assert (expire_due(over), expire_due(over)) == (1, 0)


def test_nothing_of_the_copy_can_be_read_in_its_row():
    person = MerchantUserFactory()
    copy = make_copy(person, now=clock.now())

    from_the_table = PersonalCopy.objects.raw("SELECT id, content AS stored FROM accounts_personalcopy")[0]

    assert from_the_table.pk == copy.pk
    assert copy.content not in from_the_table.stored


def test_a_person_makes_and_downloads_it_and_every_look_is_on_record():
    person = MerchantUserFactory()
    browser = proved(person)
    browser.post(f"{PAGE}copy/")

    answer = browser.get(f"{PAGE}copy/file/")

    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    assert person.email in json.dumps(opened(answer.content)[0])
    assert AccessRecord.objects.of(PersonalCopy.objects.get()).get().by == person
    stranger = proved(MerchantUserFactory())
    assert stranger.get(f"{PAGE}copy/file/").status_code == 404


@pytest.mark.parametrize("step", ["copy/", "deletion/"])
def test_without_a_fresh_proof_nothing_is_made_or_asked(step):
    person = MerchantUserFactory()
    browser = signed_in(person)

    answer = browser.post(f"{PAGE}{step}")

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not PersonalCopy.objects.exists()
    assert not DeletionRequest.objects.exists()
    make_copy(person, now=clock.now())
    assert browser.get(f"{PAGE}copy/file/")["Location"].startswith("/accounts/reauthenticate/")
    assert not AccessRecord.objects.filter(purpose="personal_copy").exists()


# -- the deletion -----------------------------------------------------------------------------------------------------


def administrator() -> User:
    return User.objects.filter(role=Role.ADMINISTRATOR).first() or StaffFactory(role=Role.ADMINISTRATOR)


def test_a_deleted_account_is_nobodys_and_the_record_stays_true():
    merchant = onboarded()
    person, by, now = joined(merchant), administrator(), clock.now()
    email = person.email
    record("signed_in", by=person, now=now, subject=person)
    Authenticator.objects.create(user=person, type="totp", data={})
    browser = signed_in(person)
    make_copy(person, now=now)
    asked = ask_for_deletion(person, now=now)
    told_of = told_to(by)

    grant(asked, by=by, now=now, note="本人来电核实")

    gone = User.objects.get(pk=person.pk)
    assert (gone.email, gone.mobile, gone.full_name, gone.is_active) == (None, "", "", False)
    assert gone.erased_at == now
    assert not EmailAddress.objects.filter(email=email).exists()
    assert not Authenticator.objects.filter(user=person).exists()
    assert not BrowserSession.objects.filter(user=person).exists()
    assert not PersonalCopy.objects.filter(person=person, content__isnull=False).exists()
    assert role_of(gone, merchant) is None
    assert AuditEvent.objects.of(person).filter(action="signed_in", by=person).exists()
    assert "deletion_asked" in told_of
    assert browser.get("/accounts/").status_code == 302
    assert authenticate(RequestFactory().post("/"), email=email, password=PASSWORD) is None
    assert User.objects.create_user(email).pk != person.pk


def test_the_person_is_told_by_the_address_that_is_wiped(capsys, django_capture_on_commit_callbacks):
    person, by = MerchantUserFactory(), administrator()
    asked = ask_for_deletion(person, now=clock.now())

    with django_capture_on_commit_callbacks(execute=True):
        grant(asked, by=by, now=clock.now())

    said = capsys.readouterr().out
    assert f"[message to {person.email[:3]}***" in said
    assert "已注销" in said


def test_the_last_owner_and_whoever_has_something_under_way_cannot_ask():
    owner, applicant = owner_of(onboarded()), RegistrationFactory(state="submitted").applicant
    for person in (owner, applicant, StaffFactory()):
        assert refusal(lambda person=person: ask_for_deletion(person, now=clock.now())) == "kept"
        page = signed_in(person).get(PAGE).content.decode()
        assert "?ask=deletion" not in page
    assert not DeletionRequest.objects.exists()


def test_what_has_come_up_since_stands_against_granting_it():
    merchant = onboarded()
    first, person, by, now = owner_of(merchant), MerchantUserFactory(), administrator(), clock.now()
    admit(person, merchant, "owner", by=first, now=now)
    asked = ask_for_deletion(person, now=now)
    assert last_owner_of(person) == []
    handed_over(merchant, person)

    assert refusal(lambda: grant(asked, by=by, now=now)) == "wrong_state"

    person.refresh_from_db()
    assert person.is_active
    assert role_of(person, merchant) == "owner"
    assert str(merchant) in last_owner_of(person)[0]
    assert last_owner_of(first) == []


def test_who_decides_and_who_takes_it_back():
    person, by, now = MerchantUserFactory(), administrator(), clock.now()
    asked = ask_for_deletion(person, now=now)
    assert refusal(lambda: ask_for_deletion(person, now=now)) == "constraint"
    for other in (
        person,
        MerchantUserFactory(),
        StaffFactory(role=Role.REVIEWER),
        StaffFactory(role=Role.AUDITOR),
    ):
        assert refusal(lambda other=other: grant(asked, by=other, now=now)) == "wrong_state"
        assert refusal(lambda other=other: refuse(asked, by=other, now=now, note="x")) == "wrong_state"
    assert refusal(lambda: withdraw(asked, by=by, now=now)) == "wrong_state"

    withdraw(asked, by=person, now=now)
    again = ask_for_deletion(person, now=now)
    refuse(again, by=by, now=now, note="无法核实身份")

    again.refresh_from_db()
    assert again.status == "refused"
    assert "account_deletion_refused" in told_to(person)
    assert User.objects.get(pk=person.pk).is_active


def test_a_person_asks_and_takes_it_back_in_the_browser():
    person = MerchantUserFactory()
    browser = proved(person)
    assert f"{PAGE}deletion/" in browser.get(f"{PAGE}?ask=deletion").content.decode()

    browser.post(f"{PAGE}deletion/")
    assert DeletionRequest.objects.get().status == "asked"
    browser.post(f"{PAGE}deletion/withdrawal/")

    assert DeletionRequest.objects.get().status == "withdrawn"
    assert browser.post(f"{PAGE}deletion/withdrawal/").status_code == 404


def test_an_administrator_decides_at_the_desk():
    person = MerchantUserFactory()
    asked = ask_for_deletion(person, now=clock.now())
    browser, path = signed_in(administrator()), f"/admin/accounts/deletionrequest/{asked.pk}/"
    page = browser.get(f"{path}change/").content.decode()
    assert person.full_name not in page
    assert person.email not in page

    assert browser.post(f"{path}granting/", {"note": ""}).status_code == 200
    browser.post(f"{path}granting/", {"note": "本人来电核实"})

    assert User.objects.get(pk=person.pk).erased_at
    assert browser.post(f"{path}refusal/", {"note": "x"}).status_code == 409


@pytest.mark.parametrize(
    ("name", "model", "values"),
    [
        ("deletion_status_known", DeletionRequest, {"status": "lost"}),
        ("personal_copy_kept_for_a_time", PersonalCopy, {"expires_at": clock.now() - timedelta(days=1)}),
        ("user_erased_whole", User, {"erased_at": clock.now()}),
    ],
)
def test_what_the_database_refuses(name, model, values):
    person = MerchantUserFactory()
    ask_for_deletion(person, now=clock.now())
    make_copy(person, now=clock.now())

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        model.objects.update(**values)

    assert broken_constraint(error.value).name == name


@pytest.mark.parametrize("name", ["deletion_open_once", "personal_copy_one_kept"])
def test_what_there_is_once(name):
    person, now = MerchantUserFactory(), clock.now()
    row = ask_for_deletion(person, now=now) if name == "deletion_open_once" else make_copy(person, now=now)
    row.pk = None

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save(force_insert=True)

    assert broken_constraint(error.value).name == name


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_copies_asked_for_at_once_leave_one():
    for _round in range(5):
        person = MerchantUserFactory()

        answers = all_at_once(3, lambda _number, person=person: make_copy(person, now=clock.now()))

        assert [answer for answer in answers if isinstance(answer, Exception)] == []
        assert PersonalCopy.objects.filter(person=person, content__isnull=False).count() == 1
