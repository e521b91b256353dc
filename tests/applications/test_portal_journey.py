"""The whole way through the pages without a script, from the first page to the digits on the slip."""

import re

import pytest

from applications.models import Application, Registration
from applications.models.paper import papers_for
from applications.verdicts import all_in_order
from config.kernel import clock
from terminals.models import Terminal
from tests.accounts.factories import BranchFactory, MerchantUserFactory
from tests.applications.factories import photo, reviewer_for
from tests.applications.portal import BUSINESS, NEVER_IN_A_PAGE, PLACEMENT, RESPONSIBLE, hidden_of, signed_in
from tests.terminals.factories import DeviceFactory

pytestmark = pytest.mark.django_db


def test_a_merchant_registers_is_approved_and_collects_the_code():
    branch = BranchFactory()
    DeviceFactory(branch=branch, serial_number="P2A004172236")
    owner = MerchantUserFactory()
    browser = signed_in(owner)

    page = browser.get("/applications/new/")
    draft = browser.post("/applications/new/", hidden_of(page)).headers["Location"]
    registration = Registration.objects.get(applicant=owner)

    assert browser.get(f"{draft}business/").headers["Location"] == f"{draft}type/"
    answer = browser.post(f"{draft}type/", {"merchant_type": "sole_trader"})
    assert answer.headers["Location"] == f"{draft}business/"
    answer = browser.post(f"{draft}business/", BUSINESS | {"branch": branch.pk, "go": "next"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer.headers["Location"] == f"{draft}responsible/"
    answer = browser.post(f"{draft}responsible/", RESPONSIBLE | {"go": "next"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer.headers["Location"] == f"{draft}papers/"

    registration.refresh_from_db()
    for need in papers_for(registration):
        if need.is_required:
            sent = {"file": photo(f"{need.paper}.jpg")}
            answer = browser.post(f"/applications/{registration.number}/documents/{need.paper}/", sent)
            assert answer.status_code == 302
    assert browser.post(f"{draft}papers/", {"go": "next"}).headers["Location"] == f"{draft}terminals/"
    answer = browser.post(f"{draft}terminals/new/", PLACEMENT)
    assert answer.status_code == 302, answer.context["form"].errors
    assert browser.post(f"{draft}terminals/", {"go": "next"}).headers["Location"] == f"{draft}check/"

    check = browser.get(f"{draft}check/")
    assert "现在还没有提交" in check.content.decode()
    submission = f"/applications/{registration.number}/submission/"
    unticked = browser.post(submission, hidden_of(check, submission), follow=True)
    assert "<title>错误：" in unticked.content.decode()
    agreed = hidden_of(unticked, submission) | {"agree": unticked.context["consent"].version}
    status = browser.post(submission, agreed, follow=True)
    assert registration.number in status.content.decode()
    for value in NEVER_IN_A_PAGE:
        assert value not in status.content.decode() + check.content.decode()

    registration = Registration.objects.get(pk=registration.pk)
    assert registration.status == Application.Status.SUBMITTED
    reviewer = reviewer_for(registration)
    registration.claim(by=reviewer, now=clock.now())
    registration.approve(
        by=reviewer,
        now=clock.now(),
        version=registration.version,
        verdicts=all_in_order(registration),
        account_verified=True,
    )

    terminal = Terminal.objects.get()
    shown = browser.get(f"/terminals/{terminal.number}/")
    slip = browser.post(
        f"/terminals/{terminal.number}/code/", hidden_of(shown, f"/terminals/{terminal.number}/code/")
    )
    assert re.search(r'id="digits">\d{4}-\d{4}-\d{4}<', slip.content.decode())
    assert "no-store" in slip.headers["Cache-Control"]
    assert "有效" in browser.get(f"/receipts/{terminal.codes.get().receipt_token}/").content.decode()


def test_the_second_press_of_submit_changes_nothing(complete_draft):
    browser, registration = complete_draft
    check = browser.get(f"/applications/{registration.number}/draft/check/")
    submission = f"/applications/{registration.number}/submission/"
    sent = hidden_of(check, submission) | {"agree": check.context["consent"].version}

    first, second = browser.post(submission, sent), browser.post(submission, sent)

    assert first.headers["Location"] == second.headers["Location"] == f"/applications/{registration.number}/"
    assert Registration.objects.get().round == 1
