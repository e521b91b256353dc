"""An account manager files for a merchant inside the desk, on the same pages; nobody else finds them there."""

import pytest

from applications.models import Registration
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, consent, photo
from tests.applications.portal import PLACEMENT, signed_in
from tests.applications.returning import returned_for

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


def test_staff_need_the_signed_consent_and_the_consent_is_the_applicants():
    manager = StaffFactory(role="account_manager", branch=BranchFactory())
    registration = RegistrationFactory(branch=manager.branch, filed_by=manager)
    browser, here = signed_in(manager), f"{FILING}{registration.number}/"
    agreed = {"agree": consent().version}
    signed = registration.documents.get(paper="signed_consent")
    papers = browser.get(f"{here}draft/papers/").content.decode()
    assert "不能代替申请人同意" in papers
    assert "签字的同意书" in papers

    browser.post(f"{here}documents/{signed.pk}/removal/")
    told = browser.post(f"{here}submission/", agreed, follow=True)
    assert "签字的同意书" in str([each["sentence"] for each in told.context["problems"]])
    browser.post(f"{here}documents/signed_consent/", {"file": photo("signed.jpg")})

    check = browser.get(f"{here}draft/check/").content.decode()
    assert "申请人签字的同意书已存档" in check
    assert "我已阅读并同意" not in check
    browser.post(f"{here}submission/", agreed)
    registration = Registration.objects.get(pk=registration.pk)
    assert registration.status == "submitted"
    assert registration.consented_by == registration.applicant
    assert registration.is_maker(manager)


def test_merchants_who_file_themselves_are_asked_for_no_signed_consent():
    registration = RegistrationFactory()
    browser = signed_in(registration.applicant)

    papers = browser.get(f"/applications/{registration.number}/draft/papers/").content.decode()
    check = browser.get(f"/applications/{registration.number}/draft/check/").content.decode()

    assert "签字的同意书" not in papers
    assert "我已阅读并同意" in check


def test_the_account_manager_corrects_and_confirms_in_the_desk_too():
    manager = StaffFactory(role="account_manager", branch=BranchFactory())
    registration = returned_for("field:trading_name", "field:uscc", branch=manager.branch, filed_by=manager)
    browser, here = signed_in(manager), f"{FILING}{registration.number}/"

    page = browser.get(here)
    assert all(fix["url"].startswith(here) for fix in page.context["fixes"])
    browser.post(f"{here}draft/business/", {"trading_name": "晴川", "go": "next"})
    browser.post(f"{here}confirmation/", {"item": "field:uscc"})

    assert browser.get(here).context["done_count"] == 2
