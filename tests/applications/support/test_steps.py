"""A ticket from its first word to its end: every step, every refusal, the clock, and whom it is told to."""

from datetime import timedelta

import pytest
from django.utils import translation

from applications.support.models import ClosingCause, Ticket
from applications.support.opening import open_ticket
from applications.support.sweeps import escalate_overdue
from config.kernel.calendar import add_working_time
from config.kernel.history import changes_of
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.support.factories import (
    IN_STATE,
    TUESDAY,
    closed,
    helper,
    hours,
    merged,
    opened,
    owner_of,
    sale,
    shop,
    taken,
    waiting,
)

pytestmark = pytest.mark.django_db
Status = Ticket.Status


def cause():
    return ClosingCause.objects.get(pk="network")


def refusal(step) -> str:
    with pytest.raises(Refused) as error:
        step()
    return error.value.code


def told(ticket, kind: str) -> set:
    rows = OutboxMessage.objects.filter(kind=kind, subject_id=ticket.pk, channel="inbox")
    return {row.recipient for row in rows}


# -- opening ----------------------------------------------------------------------------------------------------------


def test_a_new_ticket_has_its_number_its_words_and_its_promise():
    ticket = opened()

    assert ticket.number.startswith("GD-20260915-")
    assert (ticket.status, ticket.origin, ticket.assignee) == ("open", "portal", None)
    assert ticket.due_at == TUESDAY + hours(2)
    assert [(row.text, row.is_from_bank) for row in ticket.messages.all()] == [("终端没有反应。", False)]
    assert told(ticket, "ticket_received") == {ticket.opened_by}


def test_a_missing_sale_has_a_working_day_and_says_not_to_charge_again():
    ticket = opened(category="missing_sale", sale=sale())

    assert (ticket.sale.amount_fen, ticket.sale.card_last4) == (36800, "0043")
    assert ticket.due_at == TUESDAY + timedelta(days=1)
    letter = OutboxMessage.objects.get(kind="ticket_sale_received", channel="inbox")
    with translation.override("zh-hans"):
        assert letter.title().startswith("查清前不要重复收款")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": " "}, "nothing"),
        ({"category": "missing_sale"}, "no_sale"),
        ({"sale": sale()}, "no_sale"),
    ],
)
def test_what_is_not_whole_opens_nothing(given, code):
    merchant = shop()

    assert refusal(lambda: opened(merchant, **given)) == code
    assert not Ticket.objects.exists()


def test_a_terminal_of_another_merchant_is_refused():
    merchant, other = shop(), shop()

    assert refusal(lambda: opened(merchant, terminal=other.terminals.get())) == "not_theirs"


def test_opened_by_staff_it_came_by_telephone_and_everybody_of_the_merchant_reads_of_it():
    merchant = shop()

    ticket = open_ticket(
        merchant=merchant, category="other", text="来电咨询。", by=helper(merchant.branch), now=TUESDAY
    )

    assert ticket.origin == "call"
    assert told(ticket, "ticket_received") == {owner_of(merchant)}


# -- whose it is ------------------------------------------------------------------------------------------------------


def test_the_second_to_take_it_is_told_whose_it_is():
    ticket = taken(by=(first := helper(BranchFactory(), full_name="闻铃")))

    with pytest.raises(Refused, match="闻铃"):
        ticket.take(by=helper(ticket.branch), now=TUESDAY)

    assert ticket.assignee == first


def test_put_back_it_is_nobodys_and_its_clock_goes_on():
    ticket = waiting(now=TUESDAY + hours(1))

    ticket.put_back(by=ticket.assignee, now=TUESDAY + hours(3))

    assert (ticket.status, ticket.assignee, ticket.minutes_left) == ("open", None, None)
    assert ticket.due_at == TUESDAY + hours(4)


def test_a_colleague_who_has_it_not_in_hand_neither_answers_nor_closes():
    ticket, other = taken(), helper(BranchFactory())

    assert refusal(lambda: ticket.answer("x", by=other, now=TUESDAY)) == "wrong_state"
    assert refusal(lambda: ticket.close(cause(), by=other, now=TUESDAY)) == "wrong_state"
    assert ticket.messages.count() == 1


def test_a_supervisor_does():
    ticket = taken()

    ticket.close(cause(), by=helper(ticket.branch, "supervisor"), now=TUESDAY)

    assert ticket.status == Status.CLOSED


def test_handed_over_the_colleague_is_told():
    ticket = taken()
    to = helper(ticket.branch)

    ticket.hand_over(to, by=ticket.assignee, now=TUESDAY)

    assert ticket.assignee == to
    assert told(ticket, "ticket_handed") == {to}


@pytest.mark.parametrize("role", ["auditor", "reviewer"])
def test_nobody_gets_it_who_handles_no_tickets(role):
    ticket = taken()

    assert refusal(lambda: ticket.hand_over(StaffFactory(role=role, branch=ticket.branch), by=ticket.assignee, now=TUESDAY))  # fmt: skip


def test_nobody_gets_it_who_does_not_see_it():
    ticket = taken()

    assert refusal(lambda: ticket.hand_over(helper(BranchFactory()), by=ticket.assignee, now=TUESDAY))


# -- the clock --------------------------------------------------------------------------------------------------------


def test_the_clock_stands_while_the_merchant_has_the_word():
    ticket = taken()
    ticket.answer("请发照片。", asks=True, by=ticket.assignee, now=TUESDAY + hours(0.5))
    assert (ticket.status, ticket.due_at, ticket.minutes_left) == ("waiting", None, 90)

    ticket.hear("发了。", by=ticket.opened_by, now=TUESDAY + timedelta(days=7))

    assert (ticket.status, ticket.minutes_left) == ("in_hand", None)
    assert ticket.due_at == TUESDAY + timedelta(days=7) + hours(1.5)
    assert told(ticket, "ticket_question") == {ticket.opened_by}
    assert told(ticket, "ticket_written") == {ticket.assignee}


def test_an_answer_that_leaves_it_open_promises_the_next_word():
    ticket = taken()

    ticket.answer("在查。", by=ticket.assignee, now=TUESDAY)

    assert (ticket.status, ticket.due_at) == ("in_hand", TUESDAY + timedelta(days=1))
    assert told(ticket, "ticket_answered") == {ticket.opened_by}


@pytest.mark.parametrize(
    ("start", "left", "end"),
    [
        (hours(0), hours(2), hours(2)),
        (hours(6.5), hours(2), timedelta(days=1, hours=0.5)),  # 16:30 to 17:00, then from nine
        (hours(10), hours(2), timedelta(days=1, hours=1)),  # after the bank has closed
        (hours(-6), hours(2), hours(1)),  # before it opens
        (timedelta(days=4), hours(1), timedelta(days=5)),  # a Saturday, before a Sunday worked in exchange
        (timedelta(days=11), hours(1), timedelta(days=13)),  # a Saturday: Monday from nine to ten
        (hours(3), -hours(1), hours(3)),  # nothing left
    ],
)
def test_working_time_is_added_in_the_banks_hours(start, left, end):
    assert add_working_time(TUESDAY + start, left) == TUESDAY + end


def test_supervisors_hear_of_a_late_answer_once():
    ticket = opened()
    supervisor = helper(ticket.branch, "supervisor")

    assert escalate_overdue(TUESDAY + hours(2)) == 0
    late = TUESDAY + hours(2.1)
    assert [escalate_overdue(late), escalate_overdue(late + hours(1))] == [1, 0]

    ticket.refresh_from_db()
    assert ticket.escalated_at == late
    assert told(ticket, "ticket_overdue") == {supervisor}


def test_the_next_promise_can_be_late_again():
    ticket = taken()
    escalate_overdue(TUESDAY + hours(3))
    ticket.answer("在查。", by=ticket.assignee, now=TUESDAY + hours(3))
    assert ticket.escalated_at is None

    assert escalate_overdue(TUESDAY + timedelta(days=3)) == 1


def test_a_ticket_that_waits_for_the_merchant_is_never_late():
    waiting()

    assert escalate_overdue(TUESDAY + timedelta(days=60)) == 0


# -- the end ----------------------------------------------------------------------------------------------------------


def test_closed_with_its_cause_and_last_words():
    ticket = taken()

    ticket.close(cause(), text="网络已恢复。", by=ticket.assignee, now=TUESDAY)

    assert (ticket.cause_id, ticket.closed_by, ticket.due_at) == ("network", ticket.assignee, None)
    assert ticket.messages.last().text == "网络已恢复。"
    assert told(ticket, "ticket_closed") == {ticket.opened_by}


def test_reopened_within_its_days_it_is_nobodys_with_a_new_promise():
    ticket = closed()
    desk = helper(ticket.branch)

    ticket.reopen("又不行了。", by=ticket.opened_by, now=TUESDAY + timedelta(days=7))

    assert (ticket.status, ticket.assignee, ticket.cause, ticket.closed_at) == ("open", None, None, None)
    assert ticket.due_at == TUESDAY + timedelta(days=7, hours=2)
    assert desk in told(ticket, "ticket_reopened")
    assert [change.to_status for change in changes_of(ticket)] == ["open", "closed", "in_hand"]


def test_reopened_no_more_after_its_days():
    ticket = closed()

    assert refusal(
        lambda: ticket.reopen("x", by=ticket.opened_by, now=TUESDAY + timedelta(days=7, seconds=1))
    )
    assert ticket.status == Status.CLOSED


def test_merged_it_leads_to_the_other_and_keeps_its_words():
    ticket = taken(opened(text="同一件事"))
    other = opened(ticket.merchant)

    ticket.merge_into(other, by=ticket.assignee, now=TUESDAY)

    assert (ticket.status, ticket.merged_into, ticket.due_at) == ("merged", other, None)
    assert ticket.messages.get().text == "同一件事"


@pytest.mark.parametrize("other", ["itself", "of_another_merchant", "closed", "merged"])
def test_merged_into_nothing_that_does_not_go_on(other):
    ticket = taken()
    target = {
        "itself": lambda: ticket,
        "of_another_merchant": opened,
        "closed": lambda: closed(opened(ticket.merchant)),
        "merged": lambda: merged(opened(ticket.merchant)),
    }[other]()

    assert refusal(lambda: ticket.merge_into(target, by=ticket.assignee, now=TUESDAY)) == "no_target"
    ticket.refresh_from_db()
    assert ticket.status == Status.IN_HAND


def test_rated_once_after_its_end():
    ticket = taken()
    assert refusal(lambda: ticket.rate(5, "", by=ticket.opened_by, now=TUESDAY))
    ticket.close(cause(), by=ticket.assignee, now=TUESDAY)

    ticket.rate(2, "太慢", by=ticket.opened_by, now=TUESDAY)

    assert (ticket.rating, ticket.rating_words) == (2, "太慢")
    assert refusal(lambda: ticket.rate(5, "", by=ticket.opened_by, now=TUESDAY))


@pytest.mark.parametrize("state", ["closed", "merged"])
def test_what_is_over_hears_nobody(state):
    ticket = IN_STATE[state]()

    assert refusal(lambda: ticket.hear("x", by=ticket.opened_by, now=TUESDAY)) == "wrong_state"
    assert refusal(lambda: ticket.answer("x", by=ticket.assignee, now=TUESDAY)) == "wrong_state"


@pytest.mark.parametrize("state", IN_STATE)
@pytest.mark.parametrize("target", Status.values)
def test_every_state_becomes_what_its_arrows_say(state, target):
    """For whoever has it in hand, at once: no guard but the table stands in the way."""
    ticket = IN_STATE[state]()
    by = ticket.assignee or ticket.opened_by

    assert (ticket.objection(target, by=by, now=TUESDAY) == "") == (target in Ticket.NEXT[state])


def test_merchants_write_no_notes():
    ticket = opened()

    assert refusal(lambda: ticket.note("x", by=ticket.opened_by, now=TUESDAY))
    assert not ticket.notes.exists()
