from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import blockers, stop_papers, stop_questions, stopping
from applications.findings.deactivation import findings_of_deactivation
from applications.items.deactivation import deactivation_items
from applications.missing import Missing
from applications.models.revocation import Revocation
from applications.models.scheduled import ScheduledEffect
from applications.models.terminal_request import CustomerRequest
from applications.terminals_to_stop import ToStop, kept, read
from config.kernel.calendar import add_working_days
from config.kernel.clock import local_date, start_of_day
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from terminals.models import Terminal

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from applications.findings.finding import Finding
    from applications.items import Item
    from applications.models.application import EffectWords
    from applications.models.paper import PaperNeed

# Of a device that nobody holds, or that no longer works, nobody can declare what is on it.
LOST, WORN_OUT = "l1_lost", "h1_worn_out"


class Deactivation(Revocation, ScheduledEffect, CustomerRequest):
    """Terminals stop, whoever asks for it: the one road to their end, through settlement. Or they close for a time, as planned."""

    class Initiator(models.TextChoices):
        MERCHANT = "merchant", _("the merchant")
        BANK = "bank", _("the bank")
        SYSTEM = "system", _("the system")
        AUTHORITY = "authority", _("an authority")

    class Scope(models.TextChoices):
        SOME = "some", _("some terminals")
        WHOLE = "whole", _("all terminals, and the agreement ends")

    class Way(models.TextChoices):
        BRANCH = "branch", _("brought to the branch")
        COURIER = "courier", _("sent by courier")
        PICK_UP = "pick_up", _("picked up by the bank")

    PREFIX = "TY"
    INTRODUCTION = _("The terminal takes no more payments, settles what it has and goes back to the bank.")
    PAGES: ClassVar[dict[str, str | Promise]] = {"request": _("Terminals and reason"), "papers": _("Papers")}

    initiator = models.CharField(
        _("asked for by"), max_length=10, choices=Initiator, default=Initiator.MERCHANT
    )
    scope = models.CharField(_("scope"), max_length=6, choices=Scope, default=Scope.SOME)
    # Of `ToStop`, as plain values.
    chosen = models.JSONField(_("terminals to stop"), default=list, blank=True)
    reason = models.ForeignKey(
        "terminals.StopReason",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reason of the stop"),
    )
    is_temporary = models.BooleanField(_("closed for a time"), default=False)
    resume_on = models.DateField(_("in use again on"), null=True, blank=True)
    stop_on = models.DateField(_("stops on"), null=True, blank=True)
    is_emergency = models.BooleanField(_("emergency, stopped at once"), default=False)
    return_way = models.CharField(_("way of the return"), max_length=8, choices=Way, blank=True)
    return_address = models.CharField(_("place of the return"), max_length=120, blank=True)
    declares_settled = models.BooleanField(_("declared: everything is settled"), default=False)
    declares_cleared = models.BooleanField(_("declared: no data of cardholders is kept"), default=False)

    class Meta:
        verbose_name = _("stop of terminals")
        verbose_name_plural = _("stops of terminals")
        constraints = [
            *ScheduledEffect.Meta.constraints,
            *Revocation.Meta.constraints,
            models.CheckConstraint(
                name="deactivation_choices_known",
                condition=Q(initiator__in=["merchant", "bank", "system", "authority"])
                & Q(scope__in=["some", "whole"])
                & Q(return_way__in=["", "branch", "courier", "pick_up"]),
                violation_error_message=_("Choose from the list."),
            ),
            models.CheckConstraint(
                name="deactivation_emergency_by_order",
                condition=Q(is_emergency=False) | Q(initiator="authority", stop_on=None),
                violation_error_message=_(
                    "Only an authority orders an emergency, and that waits for no day."
                ),
            ),
            models.CheckConstraint(
                name="deactivation_closure_is_merchants",
                condition=Q(is_temporary=False, resume_on=None)
                | Q(is_temporary=True, initiator="merchant", scope="some"),
                violation_error_message=_(
                    "Only a merchant closes terminals for a time; then it says when they come back."
                ),
            ),
            models.CheckConstraint(
                name="deactivation_resumes_after_stop",
                condition=Q(resume_on=None) | Q(stop_on=None) | Q(resume_on__gt=F("stop_on")),
                violation_error_message=_("A terminal comes back after the day on which it closes."),
            ),
        ]

    def save(self, *args, **kwargs) -> None:
        self.is_banks_own = self.initiator != self.Initiator.MERCHANT
        super().save(*args, **kwargs)

    # -- how it begins ------------------------------------------------------------------------------------------------

    @classmethod
    def begun_with(
        cls, *, terminal: Terminal | None, by, initiator: str = Initiator.MERCHANT, **given
    ) -> dict[str, Any]:
        if initiator != cls.Initiator.MERCHANT and not (by.is_staff or by.system_name):
            raise Refused(gettext("Only the bank asks for a stop in its own name."), code="forbidden")
        return {"initiator": initiator, "chosen": kept([ToStop(terminal.number)] if terminal else [])}

    @classmethod
    def same_again(
        cls, *, merchant, terminal: Terminal | None, initiator: str = Initiator.MERCHANT, **given
    ) -> Deactivation | None:
        """The draft about this terminal, or any draft where none is named; else what the bank has of this terminal."""
        own = cls.objects.filter(merchant=merchant, is_banks_own=initiator != cls.Initiator.MERCHANT)
        drafts = list(own.filter(status=cls.Status.DRAFT, initiator=initiator).order_by("-id"))
        if terminal is None:
            return drafts[0] if drafts else None
        speaking = [one for one in drafts if any(line.number == terminal.number for line in one.lines)]
        open_ones = own.filter(terminal_links__terminal=terminal, terminal_links__is_open=True)
        return speaking[0] if speaking else open_ones.first()

    # -- what it asks -------------------------------------------------------------------------------------------------

    @property
    def lines(self) -> list[ToStop]:
        """The terminals it names, with what is declared of them."""
        return read(self.chosen)

    @property
    def is_unusable(self) -> bool:
        """Whether nobody can settle at the device any more, or clear it."""
        return self.reason_id in (LOST, WORN_OUT)

    @property
    def is_lost(self) -> bool:
        return self.reason_id == LOST

    def terminals_spoken_of(self) -> Iterable[Terminal]:
        """Once it has taken effect, those that it stopped."""
        if self.has_taken_effect:
            rows = Terminal.objects.filter(application_links__application=self.pk)
            return rows.select_related("merchant", "outlet").order_by("pk")
        return self.terminals_claimed()

    def terminals_claimed(self) -> Iterable[Terminal]:
        """All that are live where everything ends, else those it names; a stranger's number names nothing."""
        rows = Terminal.objects.filter(merchant=self.merchant).select_related("merchant", "outlet")
        if self.scope == self.Scope.WHOLE:
            return rows.live().order_by("pk")
        return rows.filter(number__in=[line.number for line in self.lines]).order_by("pk")

    def pages(self) -> dict[str, str | Promise]:
        return self.PAGES

    def to_do_first(self) -> list[blockers.Blocker]:
        return sorted(blockers.blockers_of(self), key=lambda each: not each.is_hard)

    def own_items(self, *, revealed: str, placements: Iterable | None = None) -> list[Item]:
        return deactivation_items(self)

    def answers_kept(self) -> list[str]:
        return [
            "initiator",
            "scope",
            "chosen",
            "reason",
            "reason_text",
            "is_temporary",
            "resume_on",
            "stop_on",
            "is_emergency",
            "return_way",
            "return_address",
            "declares_settled",
            "declares_cleared",
        ]

    def paper_needs(self) -> list[PaperNeed]:
        return stop_papers.needs_of(self)

    def unanswered(self, *, on: date) -> list[Missing]:
        return [
            *(Missing("request", "chosen", each.sentence) for each in blockers.hard_blockers(self)),
            *stop_questions.unanswered(self, on=on),
            *self.missing_papers(),
        ]

    def why_not_now(self) -> str:
        return next((each.sentence for each in blockers.hard_blockers(self)), "")

    def earliest_stop(self, on: date) -> date:
        """The first day for which the stop may be asked."""
        if self.initiator != self.Initiator.MERCHANT or self.is_lost:
            return on
        return add_working_days(on, current_policy().stop_notice_working_days)

    def findings(self, *, on: date) -> Iterable[Finding]:
        return findings_of_deactivation(self, on=on)

    def receive(self, *, by, now: datetime, **given) -> None:
        """What the bank or an authority asks for goes before what the merchant has asked for of the same terminals."""
        if self.initiator in (self.Initiator.BANK, self.Initiator.AUTHORITY):
            stopping.overtake_stops(self, now=now)

    # -- who may, and who hears of it ---------------------------------------------------------------------------------

    def objection(self, target: str, *, by, now: datetime) -> str:
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if target == self.Status.RETURNED and self.initiator == self.Initiator.SYSTEM:
            return gettext("The system has filed this and corrects nothing: approve or refuse it.")
        return ""

    def _applicant_objection(self, target: str, by) -> str:
        if self.is_banks_own:
            is_its_own = self.is_maker(by) or (by.system_name and target == self.Status.WITHDRAWN)
            return (
                "" if is_its_own else gettext("The bank has filed this; its merchant cannot take this step.")
            )
        return super()._applicant_objection(target, by)

    def objection_to_call_off(self, *, by) -> str:
        """The bank takes two people to undo a stop, before its day as well (`Revocation`); the merchant takes back its own."""
        if by.system_name is None and by.is_staff:
            return gettext("A stop is taken back by its revocation, which a second person confirms.")
        if by.system_name is None and self.is_banks_own:
            return gettext("The bank has filed this; its merchant cannot take this step.")
        return super().objection_to_call_off(by=by)

    def tell(self, kind: str, *, now: datetime, event: str = "", **context) -> None:
        """Of what the bank asks for the merchant hears by the notice; who filed it hears what there is to do."""
        if self.is_banks_own and (self.filed_by.system_name or kind not in stopping.TOLD_TO_STAFF):
            return
        super().tell(kind, now=now, event=event, **context)

    # -- what its approval does ---------------------------------------------------------------------------------------

    def reasons_to_hold(self, outcome: str) -> list[str]:
        return [*super().reasons_to_hold(outcome), *stop_questions.reasons_to_hold(self, outcome)]

    def blocks(self, *, on: date) -> list[str]:
        return [*super().blocks(on=on), *stopping.objections(self, on=on)]

    @property
    def what_follows(self) -> str:
        if self.is_temporary:
            return gettext("The terminal closes on the day and comes back by itself on the other.")
        return gettext(
            "From the day of the stop: settle what is on the terminal, and give it back with everything that came with it."
        )

    def ends_besides(self) -> list[str]:
        return stopping.ends_besides(self)

    def effect_moment(self, now: datetime) -> datetime:
        return max(start_of_day(self.stop_on), now) if self.stop_on else now

    def make_true(self, *, by, now: datetime) -> None:
        """Every terminal takes no more payments: settling, closed for a time, cancelled, or cut off in an emergency."""
        stopping.stop(self, by=by, now=now)

    def objection_to_undo(self) -> str:
        return stopping.objection_to_undo(self)

    def undo(self, *, by, now: datetime) -> None:
        stopping.revoke_notices(self, by=by, now=now)
        stopping.put_back(self, by=by, now=now)

    def undo_stop(self, *, by, now: datetime, note: str) -> None:
        """As a revocation: the notice was answered by somebody else than who issued it, and those are the two people."""
        with self.acting("stop_revoked", by=by, now=now, unless=self.objection_to_undo):
            stopping.put_back(self, by=by, now=now)
            self.revocation_asked_at, self.revocation_asked_by = now, self.decided_by
            self.revocation_note = note.strip()[:500]
            self.revoked_at, self.revoked_by = now, by

    def _rehearse(self, *, by, now: datetime) -> None:
        """An emergency needs its second person even to be tried."""
        if not self.is_emergency:
            super()._rehearse(by=by, now=now)

    def effect_words(self, now: datetime) -> EffectWords:
        return stopping.effect_words(self)

    def is_early(self) -> bool:
        """Whether it stops sooner than a notice of the policy's length would allow."""
        if self.submitted_at is None or self.stop_on is None:
            return False
        notice = current_policy().stop_notice_working_days
        return self.stop_on < add_working_days(local_date(self.submitted_at), notice)
