"""What of the register stands on the desk's first page: how many terminals are in which state, and codes that nobody has typed in."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.kernel.counting import counted, printed
from config.kernel.dashboard import Bars, FirstPage, Tile, bars_of, branches_asked
from config.kernel.tally import number_by_status
from terminals.models import RegistrationCode, Terminal

Status = Terminal.Status
TONES = {
    Status.ACTIVE: "a",
    Status.PENDING_ACTIVATION: "b",
    Status.SUSPENDED: "w",
    Status.DORMANT_REVIEW: "w",
    Status.SETTLE_ONLY: "r",
}


def shown(request: HttpRequest, now: datetime) -> FirstPage:
    """For who may see terminals: those in use, and all by their state. For who may see codes: those in force, and that run out."""
    person = request.user
    if not person.has_perm("terminals.view_terminal"):
        return FirstPage()
    numbers = number_by_status(Terminal, branches_asked(request))
    tiles = [_in_use(numbers)]
    if person.has_perm("terminals.view_registrationcode"):
        tiles.append(_unused_codes(request, now))
    return FirstPage(tiles, [_by_status(numbers)] if numbers else [], [])


def _terminals() -> str:
    return reverse("admin:terminals_terminal_changelist")


def _in_use(numbers: dict[str, int]) -> Tile:
    return Tile(
        title=_("Terminals in use"),
        number=f"{numbers.get(Status.ACTIVE, 0):,}",
        url=f"{_terminals()}?status={Status.ACTIVE}",
    )


def _unused_codes(request: HttpRequest, now: datetime) -> Tile:
    branches = branches_asked(request)
    in_force = number_by_status(RegistrationCode, branches).get(RegistrationCode.Status.ISSUED, 0)
    ending = RegistrationCode.objects.filter(terminal__branch__in=branches).running_out(now)
    soon = counted({"ending": ending})["ending"] if in_force else 0
    codes = reverse("admin:terminals_registrationcode_changelist")
    return Tile(
        title=_("Codes not used yet"),
        number=f"{in_force:,}",
        url=f"{codes}?status={RegistrationCode.Status.ISSUED}",
        note=_("%(count)s run out within two days") % {"count": printed(soon)} if soon else "",
        note_url=f"{codes}?expiry=soon",
        tone="warn",
    )


def _by_status(numbers: dict[str, int]) -> Bars:
    whole, active = sum(numbers.values()), numbers.get(Status.ACTIVE, 0)
    said = ngettext(
        "%(share)s of %(count)s terminal is in use", "%(share)s of %(count)s terminals are in use", whole
    )
    return Bars(
        key="terminals",
        title=_("Terminals by state"),
        finding=said % {"share": f"{active / whole:.1%}", "count": f"{whole:,}"},
        headings=(_("State"), _("Terminals"), _("Share")),
        bars=bars_of(
            numbers,
            labels={value: str(label) for value, label in Status.choices},
            tones={status.value: tone for status, tone in TONES.items()},
            url=_terminals(),
        ),
    )
