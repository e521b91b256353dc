"""What can be done with an application of any kind: one verb for each arrow, each whole."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from config.kernel.calendar import add_working_days, bank_hours, closing_of
from config.kernel.clock import end_of_day, local_date
from config.kernel.lifecycle import Lifecycle, Refused
from config.kernel.outbox import enqueue
from config.kernel.policy import current_policy


class ApplicationSteps(Lifecycle):
    """The verbs of `Application`. Objections here are the same in page, bulk action, API and shell."""

    class Meta:
        abstract = True

    # -- the applicant's steps ------------------------------------------------------------------------------------

    def submit(self, *, by, now: datetime, consent) -> None:
        """Hand the application to the bank with the consent given: complete, in the queue, with a day for the answer.

        Raises `Refused` with code "incomplete" while anything is missing; `missing()` lists what.
        """
        with self.moving_to(self.Status.SUBMITTED, by=by, now=now):
            if missing := self.missing(on=local_date(now)):
                raise Refused(missing[0].sentence, code="incomplete", missing=missing)
            self.claim_terminals()
            self.round += 1
            self.submitted_at = now
            policy = current_policy()
            day = add_working_days(local_date(now), policy.review_working_days)
            self.due_at = closing_of(day, bank_hours(policy))
            self.correction_due_at = None
            self.consent_text, self.consented_at = consent, now
            self.risk = self.assessed_risk(on=local_date(now))
            self.remember_maker(by, now=now)
            self._tell("submitted" if self.round == 1 else "resubmitted", now=now)

    def withdraw(self, *, by, now: datetime) -> None:
        """Take the application back before it is decided. Nothing of it stays open."""
        with self.moving_to(self.Status.WITHDRAWN, by=by, now=now):
            self._close(now=now, keep_days=current_policy().abandoned_retention_days)

    # -- the reviewer's steps -------------------------------------------------------------------------------------

    def begin_review(self, *, by, now: datetime) -> None:
        """Take the case: it is under review in this reviewer's hands."""
        with self.moving_to(self.Status.UNDER_REVIEW, by=by, now=now):
            self.assignee, self.assigned_at = by, now

    def return_for_correction(
        self,
        *,
        by,
        now: datetime,
        version: int,
        public_text: str,
        items: dict[str, str],
        private_note: str = "",
    ) -> None:
        """Give the application back with one complete list of what to correct and a deadline in working days."""
        with self.moving_to(self.Status.RETURNED, by=by, now=now, note=public_text):
            self._insist_on(version)
            if items.keys() - self.correctable().keys():
                raise Refused(
                    _("Something on the list cannot be corrected in this application."),
                    code="not_correctable",
                )
            decision = self._decide(
                "returned", by=by, now=now, public_text=public_text, private_note=private_note
            )
            for item, text in items.items():
                decision.items.create(item=item, text=text or public_text)
            days = current_policy().correction_working_days
            self.correction_due_at = end_of_day(add_working_days(local_date(now), days))
            self.due_at = None
            self._tell("returned", now=now)

    def approve(
        self, *, by, now: datetime, version: int, account_verified: bool, private_note: str = ""
    ) -> None:
        """Grant the request and let it take effect, or do neither."""
        with self.moving_to(self.Status.APPROVED, by=by, now=now):
            self._insist_on(version)
            if not account_verified:
                raise Refused(
                    _("Check the settlement account in the core system first."), code="account_unverified"
                )
            self.decided_by, self.decided_at = by, now
            self._decide("approved", by=by, now=now, private_note=private_note)
            self.take_effect(by=by, now=now)
            self._close(now=now, keep_days=current_policy().retention_years * 366)
            self._tell("approved", now=now)

    def reject(
        self, *, by, now: datetime, version: int, reason, public_text: str = "", private_note: str = ""
    ) -> None:
        """Refuse the request for a reason from the list, in words the merchant reads."""
        text = public_text or reason.public_text
        with self.moving_to(self.Status.REJECTED, by=by, now=now, note=text):
            self._insist_on(version)
            self.decided_by, self.decided_at = by, now
            self._decide(
                "rejected", by=by, now=now, reason=reason, public_text=text, private_note=private_note
            )
            self._close(now=now, keep_days=current_policy().abandoned_retention_days)
            self._tell("rejected", now=now)

    # -- the clock's step -----------------------------------------------------------------------------------------

    def lapse(self, *, by, now: datetime) -> None:
        """Close an application whose deadline for correction has passed, without prejudice to a new one."""
        with self.moving_to(self.Status.LAPSED, by=by, now=now):
            self._close(now=now, keep_days=current_policy().abandoned_retention_days)
            self._tell("lapsed", now=now)

    # -- who may, and why not -------------------------------------------------------------------------------------

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; also four eyes, the reviewer's right and branch, and the deadline's own clock."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if target in self.REVIEWER_STEPS:
            return self._reviewer_objection(by)
        if target == self.Status.LAPSED:
            return self._lapse_objection(by, now=now)
        return self._applicant_objection(by)

    def _reviewer_objection(self, by) -> str:
        if not by.has_perm("applications.review_application"):
            return _("Only reviewers decide on applications.")
        if not by.branch or not self.branch.path.startswith(by.branch.path):
            return _("This application belongs to another branch.")
        if self.is_maker(by):
            return _("Whoever filed or edited an application cannot decide on it; a colleague has to.")
        return ""

    def _applicant_objection(self, by) -> str:
        return "" if self.is_maker(by) else _("Only the people who file this application can take this step.")

    def _lapse_objection(self, by, *, now: datetime) -> str:
        if by.system_name is None:
            return _("Applications lapse by themselves once their deadline has passed.")
        if self.correction_due_at is None or now <= self.correction_due_at:
            return _("The deadline for correction has not passed yet.")
        return ""

    # -- private --------------------------------------------------------------------------------------------------

    def staleness(self, version: int) -> str:
        """Why a decision on this version does not hold any more, or "": any edit or step since then has raised the version."""
        if version == self.version:
            return ""
        return _(
            "This application has changed since the page was opened. Please read it again and decide then."
        )

    def _insist_on(self, version: int) -> None:
        if sentence := self.staleness(version):
            raise Refused(sentence, code="stale")

    def _decide(
        self, outcome: str, *, by, now: datetime, reason=None, public_text: str = "", private_note: str = ""
    ):
        return self.decisions.create(
            outcome=outcome,
            round=self.round,
            version=self.version,
            reason=reason,
            public_text=public_text,
            private_note=private_note,
            by=by,
            at=now,
        )

    def _close(self, *, now: datetime, keep_days: int) -> None:
        """Nothing is due any more, and everything on file carries the day until which it is kept."""
        self.due_at = self.correction_due_at = None
        self.keep_until = local_date(now) + timedelta(days=keep_days)
        self.documents.update(keep_until=self.keep_until)

    def _tell(self, kind: str, *, now: datetime) -> None:
        enqueue(
            f"application_{kind}",
            recipient=self.applicant,
            subject=self,
            context={"number": self.number},
            now=now,
        )
