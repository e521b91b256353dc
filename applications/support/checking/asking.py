"""Asking: the answer is kept whole with what the bank knew, asked again from the same address, and told whether it helped."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import ngettext

from applications.support.checking.advice import VERSION
from applications.support.checking.afterwards import due_after, hand_over
from applications.support.checking.evidence import Gathered, gather
from applications.support.checking.tree import Outcome, diagnose
from applications.support.models import SelfCheck
from config.accounts.models import User
from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused
from config.kernel.numbering import draw_number
from config.kernel.policy import current_policy

HOUR = timedelta(hours=1)


def ask(
    *,
    number: str,
    screen: str,
    code: str = "",
    since: str = "",
    by: User,
    now: datetime,
    language: str,
    earlier: SelfCheck | None = None,
) -> SelfCheck:
    """The check of this terminal or serial number, kept. Where a person at the bank has to look, a ticket is open with it.

    Raises `Refused` ("too_many") past the checks that an account has in an hour.
    """
    with told_as_refusals(), transaction.atomic():
        _insist_on_room(by, now)
        gathered = gather(number, code, reader=by, now=now)
        outcome = diagnose(screen, gathered.evidence)
        check = SelfCheck(
            asked_by=by,
            asked_at=now,
            typed=number,
            screen=screen,
            code=code,
            since=since,
            outcome=outcome,
            carrier=gathered.carrier,
            follow_up_at=due_after(outcome, now),
            known={"evidence": asdict(gathered.evidence), "facts": gathered.facts},
            advice_version=VERSION,
            language=language,
            earlier=earlier,
            **_belongs_to(gathered, by),
        )
        draw_number(check, _numbers(now))
        record("self_check_asked", by=by, now=now, subject=check)
        if outcome == Outcome.FOR_A_PERSON:
            hand_over(check, now=now)
        return check


def ask_again(check: SelfCheck, *, by: User, now: datetime, language: str) -> SelfCheck:
    """The same question with what is known now. Raises `Refused` as `ask`."""
    return ask(
        number=check.typed,
        screen=check.screen,
        code=check.code,
        since=check.since,
        by=by,
        now=now,
        language=language,
        earlier=check,
    )


def say_solved(check: SelfCheck, *, is_solved: bool, by: User, now: datetime) -> None:
    """Whether it helped is on record; said again, the last word holds."""
    with transaction.atomic():
        check.is_solved, check.answered_at = is_solved, now
        check.save(update_fields=["is_solved", "answered_at"])
        record("self_check_answered", by=by, now=now, subject=check, detail={"solved": is_solved})


def _insist_on_room(by: User, now: datetime) -> None:
    """One account asks one question at a time, so that those of an hour are counted right; nobody else waits."""
    people = User.objects.filter(pk=by.pk)
    (people if settings.RACE_WITHOUT_LOCKS else people.select_for_update(no_key=True)).get()
    most = current_policy().self_checks_per_hour
    if SelfCheck.objects.filter(asked_by=by, asked_at__gt=now - HOUR).count() >= most:
        said = ngettext(
            "At most %(most)d check an hour is possible. Please try again later, or call the help line.",
            "At most %(most)d checks an hour are possible. Please try again later, or call the help line.",
            most,
        )
        raise Refused(said % {"most": most}, code="too_many")


def _belongs_to(gathered: Gathered, by: User) -> dict[str, Any]:
    """Whose question it is: the terminal's merchant and branch, else those of what was applied for, else the person's first."""
    terminal, registration = gathered.found.terminal, gathered.found.registration
    if terminal is not None:
        return {"terminal": terminal, "merchant": terminal.merchant, "branch": terminal.branch}
    if registration is not None:
        return {"merchant": registration.merchant, "branch": registration.branch}
    member = by.memberships.select_related("merchant__branch").order_by("pk").first()
    return {"merchant": member.merchant, "branch": member.merchant.branch} if member else {}


def _numbers(now: datetime) -> Iterator[str]:
    """Numbers of the day such as ZC-20260911-003824, without end."""
    while True:
        yield f"ZC-{local_date(now):%Y%m%d}-{secrets.randbelow(1_000_000):06d}"
