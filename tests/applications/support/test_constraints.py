"""What must never be false of tickets, each by the name of its constraint."""

import pytest
from django.db import IntegrityError, transaction

from applications.support.models import CallerCheck, MissingSale, SelfCheckWeek, Ticket, TicketMessage
from config.kernel import clock
from config.kernel.constraints import broken_constraint
from tests.applications.support.factories import (
    IN_STATE,
    TUESDAY,
    closed,
    helper,
    hours,
    merged,
    opened,
    sale,
    shop,
    taken,
)
from tests.applications.support.test_portal import checked

pytestmark = pytest.mark.django_db


def breaks(name, write) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert broken_constraint(error.value).name == name


def change(row, **values):
    return lambda: type(row)._base_manager.filter(pk=row.pk).update(**values)


def test_self_check_week_adds_up():
    counted = {"week_from": clock.today(), "outcome": "O-05", "counted_at": clock.now()}
    week = SelfCheckWeek.objects.create(name="w", asked_count=3, solved_count=1, unsolved_count=2, **counted)

    breaks("self_check_week_adds_up", change(week, solved_count=2))
    breaks("self_check_week_adds_up", change(week, asked_count=2))


def test_ticket_one_live_per_check():
    merchant = shop()
    check = checked(merchant)
    first = opened(merchant, self_check=check)

    breaks("ticket_one_live_per_check", change(opened(merchant), self_check=check))
    first.take(by=(by := helper(merchant.branch)), now=TUESDAY)
    first.merge_into(opened(merchant), by=by, now=TUESDAY)
    assert opened(merchant, self_check=check).is_live


def test_ticket_status_known():
    breaks("ticket_status_known", change(opened(), status="asleep"))


def test_ticket_category_known():
    breaks("ticket_category_known", change(opened(), category="weather"))


@pytest.mark.parametrize("state", ["in_hand", "waiting"])
def test_ticket_in_somebodys_hands(state):
    breaks("ticket_in_somebodys_hands", change(IN_STATE[state](), assignee=None))


def test_an_open_ticket_is_in_nobodys_hands():
    ticket = opened()
    breaks("ticket_in_somebodys_hands", change(ticket, assignee=helper(ticket.branch)))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("open", {"due_at": None}),
        ("in_hand", {"minutes_left": 5}),
        ("waiting", {"due_at": TUESDAY}),
        ("waiting", {"minutes_left": None}),
        ("closed", {"due_at": TUESDAY}),
        ("merged", {"minutes_left": 5}),
    ],
)
def test_ticket_clock_runs_while_ours(state, said):
    breaks("ticket_clock_runs_while_ours", change(IN_STATE[state](), **said))


@pytest.mark.parametrize("left_out", ["cause", "closed_at", "closed_by"])
def test_ticket_closed_whole(left_out):
    breaks("ticket_closed_whole", change(closed(), **{left_out: None}))
    breaks("ticket_closed_whole", change(opened(), closed_at=TUESDAY))


def test_ticket_merged_whole():
    ticket, other = merged(), opened()

    breaks("ticket_merged_whole", change(ticket, merged_into=None))
    breaks("ticket_merged_whole", change(ticket, merged_into=ticket))
    breaks("ticket_merged_whole", change(other, merged_into=ticket))


def test_ticket_rated_whole():
    ticket = closed()
    ticket.rate(5, "", by=ticket.opened_by, now=TUESDAY)

    for said in ({"rating": 6}, {"rating": 0}, {"rated_at": None}, {"rated_by": None}, {"rating": None}):
        breaks("ticket_rated_whole", change(ticket, **said))


def test_ticket_message_says_something():
    ticket = taken()

    breaks(
        "ticket_message_says_something",
        lambda: TicketMessage.objects.create(
            ticket=ticket, by=ticket.opened_by, at=TUESDAY, is_from_bank=False
        ),
    )


def test_missing_sale_has_an_amount():
    found = opened(category="missing_sale", sale=sale()).sale

    with pytest.raises(IntegrityError), transaction.atomic():
        change(found, amount_fen=-1)()
    breaks("missing_sale_has_an_amount", change(found, amount_fen=0))


@pytest.mark.parametrize("said", [{}, {"batch_number": "000001"}, {"slip_number": "000001"}])
def test_missing_sale_can_be_found(said):
    found = opened(category="missing_sale", sale=sale()).sale

    breaks("missing_sale_can_be_found", change(found, card_last4="", **said))
    change(found, card_last4="", batch_number="000001", slip_number="000001")()
    assert MissingSale.objects.filter(card_last4="").exists()


def test_caller_check_opens_after_it():
    merchant, now = shop(), clock.now()
    by = helper(merchant.branch)

    breaks(
        "caller_check_opens_after_it",
        lambda: CallerCheck.objects.create(
            merchant=merchant, branch=merchant.branch, by=by, at=now, opens_until=now - hours(1)
        ),
    )


def test_every_state_is_one_that_the_constraints_allow():
    """The negative control: what the verbs make breaks none of them."""
    for make in IN_STATE.values():
        make()

    assert set(Ticket.objects.values_list("status", flat=True)) == set(IN_STATE)
