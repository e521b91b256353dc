"""Who finds these pages, what they cost, and that looking at them changes nothing."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications.models import Application
from terminals.models import Terminal
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, photo
from tests.applications.portal import signed_in

pytestmark = pytest.mark.django_db

DRAFT_PAGES = ["", "type/", "business/", "responsible/", "papers/", "terminals/", "terminals/new/", "check/"]
ONE_PAGES = ["", "?show=all", "?ask=withdrawal", "receipt/"]
STEPS = ["withdrawal/", "submission/", "deletion/", "documents/licence/"]


def pages_of(registration):
    one = f"/applications/{registration.number}/"
    line = registration.placements.first()
    document = registration.documents.first()
    return [
        *(f"{one}draft/{page}" for page in DRAFT_PAGES),
        *(f"{one}{page}" for page in ONE_PAGES),
        f"{one}draft/terminals/{line.pk}/",
        f"{one}documents/{document.pk}/view/",
        f"{one}documents/{document.pk}/thumbnail/",
        f"{one}documents/{document.pk}/original/",
    ]


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "approved"])
def test_a_stranger_finds_nothing_of_another_merchant(state):
    registration = RegistrationFactory(state=state)
    stranger = signed_in(MerchantUserFactory())
    line, document = registration.placements.first(), registration.documents.first()
    one = f"/applications/{registration.number}/"

    for address in pages_of(registration):
        assert stranger.get(address).status_code == 404, address
    steps = [f"{one}{step}" for step in STEPS]
    steps += [f"{one}draft/{page}" for page in DRAFT_PAGES[1:]]
    steps += [f"{one}draft/terminals/{line.pk}/removal/", f"{one}documents/{document.pk}/removal/"]
    for address in steps:
        assert stranger.post(address, {"file": photo()}).status_code == 404, address
    for terminal in Terminal.objects.all():
        assert stranger.get(f"/terminals/{terminal.number}/").status_code == 404
        assert stranger.post(f"/terminals/{terminal.number}/code/").status_code == 404
        assert stranger.post(f"/terminals/{terminal.number}/code/replacement/").status_code == 404
    assert Application.objects.get().version == registration.version


def test_a_paper_of_one_application_is_not_served_through_another():
    registration, other = RegistrationFactory(), RegistrationFactory()
    browser = signed_in(registration.applicant)

    address = f"/applications/{registration.number}/documents/{other.documents.first().pk}/view/"

    assert browser.get(address).status_code == 404


@pytest.mark.parametrize("role", ["reviewer", "account_manager", "administrator"])
def test_staff_are_led_away_from_the_merchants_pages(role):
    registration = RegistrationFactory(state="approved")
    staff = signed_in(StaffFactory(role=role, branch=registration.branch))
    terminal = Terminal.objects.first()

    for address in (
        "/applications/",
        f"/applications/{registration.number}/",
        f"/terminals/{terminal.number}/",
    ):
        assert staff.get(address).status_code in (302, 404), address
    assert staff.post(f"/terminals/{terminal.number}/code/").status_code in (403, 404)


def test_a_visitor_is_asked_to_sign_in():
    registration = RegistrationFactory()
    for address in ("/applications/", f"/applications/{registration.number}/", "/terminals/"):
        assert Client().get(address).headers["Location"].startswith("/accounts/login/")
    assert Client().get("/").status_code == 200


@pytest.mark.parametrize(
    "state", ["draft", "submitted", "under_review", "returned", "approved", "rejected", "withdrawn", "lapsed"]
)
def test_looking_changes_nothing(state, nothing_is_written):
    registration = RegistrationFactory(state=state, terminals=2)
    browser = signed_in(registration.applicant)
    terminals = [f"/terminals/{terminal.number}/" for terminal in Terminal.objects.all()]

    with nothing_is_written():
        for address in [
            "/",
            "/applications/",
            "/applications/new/",
            "/terminals/",
            *terminals,
            *pages_of(registration),
        ]:
            assert browser.get(address).status_code in (200, 302, 404, 410), address


@pytest.mark.parametrize("step", [*STEPS, "draft/terminals/1/removal/", "documents/1/removal/"])
def test_a_step_is_no_page(step):
    registration = RegistrationFactory(state="draft")

    assert (
        signed_in(registration.applicant).get(f"/applications/{registration.number}/{step}").status_code
        == 405
    )


@pytest.mark.parametrize("address", ["/", "/applications/", "/terminals/"])
def test_lists_cost_the_same_with_one_row_and_with_three(address):
    owner, branch = MerchantUserFactory(), BranchFactory()
    browser = signed_in(owner)
    RegistrationFactory(applicant=owner, branch=branch, state="approved")
    RegistrationFactory(applicant=owner, branch=branch, state="returned")
    browser.get(address)
    with CaptureQueriesContext(connection) as one:
        browser.get(address)
    for _ in range(2):
        RegistrationFactory(applicant=owner, branch=branch, state="approved")
        RegistrationFactory(applicant=owner, branch=branch, state="returned")
    with CaptureQueriesContext(connection) as three:
        browser.get(address)

    assert len(three) == len(one), "\n".join(query["sql"][:150] for query in three)


@pytest.mark.parametrize(
    "query",
    [
        "at=10000000000000000000",
        "at=a~10000000000000000000",
        "at=%00",
        "page=10000000000000000000",
        "at=b~-1",
        "at=" + "9" * 5000,
    ],
)
@pytest.mark.parametrize("address", ["/applications/", "/terminals/"])
def test_a_place_in_a_list_that_nobody_wrote_shows_its_beginning(address, query):
    registration = RegistrationFactory(state="approved")

    answer = signed_in(registration.applicant).get(f"{address}?{query}")

    assert answer.status_code == 200


@pytest.mark.parametrize("number", ["SQ-20260911-00000%00", "SQ-20260911-999999", "%00", "x" * 3000])
def test_an_odd_number_in_an_address_is_not_found(number):
    assert signed_in(MerchantUserFactory()).get(f"/applications/{number}/").status_code == 404


def test_the_list_pages_by_key():
    owner = MerchantUserFactory()
    for _ in range(25):
        RegistrationFactory(applicant=owner, filled=False, state="withdrawn")
    browser = signed_in(owner)

    first = browser.get("/applications/")
    second = browser.get(f"/applications/{first.context['next_url']}")

    assert (len(first.context["rows"]), len(second.context["rows"])) == (20, 5)
    assert not second.context["next_url"]
    assert second.context["previous_url"]
