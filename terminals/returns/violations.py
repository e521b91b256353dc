"""A violation is opened, and the merchant is asked what it has to say, unless nothing of it may be told."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy, pgettext

from config.accounts.models import User
from config.accounts.roles import MemberRight
from config.kernel.audit import record
from config.kernel.calendar import add_working_days
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.genuine import Paper
from config.kernel.lifecycle import reread_locked
from config.kernel.numbering import draw_number
from config.kernel.outbox import enqueue
from config.kernel.policy import current_policy
from config.kernel.sweeping import sweep_rows
from terminals.models import Terminal
from terminals.returns.models import Violation, ViolationCategory
from terminals.returns.telling import people_with

STOP_REVOKED = "stop_revoked"
# Of a stop of many terminals; the application names all of them.
MOST_NAMED = 20
DECISION = gettext_lazy("Decision on a violation")


def open_violation(
    *,
    merchant,
    category: ViolationCategory,
    facts: str,
    by,
    now: datetime,
    terminal=None,
    application_number: str = "",
    is_confidential: bool = False,
) -> Violation:
    """Open, with the time for the merchant's statement running. One for each application, terminal and category.

    `is_confidential` besides the category's own: where the reason of a stop is (`StopReason.is_confidential`).
    """
    with told_as_refusals(), transaction.atomic():
        if application_number:
            known = Violation.objects.filter(
                application_number=application_number, terminal=terminal, category=category
            )
            if present := known.first():
                return present
        violation = Violation(
            merchant=merchant,
            branch=merchant.branch,
            terminal=terminal,
            category=category,
            is_confidential=is_confidential or category.is_confidential,
            clause_zh=category.clause_zh,
            clause_en=category.clause_en,
            facts=facts.strip(),
            application_number=application_number,
            opened_at=now,
            opened_by=by,
            statement_due_on=add_working_days(local_date(now), current_policy().statement_working_days),
        )
        draw_number(violation, _numbers(now))
        record("violation_opened", by=by, now=now, subject=violation)
        _tell("violation_opened", violation, now=now)
        return violation


def open_for_stop(
    code: str, *, merchant, terminals: Sequence[Terminal], facts: str, is_confidential: bool, **opened: Any
) -> Violation | None:
    """What the reason of a stop opens, once for the stop; None where its code names no category.

    It names the terminal where the stop was of one, else the terminals stand in its facts.
    """
    category = ViolationCategory.objects.filter(pk=code).first() if code else None
    if category is None:
        return None
    return open_violation(
        merchant=merchant,
        terminal=terminals[0] if len(terminals) == 1 else None,
        category=category,
        facts=facts if len(terminals) == 1 else "\n".join([facts, _named(terminals)]),
        is_confidential=is_confidential,
        **opened,
    )


def dismiss_with_stop(application_number: str, *, by, now: datetime, note: str) -> None:
    """The stop that opened them was revoked: what is not decided yet is dismissed as unfounded.

    A decision stands, since the merchant has it in hands: the record says what happened, and the desk sees to it.
    """
    with transaction.atomic():
        for violation in Violation.objects.filter(application_number=application_number).order_by("pk"):
            reread_locked(violation)
            if Violation.Status.DISMISSED in violation.NEXT[violation.status]:
                violation.dismiss(by=by, now=now, note=note)
            elif violation.decided_at is not None:
                record(STOP_REVOKED, by=by, now=now, subject=violation)


def categories_of_stops() -> list[tuple[str, str]]:
    """What the reason of a stop may open, as choices."""
    return [(category.pk, category.text) for category in ViolationCategory.objects.filter(is_active=True)]


def merchants_in_breach() -> QuerySet:
    """The keys of the merchants with a case that is not over and that they may know of."""
    over = (Violation.Status.CLOSED, Violation.Status.DISMISSED)
    return Violation.objects.filter(is_confidential=False).exclude(status__in=over).values("merchant")


def hear_overdue(now: datetime) -> int:
    """Where the time for a statement has passed, the case goes on without one; how many."""
    cron = User.objects.system("cron")
    due = Violation.objects.filter(status=Violation.Status.OPEN, statement_due_on__lt=local_date(now))
    return sweep_rows(due, lambda violation: violation.hear_nobody(by=cron, now=now))


def decide(violation: Violation, measures, *, decision: str, by, now: datetime) -> None:
    """Decided, and the merchant is told that there is a decision."""
    with transaction.atomic():
        violation.decide(measures, decision=decision, by=by, now=now)
        _tell("violation_decided", violation, now=now)


def decision_facts_of(violation: Violation) -> dict[str, Any]:
    """Everything the sheet of a decision prints; nothing of it changes once it is decided."""
    merchant = violation.merchant
    return {
        "number": violation.decision_number,
        "token": violation.decision_token,
        "violation_number": violation.number,
        "merchant_name": merchant.registered_name or merchant.trading_name,
        "merchant_number": merchant.number,
        "terminal_number": violation.terminal.number if violation.terminal else "",
        "category": violation.category.text,
        "clause": violation.clause,
        "facts": violation.facts,
        "statement": violation.statement,
        "measures": [measure.text for measure in violation.measures.order_by("position")],
        "decision": violation.decision,
        "branch": violation.branch.name,
        "decided_at": violation.decided_at,
    }


def paper_of(token: str) -> Paper | None:
    """For the public check."""
    found = Violation.objects.filter(decision_token=token).exclude(decision_token="")
    violation = found.only("decided_at").first()
    if violation is None or violation.decided_at is None:
        return None
    return Paper(DECISION, violation.decided_at, is_valid=True)


def _named(terminals: Sequence[Terminal]) -> str:
    numbers = pgettext("list", ", ").join(terminal.number for terminal in terminals[:MOST_NAMED])
    told = {"numbers": numbers, "count": len(terminals)}
    if len(terminals) > MOST_NAMED:
        return gettext("Terminals %(numbers)s and others, %(count)s in all.") % told
    return gettext("Terminals %(numbers)s.") % told


def _tell(kind: str, violation: Violation, *, now: datetime) -> None:
    if violation.is_confidential:
        return
    for person in people_with(MemberRight.MAKE_STATEMENTS, violation.merchant_id):
        enqueue(kind, recipient=person, subject=violation, context={"number": violation.number}, now=now)


def _numbers(now: datetime) -> Iterator[str]:
    while True:
        yield f"WG-{local_date(now):%Y%m%d}-{secrets.randbelow(1_000_000):06d}"
