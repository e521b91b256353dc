"""A ticket begins: with its first words, and where a sale is missing with what is known of that."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from applications.support import telling
from applications.support.models import MissingSale, SelfCheck, Ticket
from config.kernel.audit import record
from config.kernel.calendar import add_working_time
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused
from config.kernel.numbering import draw_number

if TYPE_CHECKING:
    from config.files.models import StoredFile
    from merchants.models import Merchant
    from terminals.models import Terminal


class Sale(NamedTuple):
    """A transaction as the merchant remembers it; `amount_fen` in fen."""

    amount_fen: int
    sold_at: datetime
    card_last4: str = ""
    batch_number: str = ""
    slip_number: str = ""


def open_ticket(
    *,
    merchant: Merchant,
    category: str,
    text: str,
    by: Any,
    now: datetime,
    terminal: Terminal | None = None,
    self_check: SelfCheck | None = None,
    sale: Sale | None = None,
    files: Sequence[StoredFile] = (),
) -> Ticket:
    """The ticket is there under its number with its first message, the bank's promise runs, and the merchant has that in writing.

    Opened by staff it came by telephone. Raises `Refused`: "nothing" without words, "no_sale" where a missing sale is not
    described, "not_theirs" for a terminal or a check of another merchant, "constraint" where the check has a live ticket.
    """
    if not text.strip():
        raise Refused(_("Write a few words first."), code="nothing")
    if (sale is None) == (category == Ticket.Category.MISSING_SALE):
        raise Refused(_("Say which transaction is missing."), code="no_sale")
    if terminal is not None and terminal.merchant_id != merchant.pk:
        raise Refused(_("This terminal belongs to another merchant."), code="not_theirs")
    if self_check is not None and self_check.merchant_id not in (None, merchant.pk):
        raise Refused(_("This self-check belongs to another merchant."), code="not_theirs")
    ticket = Ticket(
        merchant=merchant,
        branch=merchant.branch,
        terminal=terminal,
        self_check=self_check,
        category=category,
        origin=Ticket.Origin.CALL if by.is_staff else Ticket.Origin.PORTAL,
        language=_language_of(merchant, by),
        opened_at=now,
        opened_by=by,
    )
    ticket.due_at = add_working_time(now, timedelta(hours=ticket.promised_hours()))
    with told_as_refusals(), transaction.atomic():
        draw_number(ticket, numbers(now))
        if sale is not None:
            MissingSale.objects.create(ticket=ticket, **sale._asdict())
        ticket.put_down(text, files, by=by, now=now)
        record("ticket_opened", by=by, now=now, subject=ticket, detail={"category": category})
        kind = "ticket_sale_received" if sale is not None else "ticket_received"
        telling.tell_merchant(kind, ticket, now=now)
    return ticket


def numbers(now: datetime) -> Iterator[str]:
    """Ticket numbers of the day such as GD-20260911-003824, without end."""
    while True:
        yield f"GD-{local_date(now):%Y%m%d}-{secrets.randbelow(1_000_000):06d}"


def _language_of(merchant: Merchant, by: Any) -> str:
    """Of the merchant's person who asks; where staff write for a caller, of the merchant's first owner."""
    if not by.is_staff:
        return by.language
    first = merchant.memberships.select_related("user").order_by("role", "pk").last()
    return first.user.language if first else by.language
