"""The desk of tickets in the admin: lists, pages, steps, and whose branch it is."""

import pytest

from applications.support.models import CannedText, Ticket
from config.kernel import clock
from config.kernel.audit import AccessRecord
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import photo
from tests.applications.portal import signed_in
from tests.applications.support.factories import (
    IN_STATE,
    closed,
    helper,
    hours,
    opened,
    owner_of,
    sale,
    shop,
    taken,
    waiting,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/support/ticket/"


@pytest.fixture
def merchant():
    return shop()


@pytest.fixture
def me(merchant):
    return helper(merchant.branch)


@pytest.fixture
def desk(me):
    return signed_in(me)


def at(ticket, noun: str = "change") -> str:
    return f"{LIST}{ticket.pk}/{noun}/"


def shown(desk, **query) -> set[str]:
    answer = desk.get(LIST, query)
    assert answer.status_code == 200
    return {line.number for line in answer.context["cl"].result_list}


def test_the_views_of_the_list(desk, me, merchant):
    fresh = opened(merchant, now=clock.now())
    mine = taken(opened(merchant, now=clock.now()), by=me, now=clock.now())
    late = taken(opened(merchant))
    asked = waiting(opened(merchant))
    done = closed(opened(merchant))
    numbers = {each.number for each in (fresh, mine, late, asked)}

    assert shown(desk) == numbers
    assert shown(desk, view="mine") == {mine.number}
    assert shown(desk, view="unassigned") == {fresh.number}
    assert shown(desk, view="overdue") == {late.number}
    assert shown(desk, view="waiting") == {asked.number}
    assert shown(desk, view="all") == numbers | {done.number}


def test_a_ticket_is_found_by_its_marks_and_by_the_merchants_name(desk, merchant):
    ticket, _other = opened(merchant, terminal=merchant.terminals.get()), opened(merchant, category="other")
    named = {ticket.number, _other.number}

    assert shown(desk, q=ticket.number.lower()) == {ticket.number}
    assert shown(desk, q=ticket.terminal.number) == {ticket.number}
    assert shown(desk, q=merchant.number) == named
    assert shown(desk, q=merchant.trading_name[1:3]) == named


def test_the_list_says_how_long_there_is(desk, merchant):
    opened(merchant)

    assert "已超时" in desk.get(LIST).content.decode()


def test_taken_answered_and_closed(desk, me, merchant):
    ticket = opened(merchant, now=clock.now())
    canned = CannedText.objects.get(pk="photo")

    desk.post(at(ticket, "taking"))
    said = {"answer-canned": "photo", "answer-text": "谢谢配合。", "answer-asks": "on"}
    desk.post(at(ticket, "answer"), said | {"answer-file": photo()})
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (me, "waiting")
    message = ticket.messages.last()
    assert message.text == f"{canned.text_zh}\n谢谢配合。"
    assert desk.get(at(ticket, f"messages/{message.pk}/file/view")).status_code == 200
    assert AccessRecord.objects.filter(purpose="ticket", by=me).exists()

    desk.post(at(ticket, "closure"), {"closure-cause": "network"})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.cause_id) == ("closed", "network")


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        ("support", True),
        ("supervisor", True),
        ("account_manager", False),
        ("auditor", False),
    ],
)
def test_notes_are_read_by_those_who_handle_tickets_alone(me, merchant, role, reads):
    ticket = taken(opened(merchant), by=me)
    ticket.note("商户语气很急", by=me, now=clock.now())
    reader = signed_in(StaffFactory(role=role, branch=merchant.branch))

    answer = reader.get(at(ticket))

    assert answer.status_code == 200
    assert ("商户语气很急" in answer.content.decode()) is reads


def test_an_answer_takes_several_files(desk, me, merchant):
    ticket = taken(opened(merchant), by=me)

    desk.post(at(ticket, "answer"), {"answer-text": "请看", "answer-file": [photo("a.jpg"), photo("b.jpg")]})
    seen = desk.get(at(ticket)).content.decode()

    assert "a.jpg" in seen
    assert "b.jpg" in seen
    assert ticket.messages.filter(is_from_bank=True, file__isnull=False).count() == 2


def test_the_canned_text_goes_out_in_the_merchants_language(desk, me, merchant):
    owner = owner_of(merchant)
    owner.language = "en"
    owner.save()
    ticket = taken(opened(merchant, by=owner), by=me)

    desk.post(at(ticket, "answer"), {"answer-canned": "photo"})

    assert ticket.messages.last().text == CannedText.objects.get(pk="photo").text_en


def test_the_second_to_press_take_reads_whose_it_is(desk, merchant):
    ticket = taken(opened(merchant), by=helper(merchant.branch, full_name="闻铃"))

    answer = desk.post(at(ticket, "taking"))

    assert answer.status_code == 409
    assert "闻铃 已在处理" in answer.content.decode()


def test_a_note_stands_apart_in_its_own_colour(desk, me, merchant):
    ticket = taken(opened(merchant), by=me)

    desk.post(at(ticket, "note"), {"note-text": "先问清算中心"})

    seen = desk.get(at(ticket)).content.decode()
    assert '<li class="private">' in seen
    assert "先问清算中心" in seen
    assert ticket.messages.count() == 1


def test_handed_over_put_back_merged_and_reopened(desk, me, merchant):
    colleague = helper(merchant.branch)
    one, two, three = (taken(opened(merchant), by=me) for _ in range(3))

    desk.post(at(one, "handover"), {"handover-to": colleague.pk})
    desk.post(at(two, "release"))
    desk.post(at(three, "merging"), {"merging-other": one.number.lower()})
    for each in (one, two, three):
        each.refresh_from_db()
    assert (one.assignee, two.status, three.merged_into) == (colleague, "open", one)

    done = closed(opened(merchant, now=clock.now()), now=clock.now())
    desk.post(at(done, "reopening"), {"reopening-text": "客户来电"})
    done.refresh_from_db()
    assert done.status == "open"


def test_what_was_wrong_comes_back_with_what_was_typed(desk, me, merchant):
    ticket = taken(opened(merchant), by=me)

    wrong = desk.post(at(ticket, "merging"), {"merging-other": "GD-20200101-000001"})
    empty = desk.post(at(ticket, "answer"), {"answer-text": " "})

    assert "GD-20200101-000001" in wrong.content.decode()
    assert "请先填写内容" in empty.content.decode()


def test_a_missing_transaction_says_first_not_to_charge_again(desk, merchant):
    ticket = opened(merchant, category="missing_sale", sale=sale())

    seen = desk.get(at(ticket)).content.decode()

    assert seen.index("查清前不要重复收款") < seen.index("¥368.00")


@pytest.mark.parametrize("state", IN_STATE)
@pytest.mark.parametrize("role", ["support", "supervisor", "auditor", "account_manager"])
def test_every_state_has_its_page(state, role):
    ticket = IN_STATE[state]()

    assert signed_in(StaffFactory(role=role, branch=ticket.branch)).get(at(ticket)).status_code == 200


@pytest.mark.parametrize("noun", ["change", "taking", "answer", "note", "closure", "handover", "release", "merging", "reopening"])  # fmt: skip
def test_a_ticket_of_another_branch_is_not_there(noun, merchant):
    ticket, elsewhere = opened(merchant), signed_in(helper(BranchFactory(), "supervisor"))

    method = elsewhere.get if noun == "change" else elsewhere.post

    assert method(at(ticket, noun)).status_code == 404
    assert shown(elsewhere, view="all") == set()


@pytest.mark.parametrize("role", ["auditor", "account_manager"])
def test_who_only_reads_has_no_steps(role, merchant):
    ticket = opened(merchant)
    desk = signed_in(StaffFactory(role=role, branch=merchant.branch))

    assert "/taking/" not in desk.get(at(ticket)).content.decode()
    assert desk.post(at(ticket, "taking")).status_code == 403
    assert Ticket.objects.get().assignee is None


@pytest.mark.parametrize("model", ["cannedtext", "closingcause"])
def test_supervisors_edit_the_texts_and_the_help_line_does_not(model, desk, merchant):
    path = f"/admin/support/{model}/add/"
    said = {
        "code": "new_one",
        "title": "新",
        "text_zh": "新的",
        "text_en": "New",
        "position": "9",
        "is_active": "on",
    }

    assert desk.post(path, said).status_code == 403
    assert signed_in(helper(merchant.branch, "supervisor")).post(path, said).status_code == 302
    assert "new_one" in desk.get(f"/admin/support/{model}/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_every_length(desk, me, merchant, django_assert_max_num_queries, count):
    for _number in range(count):
        taken(opened(merchant, terminal=merchant.terminals.get(), now=clock.now() - hours(1)), by=me)
    desk.get(LIST)

    with django_assert_max_num_queries(11):
        desk.get(LIST)
