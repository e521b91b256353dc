from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.findings.requests import findings_of_relocation, metres_of_move
from applications.items.item import place_words
from applications.items.relocation import relocation_items
from applications.missing import Missing
from applications.models.application import EffectWords
from applications.models.paper import HINTS, Paper, PaperNeed
from applications.models.scheduled import ScheduledEffect
from applications.models.terminal_request import TerminalRequest
from config.kernel.templatetags.formats import day
from merchants.models.outlet import Place
from terminals.rebinding import rebind

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from applications.findings.finding import Finding
    from applications.items import Item


# Beijing, Tianjin, Shanghai, Chongqing: a province that is one city.
MUNICIPALITIES = ("11", "12", "31", "50")


class Relocation(Place, ScheduledEffect, TerminalRequest):
    """A terminal moves: its binding to the old place ends and the next begins on the day asked for (PBoC 2019 No. 85)."""

    PREFIX = "YJ"
    INTRODUCTION = _("The terminal works on at its new place once the bank has approved the move.")
    PAGES: ClassVar[dict[str, str | Promise]] = {"request": _("New place"), "papers": _("Papers")}
    NEEDED = (Paper.STOREFRONT, Paper.PREMISES_PROOF)

    effective_on = models.DateField(_("moves on"), null=True, blank=True)

    class Meta:
        verbose_name = _("relocation")
        verbose_name_plural = _("relocations")
        constraints = [*Place.Meta.constraints, *ScheduledEffect.Meta.constraints]

    # -- what it asks -------------------------------------------------------------------------------------------------

    def warning(self) -> str:
        return gettext("Do not move the terminal before the approval; used elsewhere it may be blocked.")

    def on_record(self) -> list[dict[str, str]]:
        binding = self.terminal.binding
        place = place_words(binding.division, binding.address) if binding else ""
        return [
            {"label": gettext("Terminal"), "value": f"{self.terminal.label} {self.terminal.number}".strip()},
            {"label": gettext("Place on record"), "value": place},
        ]

    def pages(self) -> dict[str, str | Promise]:
        return self.PAGES

    def own_items(self, *, revealed: str, placements: Iterable | None = None) -> list[Item]:
        return relocation_items(self)

    def answers_kept(self) -> list[str]:
        return ["division", "address", "latitude", "longitude", "coord_system", "effective_on", "reason_text"]

    def paper_needs(self) -> list[PaperNeed]:
        return [PaperNeed(paper, True, str(HINTS[paper])) for paper in self.NEEDED]

    def unanswered(self, *, on: date) -> list[Missing]:
        found = []
        if self.division_id is None:
            found.append(Missing("request", "division", gettext("Say to which district it moves.")))
        if not self.address:
            found.append(Missing("request", "address", gettext("Enter street and number of the new place.")))
        if self.effective_on is None:
            found.append(Missing("request", "effective_on", gettext("Choose the day of the move.")))
        elif self.effective_on < on:
            found.append(Missing("request", "effective_on", gettext("Choose today or a later day.")))
        if not self.reason_text:
            found.append(Missing("request", "reason_text", gettext("Say in a few words why it moves.")))
        if self.division_id and (sentence := self.objection_to_place(self.division_id)):
            found.append(Missing("request", "division", sentence))
        return [*found, *self.missing_papers()]

    # -- where it goes against where it stands ------------------------------------------------------------------------

    @property
    def metres(self) -> int | None:
        """How far it moves, where both points are known."""
        return metres_of_move(self)

    def objection_to_place(self, division_code: str) -> str:
        """Why it cannot move there, or "": it stays in its province, by the first two digits of the division (GB/T 2260)."""
        binding = self.terminal.binding
        if binding is None or division_code[:2] == (binding.division_id or division_code)[:2]:
            return ""
        return gettext("Another province is another branch: stop the terminal here and register it there.")

    def is_to_another_city(self, from_code: str) -> bool:
        """By the first four digits of the division; the four municipalities are one city each."""
        alike = 2 if from_code[:2] in MUNICIPALITIES else 4
        return (self.division_id or from_code)[:alike] != from_code[:alike]

    def findings(self, *, on: date) -> Iterator[Finding]:
        return findings_of_relocation(self)

    def reasons_to_hold(self, outcome: str) -> list[str]:
        found = super().reasons_to_hold(outcome)
        binding = self.terminal.binding
        if outcome == "approved" and binding and self.is_to_another_city(binding.division_id or ""):
            found.append("other_city")
        return found

    # -- what its approval does ---------------------------------------------------------------------------------------

    @property
    def what_follows(self) -> str:
        return self.warning()

    def effect_moment(self, now: datetime) -> datetime:
        if self.effective_on is None:
            return now
        zone = timezone.get_default_timezone()
        return max(timezone.make_aware(datetime.combine(self.effective_on, time.min), zone), now)

    def make_true(self, *, by, now: datetime) -> None:
        """The terminal is tied to the new place; the tie to the old one is closed."""
        rebind(self.terminal, place=self, application_number=self.number, by=by, now=now)

    def effect_words(self, now: datetime) -> EffectWords:
        if self.called_off_at:
            return EffectWords(
                gettext("Approved, then called off"), gettext("The old place stays."), self.called_off_note
            )
        if self.has_taken_effect:
            return EffectWords(
                gettext("Approved: the new place is in force"), gettext("Nobody has to do anything.")
            )
        title = gettext("Approved: the new place is in force from %(day)s on") % {
            "day": day(self.effective_on)
        }
        return EffectWords(title, gettext("Until then the terminal stays where it is."))
