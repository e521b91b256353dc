"""Whoever may not decide on a case does not get it into their hands, by whatever way, and reads why."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from constance import config
from django.http import QueryDict
from django.urls import reverse

from applications.desk.next import next_case
from applications.desk.queue import QueueFilter
from applications.handing_out import assign_waiting
from applications.models import Application
from applications.queueing import workable_by
from config.accounts.models import User
from config.kernel import clock
from config.kernel.lifecycle import Refused
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.applications.reviewing import (
    disputed,
    fresh,
    give_back,
    hand_in,
    heard,
    held_approval,
    held_refusal,
    reject,
    staff,
)

pytestmark = pytest.mark.django_db

OPEN_MONDAY = datetime(2026, 9, 14, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def reopened_by_two():
    """An application refused by two people and taken up again; both of them."""
    case = held_refusal()
    first, second = case.proposed_by, staff(case)
    case.release_decision(by=second, now=clock.now(), version=case.version)
    case.ask_for_review(by=case.applicant, now=clock.now(), text="店铺并未转让。")
    case.reopen(by=staff(case), now=clock.now(), text="重新审核。")
    return case, [first, second]


def beyond_its_rounds():
    """An application that came back more often than the policy allows, the reviewer who knew it, and the supervisor who has it."""
    config.correction_rounds = 1
    case = RegistrationFactory(state="under_review")
    reviewer = case.assignee
    case.release(by=reviewer, now=clock.now())
    supervisor = staff(case, "supervisor")
    give_back(case, by=supervisor)
    hand_in(case)
    return case, [reviewer], supervisor


def spent(name):
    """A case under review in nobody's hands, and people who may not decide on it."""
    case, people, *_others = {"overturned": reopened_by_two, "late": beyond_its_rounds}[name]()
    if name == "late":
        supervisor = case.assignee
        case.claim(by=supervisor, now=clock.now())
        case.release(by=supervisor, now=clock.now())
    return case, people


def next_for(person, chosen="view=all"):
    request = type("Request", (), {"user": person})()
    rows = Application.objects.filed().visible_to(person)
    return next_case(person, QueueFilter(QueryDict(chosen), queryset=rows, request=request), clock.now())


both = pytest.mark.parametrize("name", ["overturned", "late"])


@both
def test_a_case_is_not_taken_by_who_may_not_decide_and_the_sentence_is_that_of_the_decision(name):
    case, people = spent(name)

    for person in people:
        with pytest.raises(Refused) as to_claim:
            fresh(case).claim(by=person, now=clock.now())
        with pytest.raises(Refused) as to_decide:
            reject(fresh(case), by=person)
        assert to_claim.value.sentence == to_decide.value.sentence

    assert fresh(case).holder(clock.now()) is None


@both
def test_a_supervisor_does_not_hand_it_to_them_nor_does_the_clock(name):
    case, people = spent(name)

    for person in people:
        for by in (staff(case, "supervisor"), User.objects.system("cron")):
            with pytest.raises(Refused):
                fresh(case).assign(to=person, by=by, now=clock.now())

    assert fresh(case).assignee is None


def test_a_supervisor_who_refused_it_does_not_take_it_over_from_a_colleague():
    case = RegistrationFactory(state="under_review")
    supervisor = staff(case, "supervisor")
    case.release(by=case.assignee, now=clock.now())
    reject(case, by=supervisor)
    case.ask_for_review(by=case.applicant, now=clock.now(), text="店铺并未转让。")
    case.reopen(by=staff(case), now=clock.now(), text="重新审核。")
    case.claim(by=staff(case), now=clock.now())

    with pytest.raises(Refused, match="不再对这份申请作决定"):
        fresh(case).take_over(by=supervisor, now=clock.now(), reason="同事请假。")


def test_a_late_case_does_not_wait_for_a_reviewer_who_may_not_decide_on_it():
    config.correction_rounds = 1
    case = RegistrationFactory(state="under_review")
    config.correction_rounds = 2
    give_back(case, by=case.assignee)
    config.correction_rounds = 1

    hand_in(case)

    assert (case.round, case.assignee) == (2, None)


def test_a_late_case_waits_for_the_supervisor_who_gave_it_back():
    case, _reviewers, supervisor = beyond_its_rounds()

    assert case.holder(clock.now()) == supervisor


def test_the_supervisors_have_a_late_case_in_their_inbox_the_day_it_comes():
    case, _reviewers, supervisor = beyond_its_rounds()

    assert case.escalated_at
    assert heard(supervisor) == ["application_escalated"]
    assert next_for(supervisor, "view=escalated").pk == case.pk


def test_a_decision_taken_back_leaves_the_case_free_where_its_maker_may_review_no_more():
    case = held_approval()
    first = case.proposed_by
    first.role = "auditor"
    first.save()

    case.take_back_decision(by=User.objects.get(pk=first.pk), now=clock.now())

    assert fresh(case).assignee is None


@both
def test_next_passes_over_them_without_taking_or_refusing_anything(name, django_assert_max_num_queries):
    case, people = spent(name)

    for person in people:
        assert next_for(person) is None
    # The one query: nothing is tried that would be refused.
    with django_assert_max_num_queries(12):
        next_for(User.objects.select_related("branch").get(pk=people[0].pk))
    assert next_for(staff(case, "supervisor")).pk == case.pk


def test_next_passes_over_many_such_cases_to_the_one_behind_them():
    """More than it would try one by one."""
    config.correction_rounds = 1
    free = RegistrationFactory(state="submitted")
    late = RegistrationFactory(state="submitted", branch=free.branch)
    columns = {"round": 2, "due_at": free.due_at.replace(year=2020)}
    Application.objects.filter(pk=late.pk).update(**columns)
    copies = []
    for number in range(25):
        row = Application.objects.get(pk=late.pk)
        row.pk, row.number = None, f"SQ-20200101-{number:06d}"
        copies.append(row)
    Application.objects.bulk_create(copies)

    assert next_for(staff(free), "").pk == free.pk


def test_what_the_query_offers_is_what_the_verb_takes():
    cases = [
        RegistrationFactory(state="submitted"),
        RegistrationFactory(state="under_review"),
        RegistrationFactory(state="returned"),
        disputed(),
        held_approval(),
        reopened_by_two()[0],
        beyond_its_rounds()[0],
    ]
    head = StaffFactory(role="supervisor")
    for case in cases:
        case.branch.parent = head.branch
        case.branch.save()
    people = [head, MerchantUserFactory()]
    for case in cases:
        people += [staff(case), staff(case, "supervisor"), staff(case, "storekeeper"), case.applicant]
        people += [person for person in (case.assignee, case.proposed_by, case.decided_by) if person]
        people += [decision.by for decision in case.decisions.select_related("by")]
    now = clock.now()
    found = set()

    for person in {person.pk: User.objects.get(pk=person.pk) for person in people}.values():
        visible = Application.objects.filed().visible_to(person)
        may_review = person.has_perm("applications.review_application")
        offered = set(workable_by(visible, person, now).values_list("pk", flat=True)) if may_review else set()
        taken = {case.pk for case in cases if fresh(case).objection_to_claim(by=person, now=now) == ""}
        assert offered == taken, person
        found |= offered

    assert len(found) == 5


@both
def test_the_page_is_there_to_read_and_says_why_it_cannot_be_taken(client, name):
    case, people = spent(name)
    client.force_login(people[0])

    page = client.get(reverse("admin:applications_case", args=[case.pk])).content.decode()

    assert case.objection_to_claim(by=people[0], now=clock.now()) in page
    assert reverse("admin:applications_claim", args=[case.pk]) not in page


def test_a_late_case_is_in_the_reviewers_list_and_taking_several_tells_why_not(client):
    case, [reviewer], supervisor = beyond_its_rounds()
    case.release(by=supervisor, now=clock.now())
    client.force_login(reviewer)
    queue = reverse("admin:applications_application_changelist")

    listed = client.get(queue).content.decode()
    bulk = {"step": "claim", "ticked": [case.pk], "idempotency_key": "late-1"}
    answer = client.post(reverse("admin:applications_bulk"), bulk, follow=True).content.decode()

    assert case.number in listed
    assert f"{case.number} {case.objection_to_claim(by=reviewer, now=clock.now())}" in answer
    assert fresh(case).assignee is None


def test_the_clock_hands_a_late_case_to_nobody_and_the_others_on():
    config.auto_assign, config.correction_rounds = 1, 1
    late = RegistrationFactory(state="submitted", now=OPEN_MONDAY)
    other = RegistrationFactory(state="submitted", branch=late.branch, now=OPEN_MONDAY)
    Application.objects.filter(pk=late.pk).update(round=2)
    reviewer = staff(late)

    assert assign_waiting(OPEN_MONDAY) == 1

    assert (fresh(late).assignee, fresh(other).assignee) == (None, reviewer)
