"""What applications put on a merchant's page of a terminal: what can be asked for of it, what is in hand, and its notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.kinds import REQUESTS
from applications.models import Application, DeactivationNotice
from applications.scheduled_effects import granted_and_waiting
from config.accounts.roles import MemberRight
from merchants.people import objection_to
from terminals.models import Terminal
from terminals.page_parts import Link

Kind, Status = Application.Kind, Application.Status
UNDECIDED = (Status.DRAFT, Status.SUBMITTED, Status.UNDER_REVIEW, Status.RETURNED)
OFFERED: dict[str, Promise] = {
    Kind.CHANGE: _("Change particulars, account or limits"),
    Kind.RELOCATION: _("Move it to another place"),
    Kind.REPLACEMENT: _("Replace its device"),
    Kind.DEACTIVATION: _("Stop it, for good or for a time"),
}


def applications_of(
    terminal: Terminal, reader: Any, now: datetime, *, kinds: Sequence[str] = tuple(OFFERED)
) -> list[Link]:
    """In the order in which people ask for them, each with the sentence why not, where it is not possible; what is in hand
    leads to itself. Nothing of a terminal that has ended."""
    if terminal.status in Terminal.ENDED:
        return []
    may_not = objection_to(MemberRight.FILL_IN, reader, terminal.merchant)
    links, in_hand = [], _in_hand(terminal, reader)
    for kind in kinds:
        title, icon = OFFERED[kind], Application.KIND_ICONS[kind]
        if (one := in_hand.get(kind)) is not None:
            url = reverse("applications:status", args=[one.number])
            links.append(Link(str(title), url, icon=icon, hint=_where(one)))
            continue
        objection = may_not or _objection(kind, terminal)
        url = f"{reverse('applications:new_request', args=[kind])}?terminal={terminal.number}"
        links.append(Link(str(title), url, icon=icon, why_not=objection))
    return links


def notices_of(terminal: Terminal, reader: Any, now: datetime) -> list[Link]:
    """The notices of its stops, newest first."""
    found = DeactivationNotice.objects.visible_to(reader).filter(
        application__terminal_links__terminal=terminal
    )
    return [
        Link(
            gettext("Notice of the stop"),
            reverse("notices:notice", args=[notice.reference]),
            hint=f"{notice.number} {notice.get_status_display()}",
            icon="printer",
            about=notice.application.number,
        )
        for notice in found.select_related("application").order_by("-id")
    ]


def _in_hand(terminal: Terminal, reader: Any) -> dict[str, Application]:
    """The newest application of each kind about this terminal that is undecided, or granted and waiting for its day."""
    about = Q(terminal_links__terminal=terminal) | Q(kind=Kind.CHANGE, merchant=terminal.merchant_id)
    rows = Application.objects.visible_to(reader).filter(about, kind__in=OFFERED)
    open_ones = rows.filter(Q(status__in=UNDECIDED) | granted_and_waiting())
    return {one.kind: one for one in open_ones.order_by("id")}


def _objection(kind: str, terminal: Terminal) -> str:
    if kind == Kind.DEACTIVATION and terminal.status == Terminal.Status.SETTLE_ONLY:
        return gettext("It is being stopped already.")
    return REQUESTS[kind].objection_to_begin(merchant=terminal.merchant, terminal=terminal)


def _where(one: Application) -> str:
    if one.status == Status.APPROVED:
        return gettext("Approved, waits for its day")
    return gettext("Asked for already: %(status)s") % {"status": one.get_status_display()}
