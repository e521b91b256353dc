"""What of the register stands on the desk's first page: how many terminals are in which state, and codes that nobody has typed in."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.kernel.counting import counted, printed
from config.kernel.dashboard import Bars, FirstPage, Tile, bars_of
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
        return FirstPage([], [], [])
    numbers = number_by_status(Terminal, person.branch_scope())
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
    in_force = RegistrationCode.objects.visible_to(request.user).in_force()
    counts = counted({"in_force": in_force, "ending": in_force.running_out(now)})
    codes = reverse("admin:terminals_registrationcode_changelist")
    return Tile(
        title=_("Codes not used yet"),
        number=printed(counts["in_force"]),
        url=f"{codes}?status={RegistrationCode.Status.ISSUED}",
        note=_("%(count)s run out within two days") % {"count": printed(counts["ending"])}
        if counts["ending"]
        else "",
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
