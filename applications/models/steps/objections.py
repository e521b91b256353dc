"""Who may do what with an application, and why not: the one sentence for each step."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from config.accounts.roles import MemberRight
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import moment
from merchants.people import objection_to

REVIEW = "applications.review_application"
RELEASE = "applications.release_decision"
TAKE_OVER = "applications.take_over_application"
DECIDE_LATE = "applications.decide_after_rounds"
# What a merchant's own people need for their steps.
RIGHTS = {
    "submitted": MemberRight.SUBMIT,
    "withdrawn": MemberRight.WITHDRAW,
    # A refused application: its people may ask that it be looked at again.
    "rejected": MemberRight.ASK_FOR_REVIEW,
}


class Objections(models.Model):
    class Meta:
        abstract = True

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; also four eyes, the claim, the reviewer's right and branch, and the deadline's own clock."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if self.status == self.Status.REJECTED:
            return self.objection_to_answer(by=by, now=now)
        if target == self.Status.UNDER_REVIEW:
            return self._worker_objection(by) or self.objection_to_holder(by=by, now=now)
        if target in self.REVIEWER_STEPS:
            return self._decision_objection(target, by=by, now=now)
        if target == self.Status.LAPSED:
            return self._lapse_objection(by, now=now)
        return self._applicant_objection(target, by)

    # -- the claim ----------------------------------------------------------------------------------------------------

    def holder(self, now: datetime):
        """Who holds the case now, or None: a claim without activity ends by itself."""
        return self.assignee if self._is_held(now) else None

    def objection_to_holder(self, *, by, now: datetime) -> str:
        """Who else holds the case, and since when; "" where nobody does."""
        if not self._is_held(now) or self.assignee_id == by.pk:
            return ""
        return _("%(who)s holds this case since %(when)s.") % {
            "who": self.assignee,
            "when": moment(self.assigned_at),
        }

    def objection_to_claim(self, *, by, now: datetime) -> str:
        """Why this person cannot take the case, or ""."""
        if self.status not in (self.Status.SUBMITTED, self.Status.UNDER_REVIEW):
            return _("%(thing)s is “%(status)s”, so this step is not possible.") % {
                "thing": self._meta.verbose_name,
                "status": self.get_status_display(),
            }
        return self._worker_objection(by) or self.objection_to_holder(by=by, now=now)

    def _is_held(self, now: datetime) -> bool:
        return bool(self.assignee_id and self.lease_until and self.lease_until > now)

    # -- deciding -----------------------------------------------------------------------------------------------------

    def _decision_objection(self, target: str, *, by, now: datetime) -> str:
        if self.held_since and target not in self.DECIDED:
            return _("A decision on this application is held and waits for a second person.")
        if self.held_since:
            return self.objection_to_release(by=by, now=now)
        return (
            self._worker_objection(by)
            or self.objection_to_holder(by=by, now=now)
            or self._round_objection(by, target)
        )

    def _reviewer_objection(self, by) -> str:
        if not by.has_perm(REVIEW):
            return _("Only reviewers decide on applications.")
        if not self._is_of_branch(by):
            return _("This application belongs to another branch.")
        if self.is_maker(by):
            return _("Whoever filed or edited an application cannot decide on it; a colleague has to.")
        return ""

    def _worker_objection(self, by) -> str:
        """Why this person cannot have the case in hand: it goes to those only who may decide on it.

        While a decision is held that is the second person. `queueing.workable_by` asks the same of many cases.
        """
        if self.held_since:
            return self._second_person_objection(by)
        return self._reviewer_objection(by) or self._round_objection(by) or self._refuser_objection(by)

    def _is_of_branch(self, person) -> bool:
        return bool(person.branch and self.branch and self.branch.path.startswith(person.branch.path))

    def _round_objection(self, by, target: str = "") -> str:
        """After as many rounds as the policy allows, neither side gets on alone: a supervisor decides."""
        if by.has_perm(DECIDE_LATE):
            return ""
        most = current_policy().correction_rounds
        is_late = self.round >= most if target == self.Status.RETURNED else self.round > most
        return _("After %(rounds)s rounds a supervisor decides.") % {"rounds": most} if is_late else ""

    def is_beyond_rounds(self) -> bool:
        """Whether only a supervisor decides on it any more, whatever the outcome."""
        return self.round > current_policy().correction_rounds

    def _refuser_objection(self, by) -> str:
        """An application taken up again is decided by somebody else than who refused it, alone or as one of two."""
        if self.reopened_at is None or not self._took_part_in_refusal(by):
            return ""
        return _("Whoever refused an application does not decide on it again; a colleague has to.")

    def objection_to_release(self, *, by, now: datetime) -> str:
        """Why this person cannot release or reverse the held decision, or "": a second pair of eyes, no exception."""
        if not self.held_since:
            return _("No decision on this application is held.")
        return self._second_person_objection(by) or self.objection_to_holder(by=by, now=now)

    def _second_person_objection(self, by) -> str:
        if not by.has_perm(RELEASE):
            return _("A held decision is released by a second person who may do so.")
        if not self._is_of_branch(by):
            return _("This application belongs to another branch.")
        # Without a known first person nobody can be known to be the second.
        if self.proposed_by_id is None or self.proposed_by_id == by.pk:
            return _("Whoever decided first cannot release the decision; a colleague has to.")
        if self.is_maker(by):
            return _("Whoever filed or edited an application cannot decide on it; a colleague has to.")
        return self._refuser_objection(by)

    # -- a refusal looked at again ------------------------------------------------------------------------------------

    def review_request_or_none(self):
        return self._review_requests().first()

    def _review_requests(self):
        return type(self).review_request.related.related_model.objects.filter(application_id=self.pk)

    def _took_part_in_refusal(self, person) -> bool:
        """Whether the person refused this application, or was one of the two who did."""
        refusals = self.decisions.filter(outcome="rejected", state__in=["sent", "released", "overturned"])
        return refusals.filter(Q(by=person) | Q(checker=person)).exists()

    def objection_to_answer(self, *, by, now: datetime) -> str:
        """Why this person cannot answer the request to look at the refusal again, or ""."""
        asked = self.review_request_or_none()
        if asked is None or asked.outcome:
            return _("No request to look at this refusal again is open.")
        if not by.has_perm(RELEASE):
            return _("Only people who release decisions answer such a request.")
        if self._took_part_in_refusal(by):
            return _("Whoever refused the application cannot answer; a colleague has to.")
        if not self._is_of_branch(by):
            return _("This application belongs to another branch.")
        if self.is_maker(by):
            return _("Whoever filed or edited an application cannot decide on it; a colleague has to.")
        return ""

    # -- the applicant and the clock ----------------------------------------------------------------------------------

    def _applicant_objection(self, target: str, by) -> str:
        """A customer's steps are its members' by their rights; before there is one, the applicant's and whoever files for it."""
        if target == self.Status.WITHDRAWN and by.system_name:
            # What has lost its object is closed by the system; nobody else asks it to.
            return ""
        if self.merchant is not None and not by.is_staff:
            return objection_to(RIGHTS[target], by, self.merchant)
        return "" if self.is_maker(by) else _("Only the people who file this application can take this step.")

    def _lapse_objection(self, by, *, now: datetime) -> str:
        if by.system_name is None:
            return _("Applications lapse by themselves once their deadline has passed.")
        if self.correction_due_at is None or now <= self.correction_due_at:
            return _("The deadline for correction has not passed yet.")
        return ""
