"""What is done at the queue: the next case, a case put off, several at once; who gets which case by the clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from constance import config
from django.http import QueryDict
from django.urls import reverse

from applications.desk.next import next_case, skip
from applications.desk.queue import QueueFilter
from applications.handing_out import assign_waiting, escalate_overdue
from applications.models import Absence, Application, Decision, ReviewDraft
from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory
from tests.applications.queueing import case_at, change, signed_in, taken

pytestmark = pytest.mark.django_db

QUEUE = "admin:applications_application_changelist"
NEXT, EMPTY = "admin:applications_next", "admin:applications_empty"
BULK, BULK_CORRECTION = "admin:applications_bulk", "admin:applications_bulk_correction"
OPEN_MONDAY = datetime(2026, 9, 14, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def desk(client):
    return signed_in(client)


def key():
    return {"idempotency_key": f"key-{clock.now().timestamp()}"}


def due(desk, minutes, **kwargs):
    case = case_at(desk, state=kwargs.pop("state", "submitted"), **kwargs)
    return change(case, due_at=clock.now() + timedelta(minutes=minutes))


def next_for(person, chosen="", **kwargs):
    request = type("Request", (), {"user": person})()
    filters = QueueFilter(
        QueryDict(chosen), queryset=Application.objects.filed().visible_to(person), request=request
    )
    return next_case(person, filters, clock.now(), **kwargs)


def said(desk):
    return [str(message) for message in desk.get(reverse(QUEUE)).context["messages"]]


# -- the next case ----------------------------------------------------------------------------------------------------


def test_next_takes_the_nearest_deadline_that_nobody_holds(desk):
    taken(due(desk, 10))
    first, _second = due(desk, 20), due(desk, 30)

    response = desk.post(reverse(NEXT), key())

    assert response["Location"] == reverse("admin:applications_case", args=[first.pk])
    first.refresh_from_db()
    assert (first.status, first.assignee) == ("under_review", desk.reviewer)


def test_next_follows_the_list_that_was_looked_at_last(desk):
    due(desk, 10)
    wanted = change(due(desk, 60), risk="high")
    desk.get(reverse(QUEUE), {"risk": "high"})

    desk.post(reverse(NEXT), key())

    wanted.refresh_from_db()
    assert wanted.assignee == desk.reviewer


def test_next_leaves_out_what_a_person_has_made_decided_first_or_refused_before(desk):
    mine = due(desk, 10)
    mine.remember_maker(desk.reviewer, now=clock.now())
    held = change(
        case_at(desk, state="under_review"),
        held_since=clock.now(),
        proposed_by=desk.reviewer,
        assignee=None,
        assigned_at=None,
        lease_until=None,
    )
    free = due(desk, 60)

    assert next_for(desk.reviewer, "view=all").pk == free.pk
    assert next_for(desk.reviewer, "view=all", skipping=[free.pk]) is None
    assert held.proposed_by == desk.reviewer


def test_one_comes_back_to_the_case_one_holds_until_it_is_done_or_put_off(desk):
    first, second = due(desk, 10), due(desk, 20)

    assert next_for(desk.reviewer).pk == first.pk
    assert next_for(desk.reviewer).pk == first.pk
    assert next_for(desk.reviewer, skipping=[first.pk]).pk == second.pk


def test_a_case_put_off_comes_last_today_and_first_again_tomorrow(desk):
    first, second = due(desk, 10), due(desk, 20)
    now = clock.now()
    case = next_for(desk.reviewer)
    ReviewDraft.objects.create(
        application_id=case.pk, reviewer=desk.reviewer, round=1, content={"note": "x"}, saved_at=now
    )

    skip(case, by=desk.reviewer, now=now)

    case.refresh_from_db()
    assert case.holder(now) is None
    assert ReviewDraft.objects.filter(application_id=case.pk).exists()
    assert next_for(desk.reviewer).pk == second.pk
    assert next_for(desk.reviewer, skipping=[second.pk]).pk == first.pk
    colleague = StaffFactory(role="reviewer", branch=desk.reviewer.branch)
    first.refresh_from_db()
    first.as_kind().release(by=desk.reviewer, now=clock.now())
    assert next_for(colleague).pk == first.pk


def test_putting_off_needs_no_reason_and_opens_the_next(desk):
    first, second = due(desk, 10), due(desk, 20)
    desk.post(reverse(NEXT), key())

    response = desk.post(reverse("admin:applications_deferral", args=[first.pk]), key())

    assert response["Location"] == reverse("admin:applications_case", args=[second.pk])


def test_an_empty_queue_has_its_own_page(desk):
    taken(due(desk, 10))

    response = desk.post(reverse(NEXT), key(), follow=True)

    assert response.redirect_chain[-1][0] == reverse(EMPTY)
    assert "没有下一件了" in response.content.decode()


# -- several at once --------------------------------------------------------------------------------------------------


def tick(desk, cases, step, **more):
    return desk.post(reverse(BULK), {"step": step, "ticked": [case.pk for case in cases]} | key() | more)


def test_several_are_taken_and_each_refusal_is_told_by_its_number(desk):
    holder = StaffFactory(full_name="李审核", role="reviewer", branch=desk.reviewer.branch)
    free, held = due(desk, 10), taken(due(desk, 20), by=holder)

    tick(desk, [free, held], "claim")

    free.refresh_from_db()
    held.refresh_from_db()
    assert (free.assignee, held.assignee) == (desk.reviewer, holder)
    told = said(desk)
    assert "已领取 1 件。" in told
    assert any(held.number in line and "李审核" in line for line in told)


@pytest.mark.parametrize(("count", "done"), [(20, 20), (21, 0)])
def test_twenty_go_together_and_twenty_one_do_not(desk, count, done):
    cases = [change(case_at(desk, state="submitted")) for _ in range(count)]

    tick(desk, cases, "claim")

    assert Application.objects.filter(assignee=desk.reviewer).count() == done
    assert any(("20" in line) for line in said(desk))


@pytest.mark.parametrize("step", ["claim", "return"])
def test_nothing_ticked_is_a_message(desk, step):
    tick(desk, [], step)

    assert said(desk) == ["还没有选中申请，请先勾选。"]


@pytest.mark.parametrize("step", ["approval", "refuse", "", "__class__"])
def test_nothing_is_approved_together_by_a_request_written_by_hand(desk, step):
    case = taken(due(desk, 10), by=desk.reviewer)

    tick(desk, [case], step, version=case.version, account_verified="on")

    assert said(desk) == ["通过和拒绝要逐件办理，请打开申请后操作。"]
    assert not Decision.objects.exists()


def test_a_case_of_another_branch_cannot_be_ticked(desk):
    other = RegistrationFactory(branch=BranchFactory(), state="submitted")

    tick(desk, [other], "claim", ticked=[other.pk, "x' OR 1=1", "9" * 30])

    other.refresh_from_db()
    assert other.assignee is None
    assert said(desk) == ["选中的 2 件不在可办范围内。"]


def correction(desk, cases, **changed):
    listed = {"ticked": [case.pk for case in cases], "reason": "incomplete_set", "public_text": ""}
    listed |= {f"version_{case.pk}": case.version for case in cases}
    return desk.post(reverse(BULK_CORRECTION), listed | key() | changed)


def test_several_are_listed_before_they_are_given_back_for_one_reason(desk):
    cases = [taken(due(desk, minutes), by=desk.reviewer) for minutes in (10, 20)]

    page = tick(desk, cases, "return")
    correction(desk, cases, public_text="请补齐营业执照。")

    assert page.status_code == 200
    assert all(case.number in page.content.decode() for case in cases)
    assert all(Application.objects.get(pk=case.pk).status == "returned" for case in cases)
    decisions = Decision.objects.filter(outcome="returned")
    assert {decision.public_text for decision in decisions} == {"请补齐营业执照。"}
    assert "已退回 2 件，商户已收到通知。" in said(desk)


def test_giving_back_together_tells_what_did_not_go(desk):
    fine, changed, held = (taken(due(desk, minutes), by=desk.reviewer) for minutes in (10, 20, 30))
    versions = {case.pk: case.version for case in (fine, changed, held)}
    change(changed, version=changed.version + 1)
    change(held, assignee=StaffFactory(role="reviewer", branch=held.branch))

    correction(desk, [fine, changed, held], **{f"version_{pk}": number for pk, number in versions.items()})

    statuses = [Application.objects.get(pk=case.pk).status for case in (fine, changed, held)]
    assert statuses == ["returned", "under_review", "under_review"]
    told = " ".join(said(desk))
    assert changed.number in told
    assert held.number in told


@pytest.mark.parametrize("reason", ["", "blurred", "not_eligible", "nonsense"])
def test_only_a_reason_for_the_whole_application_that_can_be_mended_goes(desk, reason):
    case = taken(due(desk, 10), by=desk.reviewer)

    page = correction(desk, [case], reason=reason)

    assert page.status_code == 200
    assert case.number in page.content.decode()
    assert not Decision.objects.exists()


def test_more_than_twenty_are_not_given_back_by_a_request_written_by_hand(desk):
    case = taken(due(desk, 10), by=desk.reviewer)

    correction(desk, [case], ticked=[case.pk, *range(10**6, 10**6 + 20)])

    assert not Decision.objects.exists()


# -- by the clock -----------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(db):
    """Three cases of one branch that wait on a Monday morning, and two reviewers who could take them."""
    branch = BranchFactory()
    cases = [RegistrationFactory(branch=branch, state="submitted", now=OPEN_MONDAY) for _ in range(3)]
    return cases, [StaffFactory(role="reviewer", branch=branch) for _ in range(2)]


def owners(cases):
    return [Application.objects.get(pk=case.pk).assignee for case in cases]


def test_cases_are_handed_to_whoever_has_fewest(waiting):
    cases, (first, second) = waiting
    config.auto_assign = 1
    cases[0].claim(by=first, now=OPEN_MONDAY)

    assert assign_waiting(OPEN_MONDAY) == 2
    assert assign_waiting(OPEN_MONDAY) == 0
    assert sorted(person.pk for person in owners(cases)) in (
        sorted([first.pk, second.pk, first.pk]),
        sorted([first.pk, second.pk, second.pk]),
    )
    assert owners(cases)[1] == second


def test_nothing_is_handed_out_beyond_the_number_of_the_policy(waiting):
    cases, _reviewers = waiting
    config.auto_assign, config.auto_assign_cap = 1, 1

    assert assign_waiting(OPEN_MONDAY) == 2
    assert owners(cases).count(None) == 1


def test_who_is_away_gets_nothing(waiting):
    cases, (first, second) = waiting
    config.auto_assign = 1
    day = OPEN_MONDAY.date()
    Absence.objects.create(person=first, first_day=day, last_day=day)

    assign_waiting(OPEN_MONDAY)

    assert set(owners(cases)) == {second}


def test_who_filed_a_case_does_not_get_it(waiting):
    cases, (first, second) = waiting
    config.auto_assign = 1
    for case in cases:
        case.remember_maker(first, now=OPEN_MONDAY)

    assign_waiting(OPEN_MONDAY)

    assert set(owners(cases)) == {second}


@pytest.mark.parametrize(("switch", "hour", "day"), [(0, 10, 14), (1, 20, 14), (1, 10, 12)])
def test_nothing_is_handed_out_unless_the_bank_wants_it_and_is_open(waiting, switch, hour, day):
    config.auto_assign = switch

    assert assign_waiting(OPEN_MONDAY.replace(hour=hour, day=day)) == 0


def test_a_reviewer_of_another_branch_gets_nothing(waiting):
    cases, _reviewers = waiting
    config.auto_assign = 1
    outsider = StaffFactory(role="reviewer", branch=BranchFactory())

    assign_waiting(OPEN_MONDAY)

    assert outsider not in owners(cases)


def test_the_supervisors_are_told_once_of_a_case_whose_time_has_passed():
    case = RegistrationFactory(state="submitted", now=OPEN_MONDAY)
    supervisor = StaffFactory(role="supervisor", branch=case.branch)

    before = escalate_overdue(case.due_at)
    first = escalate_overdue(case.due_at + timedelta(minutes=1))
    second = escalate_overdue(case.due_at + timedelta(minutes=2))

    assert (before, first, second) == (0, 1, 0)
    told = OutboxMessage.objects.filter(kind="application_overdue", recipient=supervisor, channel="inbox")
    assert told.count() == 1


# -- absences ---------------------------------------------------------------------------------------------------------


def test_a_supervisor_keeps_the_absences_of_the_own_branches_only(client):
    supervisor = StaffFactory(role="supervisor")
    own = StaffFactory(role="reviewer", branch=supervisor.branch)
    other = Absence.objects.create(
        person=StaffFactory(role="reviewer"), first_day=OPEN_MONDAY.date(), last_day=OPEN_MONDAY.date()
    )
    client.force_login(supervisor)
    days = {"first_day": "2026-09-14", "last_day": "2026-09-15"}
    add = reverse("admin:applications_absence_add")

    client.post(add, days | {"person": other.person_id})
    client.post(add, days | {"person": own.pk})
    client.post(add, {"person": own.pk, "first_day": "2026-09-15", "last_day": "2026-09-14"})

    assert [absence.person for absence in Absence.objects.exclude(pk=other.pk)] == [own]
    assert client.get(reverse("admin:applications_absence_change", args=[other.pk])).status_code == 302
