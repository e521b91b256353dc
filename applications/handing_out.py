"""What the clock does with open cases: hands waiting ones to reviewers, where the bank wants that, and tells of late ones.

The worker calls these every minute; calling them twice changes nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from applications.models import Absence, Application
from applications.queueing import OPEN, UNHELD, in_nobodys_hands, within_rounds
from config.accounts.branches import Branch
from config.accounts.models import Role, User
from config.kernel.calendar import bank_hours
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy

BATCH = 200


def escalate_overdue(now: datetime) -> int:
    """Tell the supervisors of its branch of every open case whose time has passed, once each; how many were told of."""
    late = Application.objects.filter(OPEN, due_at__lt=now, escalated_at=None).order_by("due_at", "id")
    cron, told = User.objects.system("cron"), 0
    for row in late[:BATCH]:
        try:
            row.as_kind().escalate(by=cron, now=now)
            told += 1
        except Refused:
            # Decided or passed on since the list was read.
            continue
    return told


def assign_waiting(now: datetime) -> int:
    """Hand waiting cases, the nearest deadline first, to whoever has fewest; the number handed out.

    Nothing where the policy says 0 or the bank is closed. A reviewer gets cases of the own branch and those below,
    not on days away, and none beyond the policy's number. Cases that nobody there may take keep nobody else waiting.
    """
    policy = current_policy()
    if not policy.auto_assign or not bank_hours(policy).are_on(now):
        return 0
    cron, load = User.objects.system("cron"), _load_of_reviewers(now)
    handed, tried = 0, set[int]()
    while len(tried) < BATCH and (
        free := [who for who, count in load.items() if count < policy.auto_assign_cap]
    ):
        for row in waiting_for(free, now).exclude(pk__in=tried)[: BATCH - len(tried)]:
            tried.add(row.pk)
            taker = _hand_out(row, load, policy.auto_assign_cap, by=cron, now=now)
            handed += taker is not None
            if taker and load[taker] >= policy.auto_assign_cap:
                # With one person less fewer branches are served.
                break
        else:
            break
    return handed


def _hand_out(row: Application, load: dict[User, int], most: int, *, by: User, now: datetime) -> User | None:
    """Who has the case now, counted; None where nobody may take it."""
    case = row.as_kind()
    for reviewer in _nearest_to_idle(load, row.branch, most):
        try:
            case.assign(to=reviewer, by=by, now=now)
        except Refused:
            # Filed by this reviewer, or taken by somebody since the list was read.
            continue
        load[reviewer] += 1
        return reviewer
    return None


def waiting_for(people: list[User], now: datetime) -> QuerySet[Application]:
    """What reviewers of these branches may be handed, nearest deadline first."""
    served = Q(pk=None)
    for path in {person.branch.path for person in people if person.branch}:
        served |= Q(path__startswith=path)
    waiting = Application.objects.filter(OPEN & UNHELD & in_nobodys_hands(now) & within_rounds())
    return (
        waiting.filter(branch__in=Branch.objects.filter(served))
        .select_related("branch")
        .order_by("due_at", "id")
    )


def _load_of_reviewers(now: datetime) -> dict[User, int]:
    """Reviewers who are there today, with the number of open cases in their hands."""
    away = Absence.objects.on(local_date(now)).values("person")
    present = User.objects.filter(role=Role.REVIEWER, is_active=True, is_staff=True).exclude(pk__in=away)
    held = (
        Application.objects.filter(OPEN, lease_until__gt=now).values("assignee").annotate(count=Count("pk"))
    )
    counts = {row["assignee"]: row["count"] for row in held.order_by()}
    return {person: counts.get(person.pk, 0) for person in present.select_related("branch").order_by("pk")}


def _nearest_to_idle(load: dict[User, int], branch: Branch | None, most: int) -> Iterator[User]:
    """Those who may see the branch and have room for one more, fewest cases first."""
    if branch is None:
        return
    fitting = [
        person
        for person, count in load.items()
        if count < most and person.branch and person.branch.contains(branch)
    ]
    yield from sorted(fitting, key=lambda person: (load[person], person.pk))
