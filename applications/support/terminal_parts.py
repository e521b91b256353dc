"""What the help line puts on a merchant's page of a terminal: tickets that wait for an answer, and the way to a new one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.support.models import Ticket
from config.accounts.roles import MemberRight
from merchants.people import objection_to
from terminals.models import Terminal
from terminals.page_parts import Link


def tickets_that_wait(terminal: Terminal, reader: Any, now: datetime) -> list[Link]:
    """Each ticket on the terminal in which the merchant has the word."""
    waiting = terminal.tickets.filter(status=Ticket.Status.WAITING).order_by("pk")
    return [
        Link(
            _("Answer the help line"),
            reverse("support:ticket", args=[ticket.number]),
            hint=ticket.number,
            icon="chat-bubble-left-right",
        )
        for ticket in waiting
    ]


def help_with(terminal: Terminal, reader: Any, now: datetime) -> list[Link]:
    """While the terminal is live, the forms for a question about it and for a transaction of it that cannot be found."""
    if terminal.status in Terminal.ENDED:
        return []
    why_not = objection_to(MemberRight.ASK_FOR_HELP, reader, terminal.merchant)
    asked = f"?{urlencode({'terminal': terminal.number})}"
    return [
        Link(
            _("Ask the help line"),
            reverse("support:new_ticket") + asked,
            icon="chat-bubble-left-right",
            why_not=why_not,
        ),
        Link(
            _("Find a missing transaction"),
            reverse("support:new_sale") + asked,
            icon="magnifying-glass",
            why_not=why_not,
        ),
    ]
