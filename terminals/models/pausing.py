"""A terminal that is not served for a while, or that nobody has used: the steps into that and out of it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from config.kernel.clock import local_date
from config.kernel.lifecycle import Lifecycle, Refused
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import day
from merchants.expiry import still_stands
from merchants.models import ExpiryNotice
from terminals.models.suspension import Suspension, SuspensionReason
from terminals.telling import tell_owners


class Pausing(Lifecycle):
    """The part of a terminal's life that leads back to where it was.

    Why it is suspended stands in its `Suspension` alone: steps are read by desks that may not know a confidential reason.
    """

    # Its merchant, or a desk, said that it is in use: the months without a transaction count anew for the verification.
    use_confirmed_at = models.DateTimeField(_("use confirmed at"), null=True, blank=True)
    found_unused_at = models.DateTimeField(_("found unused at"), null=True, blank=True)

    class Meta:
        abstract = True

    def suspend(
        self,
        *,
        by,
        now: datetime,
        reason: SuspensionReason,
        note: str,
        until: date | None = None,
        application_number: str = "",
        expiry_notice: ExpiryNotice | None = None,
    ) -> Suspension:
        """Known to the host but not served until `resume`; with `until` planned, and on that day it comes back by itself.

        For what the merchant has to be told of beforehand, `expiry_notice` is that notice, and its time of grace has passed.
        """
        if reason.needs_notice or expiry_notice is not None:
            self._insist_on_notice(expiry_notice, on=local_date(now))
        if until is not None:
            _insist_on_plan(reason, until, on=local_date(now))
        with self.moving_to(self.Status.SUSPENDED, by=by, now=now):
            suspension = Suspension.objects.create(
                terminal=self,
                reason=reason,
                needs_second=reason.needs_second,
                needs_notice=reason.needs_notice,
                expiry_notice=expiry_notice,
                note=note,
                since=now,
                by=by,
                until=until,
                application_number=application_number,
            )
            tell_owners("terminal_suspended", self, now=now, event=f"terminal_suspended:{suspension.pk}")
            return suspension

    def objection_to_resume(self, *, by, now: datetime) -> str:
        """Why this person cannot have the terminal served again now, or ""."""
        if self.status != self.Status.SUSPENDED:
            return self.out_of_turn()
        if (suspension := self.suspension) is None:
            return ""
        return _still_expired(suspension, on=local_date(now)) or suspension.objection_to_end(by=by)

    def resume(self, *, by, now: datetime, note: str) -> None:
        """Served again; after a suspension for risk by somebody else than who asked for it."""
        with self.moving_to(self.Status.ACTIVE, by=by, now=now):
            self._insist_on_being(self.Status.SUSPENDED)
            if self.suspension and (sentence := _still_expired(self.suspension, on=local_date(now))):
                raise Refused(sentence, code="still_expired")
            # Somebody has looked at it: the months without a transaction count anew for the next verification.
            self.use_confirmed_at = now
            ended = self._end_suspension(by=by, now=now, note=note)
            tell_owners("terminal_resumed", self, now=now, event=f"terminal_resumed:{ended and ended.pk}")

    def resume_from(self, suspension: Suspension, *, by, now: datetime, note: str = "") -> None:
        """What this suspension was for is over. One that has ended meanwhile, or was followed by another, is left alone."""
        with self.locked(now=now):
            if self.suspension != suspension:
                raise Refused(gettext("This suspension has ended already."), code="wrong_state")
            self.resume(by=by, now=now, note=note)

    def find_unused(self, *, by, now: datetime, note: str) -> None:
        """Three months without a transaction: its merchant is to be verified anew (acquiring rules)."""
        with self.moving_to(self.Status.DORMANT_REVIEW, by=by, now=now, note=note):
            self.found_unused_at = now
            tell_owners("terminal_unused", self, now=now)

    def verify_use(self, *, by, now: datetime, note: str) -> None:
        """Verified after it had not been used: in use again."""
        with self.moving_to(self.Status.ACTIVE, by=by, now=now, note=note):
            self._insist_on_being(self.Status.DORMANT_REVIEW)
            self.use_confirmed_at = now

    @property
    def suspension(self) -> Suspension | None:
        """The suspension in force, with its reason, or None."""
        return self.suspensions.filter(ended_at=None).select_related("reason", "expiry_notice").first()

    def _insist_on_notice(self, notice: ExpiryNotice | None, *, on: date) -> None:
        """The merchant of this terminal has had formal notice that it will be suspended, nothing was put right since, and that day
        has come."""
        if notice is None or notice.suspends_on is None or notice.merchant_id != self.merchant_id:
            raise Refused(
                gettext("For this reason a terminal is suspended after formal notice to its merchant only."),
                code="no_notice",
            )
        if notice.suspends_on > on:
            raise Refused(
                gettext("The merchant has until %(day)s to put it right.") % {"day": day(notice.suspends_on)},
                code="grace",
            )
        if not still_stands(notice, on=on):
            raise Refused(gettext("What the notice speaks of has been put right."), code="put_right")

    def _insist_on_being(self, status: str) -> None:
        """Several verbs lead to the same status; each of them out of its own."""
        if self.status != status:
            raise Refused(self.out_of_turn(), code="wrong_state")

    def _end_suspension(self, *, by, now: datetime, note: str, by_stop: bool = False) -> Suspension | None:
        if suspension := self.suspension:
            suspension.end(by=by, now=now, note=note, by_stop=by_stop)
        return suspension


def _still_expired(suspension: Suspension, *, on: date) -> str:
    """Why it would be suspended again the next night, or ""."""
    notice = suspension.expiry_notice
    if notice is None or not still_stands(notice, on=on):
        return ""
    return gettext(
        "What it is suspended for has not been put right. Then it is in use again by itself; nobody resumes it by hand."
    )


def _insist_on_plan(reason: SuspensionReason, until: date, *, on: date) -> None:
    most = current_policy().closure_days
    if reason.needs_second:
        raise Refused(
            gettext("A suspension whose release needs a second person does not end by itself."),
            code="not_planned",
        )
    if until <= on:
        raise Refused(gettext("The day on which it comes back lies in the future."), code="not_planned")
    if (until - on).days > most:
        said = ngettext(
            "A planned closure lasts %(most)d day at most. For longer, have the terminal stopped.",
            "A planned closure lasts %(most)d days at most. For longer, have the terminal stopped.",
            most,
        )
        raise Refused(said % {"most": most}, code="too_long")
