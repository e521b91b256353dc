"""The page before the submission says what is missing, leads there, and submits nothing until it is there."""

import pytest

from tests.applications.factories import RegistrationFactory, photo
from tests.applications.portal import signed_in
from tests.applications.requests import requested
from tests.applications.returning import returned_for

pytestmark = pytest.mark.django_db
NOT_READY = "还不能提交"


def check_of(one):
    return signed_in(one.applicant).get(f"/applications/{one.number}/draft/check/")


def told(one):
    """The links of the list at the top, and whether the button leads anywhere."""
    page = check_of(one)
    text = page.content.decode()
    assert (NOT_READY in text) is bool(page.context["to_add"])
    listed = [each for each in page.context["to_add"] if f"{each['sentence']}</a>" in text]
    return [each["url"] for each in listed], 'disabled aria-describedby="objection"' not in text


def test_a_missing_answer_and_a_missing_paper_are_listed_with_their_links():
    registration = RegistrationFactory()
    paper = registration.documents.get(paper="licence")
    with registration.revising(by=registration.applicant, now=registration.created_at):
        registration.trading_name = ""
    registration.documents.filter(pk=paper.pk).delete()

    urls, can_submit = told(registration)

    at = f"/applications/{registration.number}/draft"
    assert urls == [
        f"{at}/business/?from=check&focus=trading_name#id_trading_name",
        f"{at}/papers/?from=check&focus=licence#id_licence",
    ]
    assert not can_submit


@pytest.mark.parametrize("field", ["address", "reason_text"])
def test_a_request_says_it_as_well(field):
    one = requested("relocation", **{field: ""})

    urls, can_submit = told(one)

    assert (len(urls), can_submit) == (1, False)
    assert urls[0].endswith(f"request/?from=check&focus={field}#id_{field}")


def test_once_everything_is_there_it_can_be_submitted():
    one = requested("relocation")
    one.documents.filter(paper="storefront").delete()
    assert told(one)[1] is False

    signed_in(one.applicant).post(f"/applications/{one.number}/documents/storefront/", {"file": photo()})

    assert told(one) == ([], True)


def test_a_correction_that_was_not_seen_to_is_missing_too():
    registration = returned_for("field:trading_name")

    urls, can_submit = told(registration)

    assert (len(urls), can_submit) == (1, False)


def test_after_a_try_it_is_said_once():
    one = requested("relocation", address="")
    browser = signed_in(one.applicant)

    page = browser.post(f"/applications/{one.number}/submission/", follow=True).content.decode()

    assert "<title>错误：" in page
    assert page.count("请填写新地点的街道和门牌号") == 1
