"""Steps on several cases at once, within limits: each case is asked for itself, and each refusal is told by its number.

Approval is no such step, neither here nor by a request that somebody wrote by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from applications.items import WHOLE
from applications.models import Application, ReasonCode, Verdict
from config.kernel.lifecycle import Refused

MOST = 20
CLAIM, RETURN = "claim", "return"


class Refusal(NamedTuple):
    number: str
    sentence: str


class Result(NamedTuple):
    """How many cases were moved, and why the others were not."""

    done: int
    refused: list[Refusal]


def objection_to(step: str, count: int) -> str:
    """Why this step is not taken on so many cases, or ""."""
    if step not in (CLAIM, RETURN):
        return _("Applications are approved and refused one by one, on the page of each.")
    if not count:
        return _("Nothing is ticked. Tick the applications first.")
    if count > MOST:
        return _("%(count)s applications are ticked; at most %(most)s go together.") % {
            "count": count,
            "most": MOST,
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


def _each(cases: Iterable[Application], step: Callable[[Application], None]) -> Result:
    done, refused = 0, []
    for case in cases:
        try:
            step(case.as_kind())
            done += 1
        except Refused as refusal:
            refused.append(Refusal(case.number, refusal.sentence))
    return Result(done, refused)
