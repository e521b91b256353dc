"""Many people who find the same at once: a draft of a bulletin that the writers of the branch only have to look into."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import translation
from django.utils.translation import gettext

from applications.support.models import SelfCheck
from config.accounts.branches import Branch
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from terminals.bulletins import draft_from_checks
from terminals.models import Bulletin

WINDOW = timedelta(hours=1)
Screen = SelfCheck.Screen
Status = Bulletin.Status
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def draft_bulletins(now: datetime) -> int:
    """A draft for every code and branch that as many different people as the policy says found within the last hour.

    None where a bulletin about it is drafted or published already, and what was checked before the last one of them was
    over or discarded counts no more: twice is once. Checks without a branch say nothing about one. The number of drafts.
    """
    least = current_policy().bulletin_check_people
    return sum(_draft(found, now=now) for found in _crowds(least, now=now))


def _crowds(least: int, *, now: datetime) -> Iterator[dict[str, Any]]:
    """Code, branch and how many people, for all that are at least so many within the hour."""
    recent = SelfCheck.objects.filter(asked_at__gt=now - WINDOW, asked_at__lte=now, branch__isnull=False)
    # A missing sale and a word without a code are of one terminal; no connection has no code and is of many.
    alike = recent.exclude(screen=Screen.MISSING_SALE).filter(~Q(code="") | Q(screen=Screen.NO_CONNECTION))
    counted = alike.order_by().values("code", "branch").annotate(people=Count("asked_by", distinct=True))
    groups = list(counted.filter(people__gte=least).order_by("branch", "code"))
    branches = Branch.objects.in_bulk({group["branch"] for group in groups})
    for group in groups:
        branch, code = branches[group["branch"]], group["code"]
        known, these = _about(code, branch), alike.filter(code=code, branch=branch)
        if known.filter(status__in=[Status.DRAFT, Status.PUBLISHED]).exists():
            continue
        if over := known.order_by("-ended_at").values_list("ended_at", flat=True).first():
            these = these.filter(asked_at__gt=over)
        found = these.aggregate(people=Count("asked_by", distinct=True), since=Min("asked_at"))
        if found["people"] >= least:
            yield {"code": code, "branch": branch, **found}


def _about(code: str, branch: Branch) -> Any:
    """The bulletins that speak of this code, or of any, in this branch, in one above it or in the whole bank."""
    above = branch.path.strip("/").split("/")
    there = Q(branch=None) | Q(branch__in=above)
    return Bulletin.objects.filter(there, Q(code="") | Q(code=code))


def _draft(found: dict[str, Any], *, now: datetime) -> bool:
    """False where somebody else has drafted it since it was counted."""
    try:
        draft_from_checks(
            code=found["code"],
            branch=found["branch"],
            asked_by_count=found["people"],
            starts_at=found["since"],
            now=now,
            **_words(found["code"]),
        )
    except Refused:
        return False
    return True


def _words(code: str) -> dict[str, str]:
    """Words to begin with, in both languages."""
    said = {}
    for suffix, language in LANGUAGES.items():
        with translation.override(language):
            said[f"title_{suffix}"] = (
                gettext("Terminals show %(code)s") % {"code": code}
                if code
                else gettext("Terminals cannot connect")
            )
            said[f"text_{suffix}"] = gettext(
                "Several merchants report this at the moment. The bank is looking into it. There is nothing to do at the terminal; please do not register it again."
            )
    return said
