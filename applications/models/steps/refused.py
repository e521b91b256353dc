"""A refusal looked at again: asked for once by the merchant, answered by somebody else than the refuser."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _

from applications.models.decision import Decision
from applications.models.review_request import ReviewRequest
from applications.words import kept
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy


class RefusedSteps(models.Model):
    class Meta:
        abstract = True

    def ask_for_review(self, *, by, now: datetime, text: str) -> ReviewRequest:
        """The merchant asks that the refusal be looked at again, once and within the days of the policy."""
        with self.acting(
            "review_asked", by=by, now=now, unless=lambda: self.objection_to_ask(by=by, now=now)
        ):
            if not text.strip():
                raise Refused(_("Say why the application should be looked at again."), code="no_reason")
            asked = ReviewRequest.objects.create(
                application_id=self.pk,
                refused_by=self.decided_by,
                text=kept(text),
                asked_by=by,
                asked_at=now,
            )
            self.forget("asked_again")
            self.tell_supervisors("review_asked", now=now)
        return asked

    def uphold_refusal(self, *, by, now: datetime, text: str) -> None:
        """The refusal stands, with words the merchant reads."""
        with self.acting(
            "refusal_upheld", by=by, now=now, unless=lambda: self._answer_objection(by=by, now=now)
        ):
            self._answer_request(ReviewRequest.Outcome.UPHELD, by=by, now=now, text=text)

    def reopen(self, *, by, now: datetime, text: str) -> None:
        """The application is under review again; whoever refused it does not decide on it a second time."""
        with self.moving_to(self.Status.UNDER_REVIEW, by=by, now=now, note=text.strip()):
            self._answer_request(ReviewRequest.Outcome.REOPENED, by=by, now=now, text=text)
            standing = self.decisions.filter(outcome=Decision.Outcome.REJECTED, round=self.round)
            standing.filter(state__in=[Decision.State.SENT, Decision.State.RELEASED]).update(
                state=Decision.State.OVERTURNED
            )
            self.reopened_at = now
            self.claim_terminals()
            self.decided_by = self.decided_at = self.proposed_by = self.keep_until = None
            self.documents.update(keep_until=None)
            self.assignee = self.assigned_at = self.lease_until = self.escalated_at = None
            self.working_days_left = None
            self.due_at = self._due(now)
            if self.is_beyond_rounds():
                self._hand_to_supervisors("escalated", now=now)

    # -- why not ------------------------------------------------------------------------------------------------------

    def objection_to_ask(self, *, by, now: datetime) -> str:
        """Why this person cannot ask that the refusal be looked at again, or ""."""
        if self.status != self.Status.REJECTED or self.decided_at is None:
            return _("Only a refused application can be looked at again.")
        if sentence := self._applicant_objection(self.Status.REJECTED, by):
            return sentence
        if self.review_request_or_none() is not None:
            return _("You have asked for this once already.")
        if now > self.decided_at + timedelta(days=current_policy().review_request_days):
            return _("The time to ask for this has passed. You can file a new application.")
        return ""

    def _answer_objection(self, *, by, now: datetime) -> str:
        if self.status != self.Status.REJECTED:
            return _("No request to look at this refusal again is open.")
        return self.objection_to_answer(by=by, now=now)

    def _answer_request(self, outcome: str, *, by, now: datetime, text: str) -> None:
        if not text.strip():
            raise Refused(_("Answer in words the merchant can follow."), code="no_reason")
        asked = self.review_request_or_none()
        if asked is None or asked.outcome:
            raise Refused(_("No request to look at this refusal again is open."), code="wrong_state")
        asked.outcome, asked.answer, asked.answered_by, asked.answered_at = outcome, kept(text), by, now
        asked.save()
        self.tell("review_answered", now=now)
