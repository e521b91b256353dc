"""Many people who find the same at once: a draft of a bulletin that its writers only have to look into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext

from applications.support.models import SelfCheck
from config.accounts.branches import Branch
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from terminals.bulletins import draft_from_checks
from terminals.carriers import Carrier
from terminals.models import Bulletin

WINDOW = timedelta(hours=1)
Screen = SelfCheck.Screen
Status = Bulletin.Status
LANGUAGES = {"zh": "zh-hans", "en": "en"}
PEOPLE = Count("asked_by", distinct=True)


class Scope(NamedTuple):
    """What people who found the same have in common: the code, and the branch or the carrier of their SIM cards."""

    code: str
    branch: Branch | None = None
    carrier: str = ""

    def own(self, checks: QuerySet) -> QuerySet:
        """The checks within it."""
        common = {"carrier": self.carrier} if self.carrier else {"branch": self.branch}
        return checks.filter(code=self.code, **common)

    def spoken_of(self, bulletins: QuerySet) -> QuerySet:
        """The bulletins that speak of all of it: of this code or any; in this branch, one above it, or the whole bank."""
        there = Q(branch=None)
        if self.branch is not None:
            there |= Q(branch__in=self.branch.path.strip("/").split("/"))
        return bulletins.filter(there, Q(code="") | Q(code=self.code), carrier__in=["", self.carrier])


def draft_bulletins(now: datetime) -> int:
    """A draft for every code and branch, or carrier, that as many different people as the policy says found within the last hour.

    None where a bulletin about it is drafted or published already, and what was checked before the last one of them was
    over or discarded counts no more: twice is once. Checks without a branch say nothing about one. The number of drafts.
    """
    least = current_policy().bulletin_check_people
    of_carriers = sum(_draft(found, now=now) for found in _crowds(least, by="carrier", now=now))
    return of_carriers + sum(_draft(found, now=now) for found in _crowds(least, by="branch", now=now))


def _crowds(least: int, *, by: str, now: datetime) -> Iterator[dict[str, Any]]:
    """The scopes of one sort in which at least so many people found the same within the hour."""
    recent = SelfCheck.objects.filter(asked_at__gt=now - WINDOW, asked_at__lte=now, branch__isnull=False)
    # A missing sale and a word without a code are of one terminal; no connection has no code and is of many.
    alike = recent.exclude(screen=Screen.MISSING_SALE).filter(~Q(code="") | Q(screen=Screen.NO_CONNECTION))
    if by == "branch":
        # Whom a bulletin about the carrier has explained it to says nothing of the branch.
        alike = alike.exclude(_explained())
    scopes = _by_carrier(alike, least) if by == "carrier" else _by_branch(alike, least)
    for scope in scopes:
        known, these = scope.spoken_of(Bulletin.objects.all()), scope.own(alike)
        if known.filter(status__in=[Status.DRAFT, Status.PUBLISHED]).exists():
            continue
        if over := known.order_by("-ended_at").values_list("ended_at", flat=True).first():
            these = these.filter(asked_at__gt=over)
        found = these.aggregate(people=PEOPLE, since=Min("asked_at"))
        if found["people"] >= least:
            yield {"scope": scope, **found}


def _by_carrier(alike: QuerySet, least: int) -> list[Scope]:
    """Codes that people of one carrier found in several branches. Where those of another one found it too, it is not the carrier."""
    counted = alike.exclude(carrier="").order_by().values("code", "carrier")
    groups = list(
        counted.annotate(people=PEOPLE, branches=Count("branch", distinct=True))
        .filter(people__gte=least, branches__gt=1)
        .order_by("code", "carrier")
    )
    carriers = Counter(group["code"] for group in groups)
    return [
        Scope(group["code"], carrier=group["carrier"]) for group in groups if carriers[group["code"]] == 1
    ]


def _by_branch(alike: QuerySet, least: int) -> list[Scope]:
    """Codes that people of one branch found."""
    counted = alike.order_by().values("code", "branch").annotate(people=PEOPLE)
    groups = list(counted.filter(people__gte=least).order_by("branch", "code"))
    branches = Branch.objects.in_bulk({group["branch"] for group in groups}) if groups else {}
    return [Scope(group["code"], branch=branches[group["branch"]]) for group in groups]


def _explained() -> Q:
    """Checks of terminals with a SIM card of a carrier that a bulletin of the whole bank is drafted or published about."""
    said = Bulletin.objects.filter(status__in=[Status.DRAFT, Status.PUBLISHED], branch=None)
    them = Q(pk__in=[])
    for carrier, code in said.exclude(carrier="").values_list("carrier", "code"):
        them |= Q(carrier=carrier, code=code) if code else Q(carrier=carrier)
    return them


def _draft(found: dict[str, Any], *, now: datetime) -> bool:
    """False where somebody else has drafted it since it was counted."""
    scope = found["scope"]
    try:
        draft_from_checks(
            **scope._asdict(),
            asked_by_count=found["people"],
            starts_at=found["since"],
            now=now,
            **_words(scope),
        )
    except Refused:
        return False
    return True


def _words(scope: Scope) -> dict[str, Any]:
    """Words to begin with, in both languages."""
    said: dict[str, Any] = {}
    for suffix, language in LANGUAGES.items():
        with translation.override(language):
            said[f"title_{suffix}"] = _title(scope)
            said[f"text_{suffix}"] = gettext(
                "Several merchants report this at the moment. The bank is looking into it. There is nothing to do at the terminal; please do not register it again."
            )
    return said


def _title(scope: Scope) -> str:
    what = {"code": scope.code, "carrier": Carrier(scope.carrier).label if scope.carrier else ""}
    match bool(scope.code), bool(scope.carrier):
        case True, False:
            return gettext("Terminals show %(code)s") % what
        case True, True:
            return gettext("Terminals with SIM cards of %(carrier)s show %(code)s") % what
        case False, True:
            return gettext("Terminals with SIM cards of %(carrier)s cannot connect") % what
    return gettext("Terminals cannot connect")
