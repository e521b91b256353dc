"""An account manager files for a merchant inside the desk, on the same pages; nobody else finds them there."""

import pytest

from applications.models import Registration
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, photo
from tests.applications.portal import PLACEMENT, signed_in

pytestmark = pytest.mark.django_db

FILING = "/admin/applications/filing/"


@pytest.fixture
def filing():
    """A browser of an account manager, and the draft begun for a merchant's account."""
    manager = StaffFactory(role="account_manager", branch=BranchFactory())
    merchant = MerchantUserFactory(email="shop@shop.example")
    browser = signed_in(manager)
    answer = browser.post(f"{FILING}new/", {"reach": "Shop@shop.example"})
    registration = Registration.objects.get(applicant=merchant)
    assert answer.headers["Location"] == f"{FILING}{registration.number}/draft/"
    return browser, registration


def test_every_page_stays_inside_the_desk(filing):
    browser, registration = filing
    here = f"{FILING}{registration.number}/"
    browser.post(f"{here}draft/type/", {"merchant_type": "sole_trader"})
    browser.post(f"{here}documents/licence/", {"file": photo()})
    browser.post(f"{here}draft/terminals/new/", PLACEMENT)

    for page in (
        "",
        "draft/",
        "draft/business/",
        "draft/responsible/",
        "draft/papers/",
        "draft/terminals/",
        "draft/check/",
    ):
        answer = browser.get(f"{here}{page}", follow=True)
        assert answer.status_code == 200, page
        assert 'href="/applications/' not in answer.content.decode(), page
        assert 'action="/applications/' not in answer.content.decode(), page


def test_whoever_files_is_a_maker_and_the_merchant_sees_it(filing):
    browser, registration = filing

    assert registration.is_maker(registration.filed_by)
    assert registration.branch == registration.filed_by.branch
    merchant = signed_in(registration.applicant)
    assert merchant.get(f"/applications/{registration.number}/draft/").status_code == 200
    assert browser.get(f"{FILING}").status_code == 200


@pytest.mark.parametrize(
    "text", ["", "nobody@shop.example", "13800138000", "x" * 5000, "a\x00b", "officer@bank.example"]
)
def test_an_account_that_is_no_merchants_is_told_so(text):
    StaffFactory(role="reviewer", email="officer@bank.example")
    browser = signed_in(StaffFactory(role="account_manager"))

    page = browser.post(f"{FILING}new/", {"reach": text})

    assert page.status_code == 200
    assert page.context["form"].errors
    assert not Registration.objects.exists()


@pytest.mark.parametrize("role", ["reviewer", "supervisor", "auditor", "administrator", "storekeeper"])
def test_other_desks_do_not_find_the_filing_pages(role):
    browser = signed_in(StaffFactory(role=role))

    assert browser.get(FILING).status_code == 404
    assert browser.post(f"{FILING}new/", {"reach": "shop@shop.example"}).status_code == 404


def test_merchants_do_not_find_the_desk_and_colleagues_not_each_others_files(filing):
    _browser, registration = filing
    colleague = signed_in(StaffFactory(role="account_manager", branch=registration.branch))

    assert signed_in(MerchantUserFactory()).get(FILING).status_code == 404
    assert colleague.get(f"{FILING}{registration.number}/draft/").status_code == 404


def test_an_account_manager_does_not_file_on_the_merchants_own_draft():
    registration = RegistrationFactory()
    browser = signed_in(StaffFactory(role="account_manager", branch=registration.branch))

    assert browser.get(f"{FILING}{registration.number}/draft/").status_code == 404
    assert browser.get(f"/applications/{registration.number}/draft/")["Location"] == "/admin/"
