"""Decisions that a second person must release: until then nothing is sent, made or started.

Held are what the policy says, by kind and risk. The first person may take the decision back, the second releases or
reverses it; who filed, edited or decided first is never the second, whatever the role.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models.decision import Decision
from applications.words import kept
from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy
from config.kernel.traces import written_together

# Why a decision is held, as it is told to staff. A kind names which of them apply in `reasons_to_hold`.
HOLDS: dict[str, Promise | str] = {
    "high_risk": gettext_lazy("The application carries a high risk."),
    "many_terminals": gettext_lazy("More terminals are asked for than one person may grant."),
    "key_particulars": gettext_lazy("The account, the name or the responsible person changes."),
    "other_city": gettext_lazy("The terminal moves to another city."),
    "emergency": gettext_lazy("It is an emergency: two people stop a terminal at once."),
    "bank_stop": gettext_lazy("The bank itself asks for the stop."),
    "early_stop": gettext_lazy("The stop comes sooner than its notice."),
}


class _Rehearsed(Exception):
    """Undoes what was only tried."""


class HeldDecisionSteps(models.Model):
    class Meta:
        abstract = True

    def release_decision(self, *, by, now: datetime, version: int, note: str = "") -> Decision:
        """The second person agrees: the held decision takes effect now, with every deadline counted from now."""
        with self.locked(now=now, reading=self.READ_WITH):
            decision = self._held_or_refuse(by=by, now=now)
            with self.moving_to(decision.outcome, by=by, now=now, note=decision.public_text):
                self._insist_on(version)
                self._answer(decision, Decision.State.RELEASED, by=by, now=now, note=note)
                self.held_since = None
                if decision.outcome == Decision.Outcome.APPROVED:
                    if blocks := self.blocks(on=local_date(now)):
                        raise Refused(blocks[0], code="blocked")
                    self._grant(by=by, now=now)
                else:
                    self._refuse(by=by, now=now)
            return decision

    def reverse_decision(self, *, by, now: datetime, version: int, note: str) -> Decision:
        """The second person disagrees: the case is back with the first one, with a note why."""
        with self.acting(
            "decision_reversed",
            by=by,
            now=now,
            unless=lambda: self.objection_to_release(by=by, now=now),
        ):
            self._insist_on(version)
            if not note.strip():
                raise Refused(_("Say why the decision is reversed."), code="no_reason")
            decision = self._the_held_one()
            self._answer(decision, Decision.State.REVERSED, by=by, now=now, note=note)
            self._let_go_of_held()
            until = now + timedelta(hours=current_policy().reservation_hours)
            self._back_into_hands_of(decision.by, until=until, now=now)
            self.version += 1
        return decision

    def take_back_decision(self, *, by, now: datetime) -> Decision:
        """Whoever decided first takes the held decision back and, where still allowed to decide, has the case again."""
        with self.acting(
            "decision_taken_back",
            by=by,
            now=now,
            unless=lambda: self.objection_to_take_back(by=by),
        ):
            decision = self._the_held_one()
            self._drop_held_decision(Decision.State.TAKEN_BACK)
            until = now + timedelta(minutes=current_policy().claim_idle_minutes)
            self._back_into_hands_of(by, until=until, now=now)
            self.version += 1
        return decision

    # -- questions ----------------------------------------------------------------------------------------------------

    def held_decision(self) -> Decision | None:
        """The decision that waits for a second person, or None."""
        return self.decisions.filter(state=Decision.State.HELD).select_related("by").first()

    def objection_to_take_back(self, *, by) -> str:
        """Why this person cannot take the held decision back, or ""."""
        if not self.held_since:
            return _("No decision on this application is held.")
        return "" if self.proposed_by_id == by.pk else _("Only whoever decided takes the decision back.")

    # -- private ------------------------------------------------------------------------------------------------------

    @contextmanager
    def _proposing(self, target: str, *, by, now: datetime, version: int) -> Iterator[None]:
        """As `moving_to` would ask and refuse, without the step: the decision is made and has no effect yet."""
        with self.acting(
            "decision_held",
            by=by,
            now=now,
            unless=lambda: self.objection(target, by=by, now=now),
            outcome=target,
        ):
            self._insist_on(version)
            yield
            self.held_since, self.proposed_by = now, by
            # The case waits for somebody else now; the clock of the promise to the merchant goes on.
            self.assignee = self.assigned_at = self.lease_until = None
            self.version += 1

    def _hold(self, outcome: str, held_for: list[str], *, by, now: datetime, **said) -> Decision:
        decision = self._decide(outcome, by=by, now=now, state=Decision.State.HELD, held_for=held_for, **said)
        self._forget_draft(by)
        self.tell_supervisors("held", now=now, besides=by)
        return decision

    def _rehearse(self, *, by, now: datetime) -> None:
        """What could not take effect is refused to the first person, not left for the second to find."""
        try:
            with transaction.atomic(), written_together():
                type(self)._base_manager.get(pk=self.pk).take_effect(by=by, now=now)
                raise _Rehearsed
        except _Rehearsed:
            return

    def _refuse_while_held(self) -> None:
        if self.held_since:
            raise Refused(
                _("A decision on this application is held and waits for a second person."), code="wrong_state"
            )

    def _held_or_refuse(self, *, by, now: datetime) -> Decision:
        if sentence := self.objection_to_release(by=by, now=now):
            raise Refused(sentence, code="wrong_state")
        decision = self.held_decision()
        if decision is None or decision.by_id != self.proposed_by_id:
            raise Refused(_("No decision on this application is held."), code="wrong_state")
        return decision

    def _the_held_one(self) -> Decision:
        decision = self.held_decision()
        if decision is None:
            raise Refused(_("No decision on this application is held."), code="wrong_state")
        return decision

    def _answer(self, decision: Decision, state: str, *, by, now: datetime, note: str) -> None:
        decision.state, decision.checker, decision.checked_at = state, by, now
        decision.checker_note = kept(note)
        decision.save()
        record(f"decision_{state}", by=by, now=now, subject=decision, detail={"number": self.number})

    def _drop_held_decision(self, state: str) -> None:
        if self.held_since:
            self.decisions.filter(state=Decision.State.HELD).update(state=state)
            self._let_go_of_held()

    def _let_go_of_held(self) -> None:
        self.held_since = self.proposed_by = None
