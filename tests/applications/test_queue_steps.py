"""What is done at the queue: the next case, a case put off, several at once; who gets which case by the clock."""

import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from constance import config
from django.http import QueryDict
from django.urls import reverse

from applications import handing_out
from applications.desk.next import next_case, skip
from applications.desk.queue import QueueFilter
from applications.handing_out import assign_waiting, escalate_overdue
from applications.models import Absence, Application, Decision, ReviewDraft
from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from config.privacy.fields import blind_index
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


def listed(page) -> str:
    """The list as the page's forms send it on, "" for the default view."""
    found = re.search(r'name="list" value="([^"]*)"', page.content.decode())
    return unescape(found[1]) if found else ""


def links(page) -> list[str]:
    return [unescape(link) for link in re.findall(r'(?:href|action)="([^"]+)"', page.content.decode())]


def test_next_follows_the_list_that_its_button_stands_above(desk):
    due(desk, 10)
    wanted = change(due(desk, 60), risk="high")
    page = desk.get(reverse(QUEUE), {"risk": "high"})

    desk.post(reverse(NEXT), key() | {"list": listed(page)})

    wanted.refresh_from_db()
    assert wanted.assignee == desk.reviewer


def opened_from(desk, query, case):
    """A tab: the list, the case opened from it by its link, taken, and the list as the case's own forms send it on."""
    page = desk.get(reverse(QUEUE), query)
    [link] = {link for link in links(page) if f"/{case.pk}/review/" in link}
    taken_at = reverse("admin:applications_claim", args=[case.pk])
    answer = desk.post(taken_at, key() | {"list": listed(desk.get(link))})
    return listed(desk.get(answer["Location"]))


@pytest.mark.parametrize("searched", [False, True])
def test_two_tabs_with_two_lists_go_on_each_in_its_own(desk, searched):
    """The filters of one are a search for the merchant's mobile number, or plain ones."""
    change(due(desk, 5), risk="low")
    tabs = [{"risk": "high"}, {"q": "13900139000"} if searched else {"risk": "medium"}]
    firsts, seconds = [], []
    for minutes, column in ((10, firsts), (60, seconds)):
        column.append(change(due(desk, minutes), risk="high"))
        other = due(desk, minutes + 1)
        column.append(
            change(other, risk="medium", subject_mobile_index=blind_index("13900139000", purpose="mobile"))
        )
    lists = [opened_from(desk, query, case) for query, case in zip(tabs, firsts, strict=True)]

    for case, second, kept in zip(reversed(firsts), reversed(seconds), reversed(lists), strict=True):
        skipped = reverse("admin:applications_deferral", args=[case.pk])
        following = desk.post(skipped, key() | {"list": kept, "n": case.pk})

        assert f"/{second.pk}/review/" in following["Location"]
        assert listed(desk.get(following["Location"])) == kept


def test_what_was_searched_for_is_in_no_address_beyond_the_search(desk):
    case = change(due(desk, 10), subject_name="槐荫阁茶庄")
    text = "槐荫阁"

    page = desk.get(reverse(QUEUE), {"q": text, "kind": "registration"})

    leading_on = [*links(page), listed(page)]
    assert any("found" in link and f"/{case.pk}/review/" in link for link in leading_on)
    assert not any(text in unquote(unquote(link)) for link in leading_on)
    back = desk.post(
        reverse("admin:applications_release", args=[next_for(desk.reviewer).pk]),
        {"list": listed(page), **key()},
    )
    assert text not in unquote(unquote(back["Location"]))
    again = desk.get(back["Location"])
    assert case.number in again.content.decode()
    assert text in again.content.decode()


@pytest.mark.parametrize("lost", ["found=gone&risk=high", "x" * 2000, "found=", "nonsense=1&q=13900139000"])
def test_a_list_that_is_gone_falls_back_to_the_default_view(desk, lost):
    first = due(desk, 10)
    change(due(desk, 5), risk="high", assignee=None)
    nearest = Application.objects.order_by("due_at").first()

    desk.post(reverse(NEXT), key() | {"list": lost})

    assert Application.objects.get(pk=nearest.pk).assignee == desk.reviewer
    assert first.pk != nearest.pk


def test_a_list_that_nobody_could_have_chosen_takes_nothing(desk):
    case = due(desk, 10)

    answer = desk.post(reverse(NEXT), key() | {"list": "kind=nothing\x00&view=&branch=9"})

    assert reverse(EMPTY) in answer["Location"]
    assert Application.objects.get(pk=case.pk).assignee is None


def test_the_session_forgets_the_oldest_searches(desk):
    first = listed(desk.get(reverse(QUEUE), {"q": "商户一号"}))
    for number in range(25):
        last = listed(desk.get(reverse(QUEUE), {"q": f"商户{number}号"}))
    same = listed(desk.get(reverse(QUEUE), {"q": "商户24号"}))

    kept = desk.session["queue_searches"]
    assert len(kept) == 20
    assert first.partition("=")[2] not in kept
    assert same == last


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


def test_a_branch_with_nobody_present_keeps_no_other_waiting(waiting, monkeypatch):
    """More of its cases come first than are read at once, and some of a branch whose only reviewer is full or away."""
    monkeypatch.setattr(handing_out, "BATCH", 3)
    config.auto_assign, config.auto_assign_cap = 1, 2
    cases, reviewers = waiting
    empty, full, away = (RegistrationFactory(state="submitted", now=OPEN_MONDAY) for _ in range(3))
    earlier = [case for case in (empty, full, away) for _ in range(2)]
    earlier = [
        RegistrationFactory(state="submitted", branch=case.branch, now=OPEN_MONDAY) for case in earlier
    ]
    for case in [empty, full, away, *earlier]:
        change(case, due_at=OPEN_MONDAY + timedelta(minutes=5))
    busy = StaffFactory(role="reviewer", branch=full.branch)
    Absence.objects.create(
        person=StaffFactory(role="reviewer", branch=away.branch),
        first_day=OPEN_MONDAY.date(),
        last_day=OPEN_MONDAY.date(),
    )
    for case in Application.objects.filter(branch=full.branch)[:2]:
        case.as_kind().claim(by=busy, now=OPEN_MONDAY)

    assert assign_waiting(OPEN_MONDAY) == 3

    assert set(owners(cases)) == set(reviewers)


def test_who_becomes_full_on_the_way_keeps_no_other_waiting(waiting, monkeypatch):
    monkeypatch.setattr(handing_out, "BATCH", 4)
    config.auto_assign, config.auto_assign_cap = 1, 1
    cases, _reviewers = waiting
    other = RegistrationFactory(state="submitted", now=OPEN_MONDAY)
    person = StaffFactory(role="reviewer", branch=other.branch)
    change(other, due_at=cases[0].due_at + timedelta(days=1))
    more = [RegistrationFactory(state="submitted", branch=cases[0].branch, now=OPEN_MONDAY) for _ in range(3)]

    assert assign_waiting(OPEN_MONDAY) == 3

    assert owners([other]) == [person]
    assert owners([*cases, *more]).count(None) == 4


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
