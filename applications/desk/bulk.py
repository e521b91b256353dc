"""Steps on several cases at once, within limits: each case is asked for itself, and each refusal is told by its number.

Approval is such a step for stops of terminals alone, of which nothing is left to look into: neither here nor by a request that
somebody wrote by hand is anything else granted together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from applications.items import WHOLE
from applications.models import Application, Deactivation, ReasonCode, Verdict
from applications.verdicts import all_in_order
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused, reread_locked

MOST = 20
CLAIM, RETURN, APPROVE = "claim", "return", "approve"
# How many go together at most.
MOST_OF = {CLAIM: MOST, RETURN: MOST, APPROVE: 10}


class Refusal(NamedTuple):
    number: str
    sentence: str


class Result(NamedTuple):
    """How many cases were moved, and why the others were not."""

    done: int
    refused: list[Refusal]


def objection_to(step: str, count: int) -> str:
    """Why this step is not taken on so many cases, or ""."""
    if step not in MOST_OF:
        return _("Applications are approved and refused one by one, on the page of each.")
    if not count:
        return _("Nothing is ticked. Tick the applications first.")
    if count > MOST_OF[step]:
        return _("%(count)s applications are ticked; at most %(most)s go together.") % {
            "count": count,
            "most": MOST_OF[step],
        }
    return ""


def claim_all(cases: Iterable[Application], *, by: Any, now: datetime) -> Result:
    """Every case that nobody else holds is in this reviewer's hands."""
    return _each(cases, lambda case: case.claim(by=by, now=now))


def return_all(
    cases: Iterable[Application],
    *,
    by: Any,
    now: datetime,
    versions: Mapping[int, int],
    reason: ReasonCode,
    public_text: str,
) -> Result:
    """Every case that stands as it was listed is back with its merchant, for one reason that speaks of it as a whole."""
    verdict = Verdict(is_ok=False, reason=reason, public_text=public_text)

    def give_back(case: Application) -> None:
        case.return_for_correction(
            by=by,
            now=now,
            version=versions.get(case.pk, 0),
            verdicts={WHOLE: verdict},
            public_text=public_text,
        )

    return _each(cases, give_back)


def objection_to_approve(case: Application, *, by: Any, now: datetime) -> str:
    """Why this case is not granted together with others, or "": it is no stop, or something of it has to be looked into."""
    if not isinstance(case, Deactivation):
        return _("Only stops of terminals are approved together. Open this case.")
    if case.status == case.Status.SUBMITTED:
        objection = case.objection_to_claim(by=by, now=now)
    else:
        objection = case.objection(case.Status.APPROVED, by=by, now=now)
    if objection or case.held_since:
        return objection or _("A decision on this application is held and waits for a second person.")
    if case.is_emergency:
        return _("An emergency is decided on its own page.")
    on = local_date(now)
    if blocked := case.blocks(on=on):
        return blocked[0]
    doubts = [finding for finding in case.findings(on=on) if finding.level != "ok"]
    return doubts[0].sentence if doubts else ""


def approve_all(
    cases: Iterable[Application], *, by: Any, now: datetime, versions: Mapping[int, int]
) -> Result:
    """Every stop that stands as it was listed and has nothing to look into is granted, or held where the policy says so."""

    def grant(case: Application) -> None:
        with transaction.atomic():
            reread_locked(case)
            if sentence := case.staleness(versions.get(case.pk, 0)):
                raise Refused(sentence, code="stale")
            if sentence := objection_to_approve(case, by=by, now=now):
                raise Refused(sentence, code="not_together")
            case.claim(by=by, now=now)
            verdicts = all_in_order(case)
            case.approve(by=by, now=now, version=case.version, verdicts=verdicts, account_verified=False)

    return _each(cases, grant)


def _each(cases: Iterable[Application], step: Callable[[Application], None]) -> Result:
    done, refused = 0, []
    for case in cases:
        try:
            step(case.as_kind())
            done += 1
        except Refused as refusal:
            refused.append(Refusal(case.number, refusal.sentence))
    return Result(done, refused)
