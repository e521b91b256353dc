"""The applicant's steps, and the one the clock takes where the applicant took none."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _

from applications.models.submission import Submission, content_of
from config.accounts.models import Role, User
from config.kernel.calendar import add_working_days, closing_of
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused
from config.kernel.outbox import enqueue
from config.kernel.policy import current_policy


class FilingSteps(models.Model):
    class Meta:
        abstract = True

    def submit(self, *, by, now: datetime, **given) -> None:
        """Hand the application to the bank: complete, in the queue, with a day for the answer.

        `given` is what the kind wants with it, such as a consent. After a correction the clock goes on where it stood and
        the reviewer who knows the case has it first. Raises `Refused` with code "incomplete" while anything is missing;
        `missing()` lists what.
        """
        with self.moving_to(self.Status.SUBMITTED, by=by, now=now):
            if missing := self.missing(on=local_date(now)):
                raise Refused(missing[0].sentence, code="incomplete", missing=missing)
            self.receive(by=by, now=now, **given)
            self.claim_terminals()
            self.round += 1
            self.submitted_at = now
            self.due_at = self._due(now)
            self.correction_due_at = self.remind_at = None
            self.risk = self.assessed_risk(on=local_date(now))
            self._reserve_for_last_reviewer(now)
            if self.is_beyond_rounds():
                # Nobody else may take it any more.
                self._hand_to_supervisors("escalated", now=now)
            self.remember_maker(by, now=now)
            Submission.objects.create(
                application_id=self.pk, round=self.round, at=now, by=by, content=content_of(self)
            )
            self.tell("submitted" if self.round == 1 else "resubmitted", now=now)

    def withdraw(self, *, by, now: datetime) -> None:
        """Take the application back before it is decided. Nothing of it stays open, a held decision neither."""
        with self.moving_to(self.Status.WITHDRAWN, by=by, now=now):
            self._drop_held_decision("overtaken")
            self._close(now=now, keep_days=current_policy().abandoned_retention_days)

    def overtake(self, *, by, now: datetime, note: str) -> None:
        """Close what has lost its object by another application, by the system's hand and with a sentence that is told."""
        with self.moving_to(self.Status.WITHDRAWN, by=by, now=now, note=note):
            if by.system_name is None:
                raise Refused(
                    _("Only the system closes what another application has overtaken."), code="forbidden"
                )
            self._drop_held_decision("overtaken")
            self._close(now=now, keep_days=current_policy().abandoned_retention_days)
            self.tell("overtaken", now=now)

    def lapse(self, *, by, now: datetime) -> None:
        """Close an application whose deadline for correction has passed, without prejudice to a new one."""
        with self.moving_to(self.Status.LAPSED, by=by, now=now):
            self._close(now=now, keep_days=current_policy().abandoned_retention_days)
            self.tell("lapsed", now=now)

    def remind(self, *, by, now: datetime) -> None:
        """Remind the applicant of the deadline: at half time, then two days before it, once each."""
        with self.acting("reminded", by=by, now=now, unless=lambda: self._reminder_objection(now)):
            due, first = self.correction_due_at, self.remind_at
            second = due - timedelta(days=current_policy().correction_reminder_days)
            self.remind_at = second if first < second and now < second else None
            event = f"application_lapsing:{self.number}:{self.round}:{first.isoformat()}"
            left = max((local_date(due) - local_date(now)).days, 0)
            self.tell("lapsing", now=now, event=event, days_left=left)

    def tell(self, kind: str, *, now: datetime, event: str = "", **context) -> None:
        """The applicant hears of it after the commit."""
        enqueue(
            f"application_{kind}",
            recipient=self.applicant,
            subject=self,
            context={"number": self.number, **context},
            now=now,
            event=event,
        )

    def tell_supervisors(self, kind: str, *, now: datetime, besides=None) -> None:
        """The supervisors of the branch hear of it, but for the one who did it."""
        for person in User.objects.serving(self.branch, role=Role.SUPERVISOR):
            if person != besides:
                enqueue(
                    f"application_{kind}",
                    recipient=person,
                    subject=self,
                    context={"number": self.number},
                    now=now,
                )

    # -- private ------------------------------------------------------------------------------------------------------

    def _reminder_objection(self, now: datetime) -> str:
        is_due = self.status == self.Status.RETURNED and self.remind_at is not None and self.remind_at <= now
        return "" if is_due else "No reminder is due."

    def _due(self, now: datetime) -> datetime:
        """When the bank answers. The merchant's own time does not count: the days that were left are left again."""
        days = current_policy().review_working_days
        if self.working_days_left is not None:
            days = max(self.working_days_left, 1)
        return closing_of(add_working_days(local_date(now), days))

    def _reserve_for_last_reviewer(self, now: datetime) -> None:
        """Who returned it knows it: nobody else takes it for a while, unless that person may not review it any more."""
        if self.assignee is not None and self.round > 1:
            until = now + timedelta(hours=current_policy().reservation_hours)
            self._back_into_hands_of(self.assignee, until=until, now=now)

    def _close(self, *, now: datetime, keep_days: int) -> None:
        """Nothing is due any more, and everything on file carries the day until which it is kept."""
        self.due_at = self.correction_due_at = self.remind_at = self.lease_until = None
        self.keep_until = local_date(now) + timedelta(days=keep_days)
        self.documents.update(keep_until=self.keep_until)
        self.review_drafts.all().delete()
