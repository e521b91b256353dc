"""What must be true of tickets at any moment, asked of the rows as they are, not of the verbs."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from applications.support.models import MissingSale, Ticket, TicketMessage, TicketNote
from config.kernel.invariants import Table

SALE = Exists(MissingSale.objects.filter(ticket=OuterRef("pk")))


def _numbers(tickets: QuerySet) -> QuerySet:
    return tickets.order_by("pk").values_list("number", flat=True)


def _about_another_merchants_things() -> QuerySet:
    terminal = ~Q(terminal=None) & ~Q(terminal__merchant=F("merchant"))
    check = ~Q(self_check__merchant=None) & ~Q(self_check__merchant=F("merchant"))
    return _numbers(Ticket.objects.filter(terminal | check))


def _sales_without_their_facts() -> QuerySet:
    missing = Q(category=Ticket.Category.MISSING_SALE)
    return _numbers(Ticket.objects.filter((missing & ~Q(SALE)) | (~missing & Q(SALE))))


def _merged_across_merchants() -> QuerySet:
    return _numbers(Ticket.objects.exclude(merged_into=None).exclude(merged_into__merchant=F("merchant")))


def _without_a_word() -> QuerySet:
    return _numbers(Ticket.objects.filter(~Exists(TicketMessage.objects.filter(ticket=OuterRef("pk")))))


def _said_for_the_wrong_side() -> QuerySet:
    wrong = TicketMessage.objects.filter(ticket=OuterRef("pk")).exclude(is_from_bank=F("by__is_staff"))
    notes = TicketNote.objects.filter(ticket=OuterRef("pk"), by__is_staff=False)
    return _numbers(Ticket.objects.filter(Exists(wrong) | Exists(notes)))


OF_TICKETS: Table = {
    "ticket_about_its_merchants_things": (
        "A ticket speaks of a terminal and a self-check of its own merchant",
        _about_another_merchants_things,
    ),
    "ticket_of_a_sale_has_its_facts": (
        "A ticket on a missing transaction says which, and no other does",
        _sales_without_their_facts,
    ),
    "ticket_merged_within_its_merchant": (
        "A ticket is merged into one of the same merchant",
        _merged_across_merchants,
    ),
    "ticket_has_a_first_word": ("Every ticket has a message", _without_a_word),
    "ticket_says_who_speaks": (
        "Messages from the bank are by staff, all others are not, and notes are by staff only",
        _said_for_the_wrong_side,
    ),
}
