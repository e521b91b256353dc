"""What the bank says about its own upgrades and faults: how it is written, who sees it, and which of it touches a terminal."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from config.accounts.branches import Branch
from config.accounts.models import Role, User
from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused
from config.kernel.numbering import draw_number
from config.kernel.outbox import enqueue
from config.kernel.policy import current_policy
from terminals.carriers import carrier_of
from terminals.models import Bulletin, Terminal

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Who writes bulletins, and who is told of drafts that wrote themselves.
WRITERS = (Role.SUPERVISOR, Role.SUPPORT)
OVER_IS_SHOWN = timedelta(days=30)


# -- written ----------------------------------------------------------------------------------------------------------


def write_bulletin(*, by: Any, now: datetime, **said: Any) -> Bulletin:
    """A draft that says this; nobody outside sees it. Raises `Refused` where the branch is not the person's to write for."""
    if sentence := Bulletin.objection_to_scope(by, said["branch"]):
        raise Refused(sentence, code="not_yours")
    return _written(said, by=by, now=now)


def draft_from_checks(
    *, code: str, branch: Branch | None, carrier: str, asked_by_count: int, now: datetime, **said: Any
) -> Bulletin:
    """A draft by the system about what many people found at once, and its writers told; `Refused` where there is one already.

    Of a branch its own writers are told, of a carrier those of the head office.
    """
    said |= {"kind": Bulletin.Kind.FAULT, "code": code, "branch": branch, "carrier": carrier}
    said |= {"asked_by_count": asked_by_count}
    where = branch or Branch.objects.filter(parent=None).order_by("pk").first()
    with transaction.atomic():
        bulletin = _written(said, by=User.objects.system("cron"), now=now)
        for role in WRITERS:
            for person in User.objects.serving(where, role=role).order_by("pk"):
                enqueue(
                    "bulletin_drafted",
                    recipient=person,
                    subject=bulletin,
                    context={"number": bulletin.number, "people_count": asked_by_count},
                    now=now,
                )
    return bulletin


def _written(said: dict[str, Any], *, by: Any, now: datetime) -> Bulletin:
    with told_as_refusals(), transaction.atomic():
        bulletin = Bulletin(written_by=by, written_at=now, **said)
        draw_number(bulletin, _numbers(now))
        record("bulletin_written", by=by, now=now, subject=bulletin)
    return bulletin


def _numbers(now: datetime) -> Iterator[str]:
    while True:
        yield f"GG-{local_date(now):%Y%m%d}-{secrets.randbelow(1_000_000):06d}"


# -- read -------------------------------------------------------------------------------------------------------------


def running_now(*, now: datetime) -> QuerySet[Bulletin]:
    """What touches the whole bank at the moment, whatever the code: all that a visitor may be told."""
    return Bulletin.objects.running(now).for_everybody()


def shown_on_home(user: Any, *, now: datetime) -> QuerySet[Bulletin]:
    """What this person may know of, running now or beginning within the days of the policy; the earliest first."""
    soon = now + timedelta(days=current_policy().bulletin_ahead_days)
    rows = Bulletin.objects.visible_to(user).filter(status=Bulletin.Status.PUBLISHED, starts_at__lte=soon)
    return rows.select_related("branch").order_by("starts_at", "id")


def shown_over(user: Any, *, now: datetime) -> QuerySet[Bulletin]:
    """What was over, or called off, in the last thirty days; the latest first."""
    rows = Bulletin.objects.visible_to(user).filter(status=Bulletin.Status.ENDED)
    return rows.filter(ended_at__gt=now - OVER_IS_SHOWN).select_related("branch").order_by("-ended_at", "-id")


def incident_of(terminal: Terminal, *, code: str, now: datetime) -> Bulletin | None:
    """The bulletin that explains why this terminal shows `code` now, the one that began first; None where there is none.

    A bulletin without a branch, a code or a carrier touches all of them; one with a carrier the terminals whose device has
    a SIM card of it. One query, and a second one only where a carrier is named.
    """
    rows = running_for(terminal.branch, now=now).filter(Q(code="") | Q(code=code))
    return first_touching(terminal, rows)


def touching(terminal: Terminal, *, now: datetime) -> Bulletin | None:
    """The running bulletin that began first among those that touch the terminal, whatever its screen shows."""
    return first_touching(terminal, running_for(terminal.branch, now=now))


def running_for(branch: Branch, *, now: datetime) -> QuerySet[Bulletin]:
    """What runs now and touches this branch: of the bank, of the branch, or of one above it."""
    above = branch.path.strip("/").split("/")
    return Bulletin.objects.running(now).filter(Q(branch=None) | Q(branch__in=above))


def first_touching(terminal: Terminal, rows: QuerySet[Bulletin]) -> Bulletin | None:
    carrier: str | None = None
    for bulletin in rows.order_by("starts_at", "id"):
        if not bulletin.carrier:
            return bulletin
        if carrier is None:
            binding = terminal.binding
            carrier = carrier_of(binding.device.sim_iccid) if binding else ""
        if bulletin.carrier == carrier:
            return bulletin
    return None


def scope_words(bulletin: Bulletin) -> str:
    """What it touches, as people read it: where, which SIM cards, what the screen shows."""
    parts = [bulletin.branch.name if bulletin.branch else gettext("The whole bank")]
    if bulletin.carrier:
        parts.append(gettext("SIM cards of %(carrier)s") % {"carrier": bulletin.get_carrier_display()})
    if bulletin.code:
        parts.append(gettext("code %(code)s on the screen") % {"code": bulletin.code})
    return gettext("; ").join(parts)
