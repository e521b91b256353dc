"""What can be asked for of a terminal, on its merchant's page: each kind with the sentence why not, where it is not possible."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.kinds import REQUESTS
from applications.models import Application
from config.accounts.roles import MemberRight
from merchants.people import objection_to
from terminals.models import Terminal
from terminals.page_parts import Link

Kind = Application.Kind
OFFERED = {
    Kind.CHANGE: (_("Change particulars, account or limits"), "pencil-square"),
    Kind.RELOCATION: (_("Move it to another place"), "map-pin"),
    Kind.REPLACEMENT: (_("Replace its device"), "arrow-path"),
    Kind.DEACTIVATION: (_("Stop it, for good or for a time"), "power"),
}


def applications_of(terminal: Terminal, reader: Any, now: datetime) -> list[Link]:
    """In the order in which people ask for them; nothing of a terminal that has ended."""
    if terminal.status in Terminal.ENDED:
        return []
    may_not = objection_to(MemberRight.FILL_IN, reader, terminal.merchant)
    links = []
    for kind, (title, icon) in OFFERED.items():
        objection = may_not or REQUESTS[kind].objection_to_begin(
            merchant=terminal.merchant, terminal=terminal
        )
        url = f"{reverse('applications:new_request', args=[kind])}?terminal={terminal.number}"
        links.append(Link(str(title), url, icon=icon, why_not=objection))
    return links
