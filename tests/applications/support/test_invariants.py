"""Tickets asked by themselves: silent about what the verbs made, by name about what a raw UPDATE breaks."""

import pytest

from applications.support.invariants import OF_TICKETS
from applications.support.models import MissingSale, Ticket, TicketMessage
from tests.applications.support.factories import IN_STATE, TUESDAY, merged, opened, sale, shop, taken

pytestmark = pytest.mark.django_db


def change(row, **values) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def broken() -> dict[str, list[str]]:
    found = {name: [str(each) for each in ask()] for name, (_sentence, ask) in OF_TICKETS.items()}
    return {name: numbers for name, numbers in found.items() if numbers}


def with_a_terminal_of_another() -> Ticket:
    ticket = opened()
    change(ticket, terminal=shop().terminals.get())
    return ticket


def without_its_sale() -> Ticket:
    ticket = opened(category="missing_sale", sale=sale())
    MissingSale.objects.all().delete()
    return ticket


def with_a_sale_too_many() -> Ticket:
    ticket = opened(category="missing_sale", sale=sale())
    change(ticket, category="other")
    return ticket


def merged_into_anothers() -> Ticket:
    ticket = merged()
    change(ticket, merged_into=opened())
    return ticket


def without_a_word() -> Ticket:
    ticket = opened()
    TicketMessage.objects.all().delete()
    return ticket


def said_as_if_by_the_bank() -> Ticket:
    ticket = opened()
    TicketMessage.objects.update(is_from_bank=True)
    return ticket


def noted_by_the_merchant() -> Ticket:
    ticket = taken()
    ticket.notes.create(by=ticket.opened_by, at=TUESDAY, text="x")
    return ticket


PLANTED = [
    ("ticket_about_its_merchants_things", with_a_terminal_of_another),
    ("ticket_of_a_sale_has_its_facts", without_its_sale),
    ("ticket_of_a_sale_has_its_facts", with_a_sale_too_many),
    ("ticket_merged_within_its_merchant", merged_into_anothers),
    ("ticket_has_a_first_word", without_a_word),
    ("ticket_says_who_speaks", said_as_if_by_the_bank),
    ("ticket_says_who_speaks", noted_by_the_merchant),
]


def test_what_the_verbs_made_holds():
    for make in IN_STATE.values():
        ticket = make()
        ticket.note("x", by=ticket.assignee, now=TUESDAY) if ticket.assignee else None
    opened(category="missing_sale", sale=sale())

    assert broken() == {}


@pytest.mark.parametrize(("name", "plant"), PLANTED)
def test_a_planted_fault_is_named(name, plant):
    ticket = plant()

    assert broken() == {name: [ticket.number]}


def test_every_invariant_has_its_fault():
    assert {name for name, _plant in PLANTED} == set(OF_TICKETS)
