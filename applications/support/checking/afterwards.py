"""What an answer has the portal do by itself: a ticket where the bank has to look, a case for the risk desk where somebody asks
after a device of somebody else's.

What is done for a number that is not the person's own is done by the next sweep and never while the person waits: the answers to
such numbers take the same time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from applications.support.checking.evidence import gather
from applications.support.checking.tree import Outcome, diagnose
from applications.support.models import SelfCheck, Ticket
from applications.support.opening import open_ticket
from config.accounts.roles import MemberRight
from config.kernel.lifecycle import reread_locked
from config.kernel.policy import current_policy
from config.kernel.sweeping import sweep_rows
from merchants.people import objection_to
from terminals.models import Binding, RiskCase, Terminal

# All three are looked at again, though only the first one leads to anything.
NOT_YOURS = (Outcome.ELSEWHERE, Outcome.NOT_IN_REGISTRY, Outcome.NO_APPLICATION)


def due_after(outcome: Outcome, now: datetime) -> datetime | None:
    """When a check with this outcome is looked at by itself; None where nothing follows."""
    if outcome == Outcome.BEING_REPORTED:
        return now + timedelta(minutes=current_policy().self_check_report_minutes)
    return now if outcome in NOT_YOURS else None


def hand_over(check: SelfCheck, *, now: datetime) -> None:
    """A ticket with this check is open, or the one that was open about the terminal already; the check names it.

    Nothing happens for a person who may not write for the merchant.
    """
    terminal, by = check.terminal, check.asked_by
    if terminal is None or objection_to(MemberRight.ASK_FOR_HELP, by, terminal.merchant):
        return
    with transaction.atomic():
        # Two colleagues who ask at once have one ticket.
        reread_locked(terminal)
        about = Ticket.objects.live().filter(terminal=terminal, category=Ticket.Category.TERMINAL)
        ticket = about.order_by("id").first() or _opened(check, terminal, by, now)
        check.facts["ticket"] = ticket.number
        check.facts["answer_due"] = ticket.due_at.isoformat() if ticket.due_at else ""
        check.save(update_fields=["known"])


def follow_up(now: datetime) -> int:
    """Every check whose time has come is looked at, once; how many. Safe to run twice and at once."""
    due = SelfCheck.objects.filter(follow_up_at__lte=now)
    with_it = due.select_related("terminal__merchant", "branch", "asked_by")
    return sweep_rows(with_it, lambda check: _follow_up(check, now=now))


def _follow_up(check: SelfCheck, *, now: datetime) -> None:
    """The update decides who does it, whoever sweeps at this moment."""
    with transaction.atomic():
        if not SelfCheck.objects.filter(pk=check.pk, follow_up_at__isnull=False).update(follow_up_at=None):
            return
        if check.outcome == Outcome.ELSEWHERE:
            _raise_case(check, now)
        elif check.outcome == Outcome.BEING_REPORTED and _is_so_still(check, now):
            hand_over(check, now=now)


def _is_so_still(check: SelfCheck, now: datetime) -> bool:
    gathered = gather(check.typed, check.code, reader=check.asked_by, now=now)
    return diagnose(check.screen, gathered.evidence) == check.outcome


def _raise_case(check: SelfCheck, now: datetime) -> None:
    """For the branch whose terminal it is, and for the one that whoever asked belongs to."""
    bound = Binding.objects.filter(valid_to=None).select_related("terminal__branch")
    tie = bound.filter(Q(serial_number=check.typed) | Q(terminal__number=check.typed)).first()
    terminal = tie.terminal if tie else Terminal.objects.filter(number=check.typed).first()
    if terminal is not None:
        RiskCase.objects.raise_asked_about(
            tie.serial_number if tie else check.typed,
            branches=[terminal.branch, check.branch],
            facts=check.number,
            now=now,
        )


def _opened(check: SelfCheck, terminal: Terminal, by: Any, now: datetime) -> Ticket:
    with translation.override(check.language or by.language):
        text = _(
            "Opened by itself after self-check %(number)s: by the bank's records nothing is wrong, and the terminal refuses still."
        ) % {"number": check.number}
        if check.outcome == Outcome.BEING_REPORTED:
            text = _(
                "Opened by itself after self-check %(number)s: the report to the clearing house takes longer than it should."
            ) % {"number": check.number}
    return open_ticket(
        merchant=terminal.merchant,
        category=Ticket.Category.TERMINAL,
        text=text,
        by=by,
        now=now,
        terminal=terminal,
        self_check=check,
    )
