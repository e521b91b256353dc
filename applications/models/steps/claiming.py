"""Taking a case and letting it go: who works on it, for how long, and how it changes hands."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _

from applications.models.steps.objections import TAKE_OVER
from applications.words import kept
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy


class ClaimSteps(models.Model):
    class Meta:
        abstract = True

    def claim(self, *, by, now: datetime) -> None:
        """Take the case: it is under review in this reviewer's hands until nothing was done for as long as the policy says.

        Raises `Refused` with code "held" where a colleague holds it. Taking what one holds already changes nothing.
        """
        with self.locked(now=now):
            if sentence := self.objection_to_claim(by=by, now=now):
                code = "held" if self.objection_to_holder(by=by, now=now) else "wrong_state"
                raise Refused(sentence, code=code)
            if self.status == self.Status.SUBMITTED:
                with self.moving_to(self.Status.UNDER_REVIEW, by=by, now=now):
                    self._put_into_hands(by, now=now)
                    if self.round == 1:
                        self.tell("accepted", now=now)
            elif not self._is_held(now):
                with self.acting("claimed", by=by, now=now, unless=str):
                    self._put_into_hands(by, now=now)

    def keep_lease(self, *, by, now: datetime) -> bool:
        """The holder did something: the claim lasts from now on anew. False where the case is no longer this person's."""
        held = type(self)._base_manager.filter(pk=self.pk, assignee=by, status=self.Status.UNDER_REVIEW)
        return bool(held.filter(lease_until__gt=now).update(lease_until=now + _idle_time()))

    def release(self, *, by, now: datetime) -> None:
        """Put the case back into the queue."""
        with self.acting(
            "released", by=by, now=now, unless=lambda: self.objection_to_put_back(by=by, now=now)
        ):
            self.assignee = self.assigned_at = self.lease_until = None

    def take_over(self, *, by, now: datetime, reason: str) -> None:
        """A supervisor takes the case out of a colleague's hands, for a reason that stays on record."""
        with self.acting(
            "taken_over",
            by=by,
            now=now,
            unless=lambda: self.objection_to_take_over(by=by, now=now),
        ):
            if not reason.strip():
                raise Refused(_("Say why the case changes hands."), code="no_reason")
            self.remarks.create(action="taken_over", text=kept(reason), by=by, at=now)
            self._put_into_hands(by, now=now)

    def assign(self, *, to, by, now: datetime) -> None:
        """The case waits for this reviewer for a while; nobody else takes it meanwhile. For the clock and for supervisors."""
        with self.acting(
            "assigned",
            by=by,
            now=now,
            unless=lambda: self._assignment_objection(to=to, by=by, now=now),
            to=to.pk,
        ):
            self.assignee, self.assigned_at = to, now
            self.lease_until = now + timedelta(hours=current_policy().reservation_hours)

    def escalate(self, *, by, now: datetime, note: str = "") -> None:
        """The supervisors of the branch have it in their inbox; once for each application, by a reviewer or the clock."""
        with self.acting(
            "escalated",
            by=by,
            now=now,
            unless=lambda: self.objection_to_escalate(by=by, now=now),
        ):
            if note.strip():
                self.remarks.create(action="escalated", text=kept(note), by=by, at=now)
            self._hand_to_supervisors("overdue" if by.system_name else "escalated", now=now)

    # -- why not ------------------------------------------------------------------------------------------------------

    def objection_to_put_back(self, *, by, now: datetime) -> str:
        """Why this person cannot put the case back, or "": only its holder does."""
        is_own = self._is_held(now) and self.assignee_id == by.pk
        return "" if is_own else _("This case is not in your hands.")

    def objection_to_take_over(self, *, by, now: datetime) -> str:
        """Why this person cannot take the case out of another's hands, or ""."""
        if not by.has_perm(TAKE_OVER):
            return _("Only supervisors take over a case that somebody holds.")
        if not self._is_held(now) or self.assignee_id == by.pk:
            return _("Nobody else holds this case.")
        return self._worker_objection(by)

    def objection_to_escalate(self, *, by, now: datetime) -> str:
        """Why this application cannot be handed to the supervisors now, or ""."""
        if self.status not in (self.Status.SUBMITTED, self.Status.UNDER_REVIEW):
            return _("%(thing)s is “%(status)s”, so this step is not possible.") % {
                "thing": self._meta.verbose_name,
                "status": self.get_status_display(),
            }
        if self.escalated_at:
            return _("The supervisors have this case in their inbox already.")
        if by.system_name:
            is_late = self.due_at is not None and self.due_at < now
            return "" if is_late else _("This application is not overdue.")
        return self._reviewer_objection(by)

    # -- private ------------------------------------------------------------------------------------------------------

    def _hand_to_supervisors(self, why: str, *, now: datetime) -> None:
        self.escalated_at = now
        self.tell_supervisors(why, now=now)

    def _back_into_hands_of(self, person, *, until: datetime, now: datetime) -> None:
        """Whoever knows the case has it first, unless that person may not have it any more and would only keep it from others."""
        if self._worker_objection(person):
            self.assignee = self.assigned_at = self.lease_until = None
        else:
            self.assignee, self.assigned_at, self.lease_until = person, now, until

    def _put_into_hands(self, person, *, now: datetime) -> None:
        self.assignee, self.assigned_at, self.lease_until = person, now, now + _idle_time()

    def _assignment_objection(self, *, to, by, now: datetime) -> str:
        if not (by.system_name or by.has_perm(TAKE_OVER)):
            return _("Only supervisors hand out cases.")
        return self.objection_to_claim(by=to, now=now)


def _idle_time() -> timedelta:
    return timedelta(minutes=current_policy().claim_idle_minutes)
