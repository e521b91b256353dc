"""The messages of a ticket as either side reads them: merchants see no colleague's name, colleagues no merchant's whole name."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from applications.support.models import Ticket, TicketMessage
from config.accounts.desk_record import actor


class Said(NamedTuple):
    message: TicketMessage
    who: str
    is_own_side: bool
    filed: list[TicketMessage]


def said_in(ticket: Ticket, *, reader: Any) -> list[Said]:
    """Every message of the ticket, oldest first, with the files that came with it; notes are not among them."""
    said: list[Said] = []
    for row in ticket.messages.select_related("by", "file").order_by("pk"):
        if not (said and _came_with(said[-1].message, row)):
            said.append(Said(row, _who(row, reader), row.is_from_bank == reader.is_staff, []))
        if row.file is not None:
            said[-1].filed.append(row)
    return said


def _came_with(first: TicketMessage, row: TicketMessage) -> bool:
    """Whether this is a further file of that message."""
    return not row.text and (row.by_id, row.at) == (first.by_id, first.at)


def _who(message: TicketMessage, reader: Any) -> str:
    if reader.is_staff:
        return actor(message.by)
    if message.is_from_bank:
        return _("Help line")
    return _("You") if message.by_id == reader.pk else message.by.masked()
