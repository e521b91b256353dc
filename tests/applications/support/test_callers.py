"""Who calls: what is compared, what is never shown, how often it is tried, and for whom and how long a merchant opens."""

from datetime import timedelta

import pytest

from applications.support.callers import check_caller, find_merchant
from applications.support.models import CallerCheck, Ticket
from config.kernel import clock
from config.kernel.audit import AccessRecord, AuditEvent
from config.kernel.lifecycle import Refused
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.portal import signed_in
from tests.applications.support.factories import TUESDAY, helper, opened, shop

pytestmark = pytest.mark.django_db
ADD = "/admin/support/callercheck/add/"


@pytest.fixture
def merchant():
    return shop()


@pytest.fixture
def me(merchant):
    return helper(merchant.branch, full_name="闻铃")


@pytest.fixture
def desk(me):
    return signed_in(me)


def right(merchant) -> dict[str, str]:
    return {"contact_name": merchant.contact_name, "id_last4": merchant.responsible_id_number[-4:]}


def refusal(step) -> str:
    with pytest.raises(Refused) as error:
        step()
    return error.value.code


def identified(merchant, by, *, now=None) -> CallerCheck:
    return check_caller(merchant, right(merchant), by=by, now=now or clock.now())


@pytest.mark.parametrize("mark", ["number", "uscc", "contact_mobile", "terminal"])
def test_a_merchant_is_found_by_its_marks(merchant, me, mark):
    typed = merchant.terminals.get().number if mark == "terminal" else getattr(merchant, mark)
    if mark == "contact_mobile":
        typed = "１３８ " + typed[3:]

    assert find_merchant(typed, by=me) == merchant
    assert find_merchant(typed, by=helper(BranchFactory())) is None


def test_a_mobile_of_several_merchants_finds_none_of_them(merchant, me):
    other = shop()
    other.branch = merchant.branch
    other.save()
    assert other.contact_mobile == merchant.contact_mobile

    assert find_merchant(merchant.contact_mobile, by=me) is None


def test_two_right_answers_open_the_merchant_for_a_while(merchant, me):
    check = identified(merchant, me, now=TUESDAY)

    assert check.opens_until == TUESDAY + timedelta(minutes=15)
    assert check.asked == ["contact_name", "id_last4"]
    assert check.is_open_to(me, now=TUESDAY + timedelta(minutes=14))
    assert not check.is_open_to(me, now=TUESDAY + timedelta(minutes=15))
    assert not check.is_open_to(helper(merchant.branch), now=TUESDAY)


@pytest.mark.parametrize(
    "said",
    [
        {"contact_name": "李四", "id_last4": "1237"},
        {"contact_name": "王小明", "id_last4": "0000"},
        {"contact_name": "王*明", "merchant_number": "1"},
        {"account_last4": "0009", "contact_name": "王小明", "id_last4": "9999"},
    ],
)
def test_one_wrong_answer_opens_nothing_and_is_on_record(merchant, me, said):
    assert refusal(lambda: check_caller(merchant, said, by=me, now=TUESDAY)) == "no_match"

    check = CallerCheck.objects.get()
    assert not check.has_passed
    event = AuditEvent.objects.get(action="caller_checked")
    assert event.detail == {"asked": sorted(said), "passed": False}


@pytest.mark.parametrize(
    "said",
    [{}, {"contact_name": "王小明"}, {"contact_name": "王小明", "id_last4": " "}, {"a": "b", "c": "d"}],
)
def test_fewer_than_two_answers_are_no_try(merchant, me, said):
    assert refusal(lambda: check_caller(merchant, said, by=me, now=TUESDAY)) == "too_few"
    assert not CallerCheck.objects.exists()


def test_an_answer_that_the_bank_does_not_have_is_never_right(merchant, me):
    merchant.accounts.update(used_until=TUESDAY)

    assert refusal(lambda: check_caller(merchant, {"account_last4": "0009", "contact_name": "王小明"}, by=me, now=TUESDAY)) == "no_match"  # fmt: skip


def test_after_three_failures_nobody_is_checked_until_a_day_has_passed(merchant, me):
    wrong = {"contact_name": "李四", "id_last4": "0000"}
    for number in range(3):
        colleague = helper(merchant.branch)
        assert (
            refusal(lambda who=colleague: check_caller(merchant, wrong, by=who, now=TUESDAY)) == "no_match"
        ), number

    assert refusal(lambda: identified(merchant, me, now=TUESDAY + timedelta(hours=23))) == "too_many"
    assert AuditEvent.objects.filter(action="caller_check_refused").count() == 1
    assert identified(merchant, me, now=TUESDAY + timedelta(hours=24)).has_passed


def test_the_whole_way_from_the_call_to_the_ticket(desk, me, merchant):
    ticket = opened(merchant, terminal=merchant.terminals.get())
    identity = desk.post(ADD, {"typed": merchant.contact_mobile})["Location"]
    assert merchant.contact_mobile not in identity

    page = desk.post(identity, right(merchant))["Location"]
    seen = desk.get(page).content.decode()

    assert ticket.number in seen
    assert merchant.terminals.get().number in seen
    assert AccessRecord.objects.filter(purpose="caller", by=me, subject_id=merchant.pk).count() == 1
    step = page.replace("/change/", "/ticket/")
    desk.post(step, {"ticket-category": "other", "ticket-text": "来电咨询"})
    made = Ticket.objects.get(origin="call")
    assert (made.merchant, made.messages.get().text) == (merchant, "来电咨询")
    said = {
        "sale-amount_fen": "1",
        "sale-sold_at": "2026-09-01T10:00",
        "sale-card_last4": "1234",
        "sale-text": "查",
    }
    desk.post(page.replace("/change/", "/sale/"), said)
    assert Ticket.objects.get(category="missing_sale").sale.amount_fen == 100


def test_before_and_after_the_check_nothing_of_the_answers_is_shown(desk, merchant):
    identity = f"/admin/support/callercheck/{merchant.pk}/identity/"
    held = [merchant.number, merchant.contact_name, "1237", "0009", merchant.contact_mobile]

    asked = desk.get(identity).content.decode()
    failed = desk.post(identity, {"contact_name": "李四", "id_last4": "8642"})

    assert failed.status_code == 409
    for seen in (asked, failed.content.decode()):
        assert not [mark for mark in held if mark in seen]
    assert "8642" not in failed.content.decode()


def test_what_has_run_out_shows_nothing_and_opens_no_ticket(desk, me, merchant):
    check = identified(merchant, me, now=clock.now() - timedelta(minutes=16))
    number = merchant.terminals.get().number
    page = f"/admin/support/callercheck/{check.pk}"

    seen = desk.get(f"{page}/change/").content.decode()
    told = desk.post(f"{page}/ticket/", {"ticket-category": "other", "ticket-text": "x"})

    assert number not in seen
    assert told.status_code == 409
    assert not Ticket.objects.exists()
    assert not AccessRecord.objects.filter(purpose="caller").exists()


def test_what_a_colleague_opened_is_not_mine(merchant, me):
    check = identified(merchant, me)
    page, number = f"/admin/support/callercheck/{check.pk}/change/", merchant.terminals.get().number

    assert signed_in(helper(merchant.branch)).get(page).status_code == 404
    overseen = signed_in(helper(merchant.branch, "supervisor")).get(page)
    assert overseen.status_code == 200
    assert number not in overseen.content.decode()


@pytest.mark.parametrize("role", ["auditor", "reviewer", "account_manager"])
def test_who_takes_no_calls_checks_nobody(merchant, role):
    desk = signed_in(StaffFactory(role=role, branch=merchant.branch))

    for path in (ADD, f"/admin/support/callercheck/{merchant.pk}/identity/"):
        assert desk.get(path).status_code == 403
        assert desk.post(path, right(merchant)).status_code == 403
    assert not CallerCheck.objects.exists()


def test_a_merchant_of_another_branch_is_not_there(merchant):
    desk = signed_in(helper(BranchFactory()))

    assert (
        desk.post(f"/admin/support/callercheck/{merchant.pk}/identity/", right(merchant)).status_code == 404
    )
