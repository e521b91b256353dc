"""The status page: what state, who acts, by when; corrections of this round only; a record without reviewers' names."""

import pytest

from applications.models import Application, Registration
from tests.applications.factories import RegistrationFactory, photo
from tests.applications.portal import hidden_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def returned():
    registration = RegistrationFactory(state="returned")
    return signed_in(registration.applicant), registration, f"/applications/{registration.number}/"


@pytest.mark.parametrize(
    "state", ["submitted", "under_review", "returned", "approved", "rejected", "withdrawn", "lapsed"]
)
def test_every_state_says_what_it_is(state):
    registration = RegistrationFactory(state=state)

    page = signed_in(registration.applicant).get(f"/applications/{registration.number}/")

    assert page.status_code == 200
    assert page.context["standing"].title in page.content.decode()
    assert registration.number in page.content.decode()


def test_the_record_names_roles_and_no_reviewer(returned):
    browser, registration, one = returned

    page = browser.get(one).content.decode()

    assert str(registration.assignee) not in page
    assert str(registration.branch) in page


def test_a_correction_leads_to_its_card_and_only_that_is_open(returned):
    browser, registration, one = returned

    page = browser.get(one)
    assert f'href="{one}draft/papers/?focus=licence#id_licence"' in page.content.decode()
    business = browser.get(f"{one}draft/business/").content.decode()
    assert 'name="trading_name"' not in business
    browser.post(f"{one}draft/business/", {"trading_name": "别的名字", "go": "later"})
    assert Registration.objects.get().trading_name == registration.trading_name
    other = browser.post(f"{one}documents/id_front/", {"file": photo("other.jpg")}, follow=True)
    assert "<title>错误：" in other.content.decode()


def test_submitting_before_everything_is_corrected_says_what_is_left(returned):
    browser, _registration, one = returned

    page = browser.post(f"{one}submission/", hidden_of(browser.get(one), f"{one}submission/"), follow=True)

    assert "<title>错误：" in page.content.decode()
    assert Registration.objects.get().status == Application.Status.RETURNED


def test_a_corrected_application_goes_back_and_the_old_reasons_move_to_the_record(returned):
    browser, _registration, one = returned

    browser.post(f"{one}documents/licence/", {"file": photo("clear.jpg")})
    page = browser.get(one)
    assert page.context["done_count"] == 1
    browser.post(f"{one}submission/", hidden_of(page, f"{one}submission/"))

    after = browser.get(one)
    assert Registration.objects.get().round == 2
    assert after.context["fixes"] == []
    assert "照片反光" in after.content.decode()


def test_withdrawal_asks_once_and_then_closes():
    registration = RegistrationFactory(state="submitted")
    browser, one = signed_in(registration.applicant), f"/applications/{registration.number}/"

    asked = browser.get(f"{one}?ask=withdrawal")
    browser.post(f"{one}withdrawal/", hidden_of(asked, f"{one}withdrawal/"))

    assert Registration.objects.get().status == Application.Status.WITHDRAWN
    again = browser.post(f"{one}withdrawal/", follow=True)
    assert again.status_code == 200


def test_a_decided_application_takes_no_step_of_its_applicant():
    registration = RegistrationFactory(state="approved")
    browser, one = signed_in(registration.applicant), f"/applications/{registration.number}/"
    version = Registration.objects.get().version

    for step in (
        "withdrawal/",
        "submission/",
        "deletion/",
        "draft/business/",
        "draft/type/",
        "draft/terminals/new/",
    ):
        assert browser.post(f"{one}{step}", {"merchant_type": "micro"}).status_code == 302
    assert Registration.objects.get().version == version


def test_a_draft_is_deleted_by_its_applicant(complete_draft):
    browser, registration = complete_draft

    answer = browser.post(f"/applications/{registration.number}/deletion/", follow=True)

    assert registration.number in answer.content.decode(), [str(each) for each in answer.context["messages"]]
    assert not Registration.objects.exists()


def test_a_customer_finds_its_particulars_filled_in_and_read_only():
    first = RegistrationFactory(state="approved")
    browser = signed_in(first.applicant)
    merchant = Registration.objects.get().merchant

    browser.post("/applications/new/", {"for_merchant": merchant.pk})

    second = Registration.objects.order_by("-pk").first()
    page = browser.get(f"/applications/{second.number}/draft/business/").content.decode()
    assert second.merchant == merchant
    assert merchant.trading_name in page
    assert 'name="trading_name"' not in page


def test_home_shows_the_nearest_deadline_first(returned):
    browser, registration, _one = returned
    RegistrationFactory(applicant=registration.applicant, branch=registration.branch, state="returned")

    page = browser.get("/")

    assert page.context["waiting"]["application"].number == registration.number
    assert page.context["waiting"]["others"] == 1
    assert page.context["waiting_count"] == 2


def test_the_language_is_switched_on_a_page_and_the_page_comes_back(returned):
    browser, registration, one = returned

    english = browser.post("/language/", {"language": "en", "next": one}, follow=True)

    assert english.redirect_chain[-1][0] == one
    assert '<html lang="en">' in english.content.decode()
    registration.applicant.refresh_from_db()
    assert registration.applicant.language == "en"
