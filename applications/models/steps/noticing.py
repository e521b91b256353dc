"""What can be done with a notice of a stop, by the bank's people and by the merchant's, each step with its objection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from config.accounts.models import Role, User
from config.accounts.roles import MemberRight
from config.kernel.calendar import add_working_days
from config.kernel.clock import local_date
from config.kernel.lifecycle import Lifecycle, Refused, lock_in_order
from config.kernel.outbox import enqueue
from config.kernel.policy import current_policy
from merchants.people import objection_to
from terminals.models import Terminal

DELIVER = "applications.deliver_deactivationnotice"
CORRECT = "applications.correct_deactivationnotice"
ANSWER = "applications.answer_noticeobjection"
REVOKE = "applications.revoke_deactivationnotice"


class NoticeSteps(Lifecycle):
    class Meta:
        abstract = True

    def deliver(
        self, *, by, now: datetime, way: str, at: datetime, waybill: str = "", receiver: str = ""
    ) -> None:
        """The merchant has the paper: how, when, under which waybill, in whose hands. The days to object run from then."""
        with self.locked(now=now):
            _insist(self.objection_to_deliver(by=by, now=now))
            with self.moving_to(self.Status.DELIVERED, by=by, now=now):
                if not self.current.issued_at <= at <= now:
                    raise Refused(
                        _("A notice is delivered after its issue and not in the future."), code="wrong_time"
                    )
                self._handed_over(way, by=by, at=at, waybill=waybill, receiver=receiver)

    def acknowledge(self, *, by, now: datetime) -> None:
        """One of the merchant's people has seen it in the portal, which also delivers it. Objecting stays possible."""
        with self.locked(now=now):
            _insist(self.objection_to_acknowledge(by=by, now=now))
            self._deliver_in_portal(by=by, now=now)
            with self.moving_to(self.Status.ACKNOWLEDGED, by=by, now=now):
                self.acknowledged_at, self.acknowledged_by = now, by

    def raise_objection(self, *, by, now: datetime, text: str):
        """An owner of the merchant does not agree; somebody else than the issuer answers within the days of the policy."""
        with self.locked(now=now):
            _insist(self.objection_to_object(by=by, now=now))
            if not text.strip():
                raise Refused(_("Say why you object."), code="no_reason")
            self._deliver_in_portal(by=by, now=now)
            version, before = self.current, self.status
            with self.moving_to(self.Status.OBJECTED, by=by, now=now):
                due = add_working_days(local_date(now), current_policy().notice_answer_working_days)
                raised = self.objections.create(
                    version=version,
                    issued_by=version.issued_by,
                    status_before=before,
                    text=text.strip(),
                    raised_by=by,
                    raised_at=now,
                    answer_due_on=due,
                )
            for person in User.objects.serving(self.branch, role=Role.SUPERVISOR):
                self._tell("notice_objected", person, now=now)
        return raised

    def uphold(self, *, by, now: datetime, text: str) -> None:
        """The notice stands as it did before the objection, with words the merchant reads."""
        with self.locked(now=now):
            _insist(self.objection_to_answer(by=by, now=now))
            objection = self.open_objection
            with self.moving_to(objection.status_before, by=by, now=now, note=text.strip()):
                self._answer(objection, objection.Outcome.UPHELD, by=by, now=now, text=text)

    def give_in(self, *, by, now: datetime, text: str) -> None:
        """The merchant is right: the notice is revoked and what it stopped is put back."""
        with transaction.atomic():
            lock_in_order(self.application, self)
            _insist(self.objection_to_answer(by=by, now=now))
            with self._revoking(by=by, now=now, note=text):
                objection = self.open_objection
                self._answer(objection, objection.Outcome.REVOKED, by=by, now=now, text=text)

    def revoke(self, *, by, now: datetime, note: str) -> None:
        """The notice no longer holds, by somebody else than its issuer; what it stopped is put back."""
        with transaction.atomic():
            lock_in_order(self.application, self)
            _insist(self.objection_to_revoke(by=by, now=now))
            if not note.strip():
                raise Refused(_("Say why the notice is revoked."), code="no_reason")
            with self._revoking(by=by, now=now, note=note):
                self.tell("notice_revoked", now=now)

    def fall_with_stop(self, *, by, now: datetime, note: str) -> None:
        """The stop itself is revoked by two people, and its notice falls with it; one that fell before stays as it is."""
        with self.locked(now=now):
            if self.status in (self.Status.REVOKED, self.Status.CLOSED):
                return
            with self.moving_to(self.Status.REVOKED, by=by, now=now, note=note.strip()):
                self.revoked_at, self.revoked_by = now, by
                self.tell("notice_revoked", now=now)

    def close(self, *, by, now: datetime) -> None:
        """Everything the notice announced has happened: its terminals have ended."""
        with self.locked(now=now):
            _insist(self.objection_to_close(by=by, now=now))
            with self.moving_to(self.Status.CLOSED, by=by, now=now):
                pass

    def tell(self, kind: str, *, now: datetime) -> None:
        """Everybody who acts for the merchant hears of it after the commit."""
        for member in self.merchant.memberships.select_related("user"):
            self._tell(kind, member.user, now=now)

    # -- why not ------------------------------------------------------------------------------------------------------

    def objection_to_deliver(self, *, by, now: datetime) -> str:
        return self._from(self.Status.ISSUED) or self._not_at_this_desk(DELIVER, by)

    def objection_to_acknowledge(self, *, by, now: datetime) -> str:
        return self._from(self.Status.ISSUED, self.Status.DELIVERED) or objection_to(
            MemberRight.CONFIRM_NOTICES, by, self.merchant
        )

    def objection_to_object(self, *, by, now: datetime) -> str:
        """Why this person cannot object now: once to each version, in time, for the merchant."""
        if sentence := self._from(*self.STANDING) or objection_to(
            MemberRight.OBJECT_TO_NOTICES, by, self.merchant
        ):
            return sentence
        if self.objections.filter(version=self.current).exists():
            return _("You have objected to this notice once already.")
        return "" if self.may_be_objected_to(now) else _("The time to object has passed.")

    def objection_to_answer(self, *, by, now: datetime) -> str:
        if sentence := self._from(self.Status.OBJECTED) or self._not_at_this_desk(ANSWER, by):
            return sentence
        is_issuer = by.pk in (self.open_objection.issued_by_id, self.issued_by_id)
        return _("Somebody else than the issuer answers an objection.") if is_issuer else ""

    def objection_to_revoke(self, *, by, now: datetime) -> str:
        if self.status == self.Status.OBJECTED:
            return _("An objection waits for its answer: revoke the notice by answering it.")
        if sentence := self._from(*self.STANDING) or self._not_at_this_desk(REVOKE, by):
            return sentence
        is_issuer = by.pk == self.issued_by_id
        return _("Somebody else than the issuer revokes a notice.") if is_issuer else ""

    def objection_to_correct(self, *, by, now: datetime) -> str:
        return self._from(*self.STANDING) or self._not_at_this_desk(CORRECT, by)

    def objection_to_close(self, *, by, now: datetime) -> str:
        if sentence := self._from(self.Status.DELIVERED, self.Status.ACKNOWLEDGED):
            return sentence
        if not by.system_name and (sentence := self._not_at_this_desk(DELIVER, by)):
            return sentence
        numbers = [each["number"] for each in self.current.facts["terminals"]]
        is_left = Terminal.objects.live().filter(number__in=numbers).exists()
        return _("Terminals of this notice have not ended yet.") if is_left else ""

    # -- private ------------------------------------------------------------------------------------------------------

    def _from(self, *origins: str) -> str:
        return "" if self.status in origins else self.out_of_turn()

    def _not_at_this_desk(self, permission: str, person) -> str:
        is_theirs = person.has_perm(permission) and person.branch and person.branch.contains(self.branch)
        return "" if is_theirs else _("Your role does not include this step at this branch.")

    def _deliver_in_portal(self, *, by, now: datetime) -> None:
        if self.status == self.Status.ISSUED:
            with self.moving_to(self.Status.DELIVERED, by=by, now=now):
                self._handed_over(self.Way.PORTAL, by=by, at=now)

    def _handed_over(self, way: str, *, by, at: datetime, waybill: str = "", receiver: str = "") -> None:
        self.delivery_way, self.delivered_at, self.delivered_by = way, at, by
        self.waybill, self.receiver = waybill.strip(), receiver.strip()
        days = current_policy().notice_objection_working_days
        self.objection_until = max(self.objection_until, add_working_days(local_date(at), days))

    @contextmanager
    def _revoking(self, *, by, now: datetime, note: str) -> Iterator[None]:
        with self.moving_to(self.Status.REVOKED, by=by, now=now, note=note.strip()):
            self.revoked_at, self.revoked_by = now, by
            yield
            self.application.as_kind().undo_stop(by=by, now=now, note=note.strip())

    def _answer(self, objection, outcome: str, *, by, now: datetime, text: str) -> None:
        if not text.strip():
            raise Refused(_("Say why, in words for the merchant."), code="no_reason")
        objection.outcome, objection.answer = outcome, text.strip()
        objection.answered_by, objection.answered_at = by, now
        objection.save()
        self.tell("notice_objection_answered", now=now)

    def _tell(self, kind: str, person, *, now: datetime) -> None:
        enqueue(kind, recipient=person, subject=self, context={"reference": self.reference}, now=now)


def _insist(sentence: str) -> None:
    if sentence:
        raise Refused(sentence, code="wrong_state")
