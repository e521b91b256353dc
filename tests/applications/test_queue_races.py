"""Several reviewers at the queue in the same moment. Only PostgreSQL can show it."""

from collections import Counter

import pytest
from django.http import QueryDict

from applications.desk.next import next_case
from applications.desk.queue import QueueFilter
from applications.models import Application, Registration
from config.accounts.models import User
from config.kernel import clock
from config.kernel.history import StatusChange
from config.kernel.lifecycle import Refused
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.races import all_at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

REVIEWERS = 8


def next_for_all_at_once(reviewers):
    def take(number):
        person = User.objects.select_related("branch").get(pk=reviewers[number].pk)
        request = type("Request", (), {"user": person})()
        rows = Application.objects.filed().visible_to(person)
        return next_case(person, QueueFilter(QueryDict(""), queryset=rows, request=request), clock.now())

    return all_at_once(len(reviewers), take)


@pytest.fixture
def reviewers(transactional_db):
    branch = BranchFactory()
    return [StaffFactory(role="reviewer", branch=branch) for _ in range(REVIEWERS)]


def test_next_gives_everybody_a_case_of_their_own(reviewers):
    cases = [RegistrationFactory(branch=reviewers[0].branch, state="submitted") for _ in range(REVIEWERS)]

    answers = next_for_all_at_once(reviewers)

    assert {answer.pk for answer in answers} == {case.pk for case in cases}
    assert all(answer.assignee_id == person.pk for answer, person in zip(answers, reviewers, strict=True))


def test_two_cases_go_to_two_people_and_the_others_hear_that_none_is_left(reviewers):
    for _ in range(2):
        RegistrationFactory(branch=reviewers[0].branch, state="submitted")

    answers = next_for_all_at_once(reviewers)

    assert sum(answer is None for answer in answers) == REVIEWERS - 2
    assert len({answer.pk for answer in answers if answer is not None}) == 2


def test_without_the_locks_several_believe_to_have_the_same_case(reviewers, settings):
    """The negative control: what the locks alone prevent."""
    settings.RACE_WITHOUT_LOCKS = True
    for _ in range(5):
        RegistrationFactory(branch=reviewers[0].branch, state="submitted")
        answers = next_for_all_at_once(reviewers)
        holders = Counter(answer.pk for answer in answers if isinstance(answer, Application))
        if holders and max(holders.values()) > 1:
            return
    pytest.fail("eight people without locks never met")


def claim_all_at_once(reviewers, case):
    def claim(number):
        Registration.objects.get(pk=case.pk).claim(by=reviewers[number], now=clock.now())
        return "taken"

    return all_at_once(len(reviewers), claim)


def test_a_click_on_the_same_case_has_one_owner_and_a_kind_sentence_for_the_others(reviewers):
    case = RegistrationFactory(branch=reviewers[0].branch, state="submitted")

    answers = claim_all_at_once(reviewers, case)

    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert answers.count("taken") == 1
    assert len(refusals) == REVIEWERS - 1
    owner = str(reviewers[answers.index("taken")])
    assert all(refusal.code == "held" and owner in refusal.sentence for refusal in refusals)


def test_the_same_click_has_several_owners_without_the_lock(reviewers, settings):
    settings.RACE_WITHOUT_LOCKS = True
    for _ in range(5):
        case = RegistrationFactory(branch=reviewers[0].branch, state="submitted")
        if claim_all_at_once(reviewers, case).count("taken") > 1:
            assert StatusChange.objects.filter(subject_id=case.pk, to_status="under_review").count() > 1
            return
    pytest.fail("eight people without locks never met")
