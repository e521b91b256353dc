"""What reviewers find and have not said yet is for those who assess a case: not for whoever files it, nor for other desks."""

import pytest
from django.test import Client
from django.urls import reverse

from config.accounts.models import Role
from config.kernel import clock
from tests.accounts.factories import StaffFactory
from tests.applications.factories import RegistrationFactory, consent
from tests.applications.findings.cases import case_of
from tests.applications.reviewing import give_back, held_approval, staff
from tests.merchants.blacklist import listed
from tests.merchants.factories import PERSON

pytestmark = pytest.mark.django_db

ASSESS = {Role.REVIEWER, Role.SUPERVISOR, Role.RISK}
OTHERS = {Role.ACCOUNT_MANAGER, Role.SETTLEMENT, Role.SUPPORT, Role.AUDITOR}
WHY_BACK, WHY_TAKEN = "摊位照片与数量对不上", "原审核员今天不在"


def page_of(case, person) -> str:
    browser = Client()
    browser.force_login(person)
    answer = browser.get(reverse("admin:applications_case", args=[case.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def person_of(case, role):
    return StaffFactory(role=role, branch=case.branch)


@pytest.mark.parametrize("role", sorted(ASSESS | OTHERS))
def test_a_held_decision_is_read_by_those_who_assess(role):
    case = held_approval()

    page = page_of(case, person_of(case, role))

    assert ('id="held-title"' in page) == (role in ASSESS)


@pytest.mark.parametrize("role", sorted(ASSESS | OTHERS))
def test_words_among_reviewers_are_read_by_those_who_assess(role):
    case = held_approval()
    case.reverse_decision(by=staff(case, "supervisor"), now=clock.now(), version=case.version, note=WHY_BACK)
    case.take_over(by=staff(case, "supervisor"), now=clock.now(), reason=WHY_TAKEN)

    page = page_of(case, person_of(case, role))

    assert (WHY_BACK in page, WHY_TAKEN in page) == (role in ASSESS, role in ASSESS)


@pytest.mark.parametrize("role", sorted(ASSESS | OTHERS))
def test_what_the_checks_say_is_read_by_those_who_assess(role):
    entry = listed("identity", PERSON)
    case = case_of()
    case.submit(by=case.applicant, now=clock.now(), consent=consent())

    page = page_of(case, person_of(case, role))

    assert (entry.number in page) == (role in ASSESS)


def test_a_reviewer_who_edited_the_case_reads_no_assessment():
    case = RegistrationFactory()
    editor = StaffFactory(role=Role.REVIEWER, branch=case.branch)
    with case.revising(by=editor, now=clock.now()):
        case.trading_name = "改过"
    entry = listed("identity", case.responsible_id_number)
    case.submit(by=case.applicant, now=clock.now(), consent=consent())

    assert entry.number not in page_of(case, editor)
    assert entry.number in page_of(case, person_of(case, Role.REVIEWER))


def test_a_reviewer_who_edited_the_case_reads_no_private_note():
    case = RegistrationFactory()
    editor = StaffFactory(role=Role.REVIEWER, branch=case.branch)
    with case.revising(by=editor, now=clock.now()):
        case.trading_name = "改过"
    case.submit(by=case.applicant, now=clock.now(), consent=consent())
    reviewer = staff(case)
    case.claim(by=reviewer, now=clock.now())
    give_back(case, by=reviewer, private_note=WHY_BACK)

    assert WHY_BACK not in page_of(case, editor)
    assert WHY_BACK in page_of(case, reviewer)


@pytest.mark.parametrize("role", sorted(ASSESS | OTHERS))
def test_the_queue_tells_risk_and_held_decisions_to_those_who_assess(role):
    case = held_approval()
    browser = Client()
    browser.force_login(person_of(case, role))
    queue = reverse("admin:applications_application_changelist")

    listed_all = browser.get(queue, {"view": "all"}).content.decode()
    of_second = browser.get(queue, {"view": "second"}).context_data["cl"]

    assert case.number in listed_all
    assert ("待复核" in listed_all, "risk=high" in listed_all) == (role in ASSESS, role in ASSESS)
    assert bool(of_second.problem) == (role not in ASSESS)
    assert bool(of_second.result_list) == (role in ASSESS)
