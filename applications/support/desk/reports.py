"""What can be taken away of the help line: which tickets there are and how long they took. What was said stays with them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.support.desk.filters import TicketFilter, order_of_tickets
from applications.support.models import Ticket
from config.files.exports.columns import Age, Choice, Count, Level, Moment, Text
from config.files.exports.more_columns import Worded
from config.files.exports.report import Report
from merchants.desk.reports import known_as


def _tickets(person: Any) -> QuerySet:
    return Ticket.objects.visible_to(person).annotate(known_as=known_as("merchant__"))


REPORTS = [
    Report(
        name="tickets",
        title=_("Tickets"),
        hint=_("What merchants asked, by when they were to hear from us, and why each ticket ended"),
        permission="support.view_ticket",
        list_page="admin:support_ticket_changelist",
        rows=_tickets,
        filterset=TicketFilter,
        order=order_of_tickets,
        columns=(
            Text("number", _("ticket number"), "number"),
            Choice("status", _("status"), "status", Level.OPEN, choices=Ticket.Status.choices),
            Choice("category", _("category"), "category", Level.OPEN, choices=Ticket.Category.choices),
            Choice("origin", _("came by"), "origin", Level.OPEN, choices=Ticket.Origin.choices),
            Text("merchant_number", _("merchant number"), "merchant__number"),
            Text("merchant", _("merchant"), "known_as"),
            Text("terminal_number", _("terminal number"), "terminal__number"),
            Moment("opened_at", pgettext_lazy("ticket", "opened at"), "opened_at", Level.OPEN),
            Age("age", _("age in days"), "opened_at", Level.OPEN, until="closed_at"),
            Moment("due_at", _("answer due"), "due_at", Level.OPEN),
            Text("assignee", _("in the hands of"), "assignee__full_name"),
            Moment("closed_at", _("closed at"), "closed_at", Level.OPEN),
            Worded("cause", _("cause"), "cause__text", Level.OPEN),
            Count("rating", _("satisfaction"), "rating", Level.OPEN),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
        ),
    )
]
