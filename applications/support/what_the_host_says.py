"""What the bank's host has said that bears on a transaction that cannot be found: whether anything of the terminal arrived since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from applications.support.models import MissingSale
from config.kernel.clock import local_date
from config.kernel.templatetags.formats import day, moment
from terminals.dormancy import known_until
from terminals.models import Terminal

# People remember the time of a sale about so well.
ABOUT = timedelta(minutes=10)


class Word(NamedTuple):
    """One sentence on what is known, and what the merchant can do at once, or ""."""

    says: str
    step: str = ""


def host_word_on(sale: MissingSale) -> Word | None:
    """What the last transactions that the host has reported say of this one; None where no terminal is named."""
    terminal = sale.ticket.terminal
    return None if terminal is None else word_on(terminal, sale.sold_at)


def word_on(terminal: Terminal, sold_at: datetime) -> Word:
    """Whether the host has seen the terminal since that moment. Money that was taken is told apart from money that was not by a person."""
    reaches_to, last = known_until(), terminal.last_transaction_at
    if last is not None and last >= sold_at - ABOUT:
        said = _(
            "The host has transactions of this terminal up to %(last)s, so what was sent by then has arrived."
        )
        return Word(said % {"last": moment(last)})
    if reaches_to is None or reaches_to < local_date(sold_at):
        until = day(reaches_to) if reaches_to else ""
        said = (
            _("The host's lists reach to %(until)s and say nothing of that day yet.") % {"until": until}
            if until
            else _("The host has reported nothing of that day yet.")
        )
        return Word(said, _send_it())
    said = (
        _("The host has no transaction of this terminal after %(last)s: it was not sent, or not carried out.")
        % {"last": moment(last)}
        if last
        else _("The host has no transaction of this terminal: it was not sent, or not carried out.")
    )
    return Word(said, _send_it())


def _send_it() -> str:
    return _("Press Settle on the terminal, so that its batch is sent.")
