"""Each paper is its own request; whatever goes wrong with one, nothing else is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.applications.factories import RegistrationFactory, photo
from tests.applications.portal import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers():
    registration = RegistrationFactory()
    return signed_in(registration.applicant), registration, f"/applications/{registration.number}/"


def test_a_refused_file_is_told_at_its_card_and_nothing_is_lost(papers):
    browser, registration, one = papers
    before = registration.documents.current().count()

    shown = browser.post(
        f"{one}documents/licence/", {"file": SimpleUploadedFile("a.jpg", b"hello")}, follow=True
    )

    assert "<title>错误：" in shown.content.decode()
    card = next(card for card in shown.context["cards"] if card["slug"] == "licence")
    assert card["error"]
    assert shown.content.decode().count(card["error"]) >= 2
    assert registration.documents.current().count() == before


def test_a_script_gets_the_card_alone(papers):
    browser, _registration, one = papers

    good = browser.post(
        f"{one}documents/licence/", {"file": photo("new.jpg")}, headers={"X-Requested-With": "fetch"}
    )
    bad = browser.post(
        f"{one}documents/licence/",
        {"file": SimpleUploadedFile("a.jpg", b"")},
        headers={"X-Requested-With": "fetch"},
    )

    assert good.status_code == bad.status_code == 200
    assert "<html" not in good.content.decode()
    assert "new.jpg" in good.content.decode()
    assert "invalid" in bad.content.decode()


def test_a_paper_is_replaced_and_the_former_one_stays_on_record(papers):
    browser, registration, one = papers

    browser.post(f"{one}documents/licence/", {"file": photo("second.jpg")})

    kept = registration.documents.filter(paper="licence")
    assert kept.count() == 2
    assert kept.current().get().stored_file.display_name == "second.jpg"


def test_a_paper_is_removed(papers):
    browser, registration, one = papers
    document = registration.documents.current().get(paper="licence")

    browser.post(f"{one}documents/{document.pk}/removal/")

    assert not registration.documents.current().filter(paper="licence").exists()
    going_on = browser.post(f"{one}draft/papers/", {"go": "next"})
    assert "<title>错误：" in going_on.content.decode()


def test_no_file_at_all_is_told_so(papers):
    browser, _registration, one = papers

    shown = browser.post(f"{one}documents/licence/", {}, follow=True)

    assert "<title>错误：" in shown.content.decode()


def test_papers_are_served_to_their_people_with_closed_headers(papers):
    browser, registration, one = papers
    browser.post(f"{one}documents/licence/", {"file": photo("licence.jpg")})
    document = registration.documents.current().get(paper="licence")

    answer = browser.get(f"{one}documents/{document.pk}/view/")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_unknown_kind_of_paper_is_not_found(papers):
    browser, _registration, one = papers

    assert browser.post(f"{one}documents/passport_scan/", {"file": photo()}).status_code == 404


def test_after_submission_no_paper_moves():
    registration = RegistrationFactory(state="submitted")
    browser, one = signed_in(registration.applicant), f"/applications/{registration.number}/"
    document = registration.documents.current().get(paper="licence")

    browser.post(f"{one}documents/licence/", {"file": photo("late.jpg")})
    browser.post(f"{one}documents/{document.pk}/removal/")

    assert registration.documents.current().get(paper="licence") == document
