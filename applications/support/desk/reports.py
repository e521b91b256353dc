"""What can be taken away of the help line: which tickets there are and how long they took, and what self-checks came to, by weeks.

What was said in a ticket and who asked a self-check stay inside.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.support.desk.filters import TicketFilter, order_of_tickets
from applications.support.desk.weeks import WeekFilter
from applications.support.models import SelfCheckWeek, Ticket
from config.files.exports.columns import Age, Choice, Count, Day, Level, Moment, Text, YesNo
from config.files.exports.more_columns import Worded
from config.files.exports.report import Report
from merchants.desk.reports import known_as


def _tickets(person: Any) -> QuerySet:
    return Ticket.objects.visible_to(person).annotate(known_as=known_as("merchant__"))


def _weeks(person: Any) -> QuerySet:
    return SelfCheckWeek.objects.visible_to(person).with_share()


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
    ),
    Report(
        name="self-check-weeks",
        title=_("Self-checks by week and outcome"),
        hint=_(
            "Which outcomes merchants were told, how many helped, and which codes the table does not know"
        ),
        permission="support.view_selfcheckweek",
        list_page="admin:support_selfcheckweek_changelist",
        rows=_weeks,
        filterset=WeekFilter,
        order=("-week_from", "-id"),
        columns=(
            Text("name", _("row"), "name", Level.OPEN),
            Day("week_from", _("week from"), "week_from", Level.OPEN),
            Text("branch", _("branch"), "branch__name", Level.OPEN),
            Text("outcome", _("outcome"), "outcome", Level.OPEN),
            Text("code", _("code on the screen"), "code", Level.OPEN),
            YesNo("is_code_known", _("the table knows the code"), "is_code_known", Level.OPEN),
            Count("asked", _("self-checks"), "asked_count", Level.OPEN),
            Count("solved", _("solved"), "solved_count", Level.OPEN),
            Count("unsolved", _("not solved"), "unsolved_count", Level.OPEN),
            Count("share", _("solved share in percent"), "solved_percent", Level.OPEN),
            Moment("counted_at", _("counted at"), "counted_at", Level.OPEN),
        ),
    ),
]
