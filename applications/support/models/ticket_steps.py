"""The steps of a ticket. What is said on the way stands in `TicketMessage`, what colleagues tell each other in `TicketNote`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from applications.support import telling
from config.kernel.calendar import add_working_time, working_time_between
from config.kernel.lifecycle import Lifecycle, Refused, lock_in_order
from config.kernel.policy import current_policy

if TYPE_CHECKING:
    from applications.support.models.ticket import Ticket
    from applications.support.models.wording import ClosingCause
    from config.files.models import StoredFile

HANDLE, LEAD = "support.handle_ticket", "support.lead_ticket"
MINUTE = timedelta(minutes=1)


class TicketSteps(Lifecycle):
    """Verbs of `Ticket`; each is whole and tells whom it concerns."""

    class Meta:
        abstract = True

    # -- the desk -------------------------------------------------------------------------------------------------

    def take(self: Any, *, by, now: datetime) -> None:
        """In this person's hands; the second of two who take it at once is told whose it is."""
        with self.locked(now=now):
            if self.status in (self.Status.IN_HAND, self.Status.WAITING):
                raise Refused(self.objection_to_taking(by=by), code="taken")
            with self.moving_to(self.Status.IN_HAND, by=by, now=now):
                self.assignee = by

    def put_back(self: Any, *, by, now: datetime) -> None:
        """Nobody's again; the clock goes on."""
        with self.moving_to(self.Status.OPEN, by=by, now=now):
            self._run_clock(now)
            self.assignee = None

    def hand_over(self: Any, to, *, by, now: datetime) -> None:
        """In the hands of a colleague who handles tickets and sees this one, and who is told."""
        with self.acting(
            "ticket_handed_over",
            by=by,
            now=now,
            unless=lambda: self.objection_to_handing_over(to, by=by),
            to=to.pk,
        ):
            self.assignee = to
        telling.tell_assignee("ticket_handed", self, now=now)

    def answer(
        self: Any,
        text: str,
        *,
        by,
        now: datetime,
        files: Sequence[StoredFile] = (),
        asks: bool = False,
    ) -> None:
        """The merchant reads what the bank says. Where that `asks`, the clock stands until the merchant has answered."""
        self._insist_on_words(text, files)
        with self.locked(now=now):
            if sentence := self.objection_to_answering(by=by):
                raise Refused(sentence, code="wrong_state")
            if asks and self.status == self.Status.IN_HAND:
                with self.moving_to(self.Status.WAITING, by=by, now=now):
                    self._stop_clock(now)
            elif not asks:
                if self.status == self.Status.WAITING:
                    with self.moving_to(self.Status.IN_HAND, by=by, now=now):
                        self._run_clock(now)
                with self.acting("ticket_answered", by=by, now=now, unless=lambda: ""):
                    self._give_time(current_policy().ticket_next_word_hours, now)
            self.put_down(text, files, by=by, now=now)
            telling.tell_merchant("ticket_question" if asks else "ticket_answered", self, now=now)

    def close(self: Any, cause: ClosingCause, *, by, now: datetime, text: str = "") -> None:
        """Done, with the cause that was found; what is said in farewell the merchant reads."""
        with self.moving_to(self.Status.CLOSED, by=by, now=now):
            self.cause, self.closed_at, self.closed_by = cause, now, by
            self.due_at = self.minutes_left = self.escalated_at = None
            if text.strip():
                self.put_down(text, by=by, now=now)
            telling.tell_merchant("ticket_closed", self, now=now)

    def merge_into(self: Any, other: Ticket, *, by, now: datetime) -> None:
        """This one leads to `other`, of the same merchant and live; its messages stay readable where they are."""
        with self.locked(now=now):
            lock_in_order(other)
            if sentence := self.objection_to_merging(other):
                raise Refused(sentence, code="no_target")
            with self.moving_to(self.Status.MERGED, by=by, now=now, note=other.number):
                self.merged_into = other
                self.due_at = self.minutes_left = self.escalated_at = None
                telling.tell_merchant("ticket_merged", self, now=now)

    def escalate(self: Any, *, by, now: datetime) -> None:
        """The supervisors know that the bank's word is late; once for each promise."""
        with self.acting("ticket_escalated", by=by, now=now, unless=lambda: self._not_late(now)):
            self.escalated_at = now
            telling.tell_supervisors("ticket_overdue", self, now=now)

    def note(self: Any, text: str, *, by, now: datetime) -> None:
        """Colleagues read it, merchants never."""
        self._insist_on_words(text)
        with self.acting("ticket_noted", by=by, now=now, unless=lambda: _not_staff(by)):
            self.notes.create(by=by, at=now, text=text.strip())

    # -- the merchant ---------------------------------------------------------------------------------------------

    def hear(self: Any, text: str, *, by, now: datetime, files: Sequence[StoredFile] = ()) -> None:
        """The merchant has written. A ticket that waited for it goes on with the time that was left."""
        self._insist_on_words(text, files)
        with self.locked(now=now):
            if not self.is_live:
                raise Refused(self.objection_to_hearing(), code="wrong_state")
            if self.status == self.Status.WAITING:
                with self.moving_to(self.Status.IN_HAND, by=by, now=now):
                    self._run_clock(now)
            self.put_down(text, files, by=by, now=now)
            telling.tell_assignee("ticket_written", self, now=now)

    def rate(self: Any, rating: int, words: str, *, by, now: datetime) -> None:
        """How satisfied the merchant is, from 1 to 5; said once."""
        with self.acting("ticket_rated", by=by, now=now, unless=self.objection_to_rating, rating=rating):
            self.rating, self.rating_words, self.rated_at, self.rated_by = rating, words.strip(), now, by

    def reopen(self: Any, text: str, *, by, now: datetime) -> None:
        """Open again, with the reason among its messages and a promise of its own. Within the days of the policy."""
        self._insist_on_words(text)
        with self.moving_to(self.Status.OPEN, by=by, now=now):
            self.cause = self.closed_at = self.closed_by = None
            self.assignee, self.minutes_left = None, None
            self._give_time(self.promised_hours(), now)
            self.put_down(text, by=by, now=now)
            telling.tell_help_line("ticket_reopened", self, now=now)

    # -- questions ------------------------------------------------------------------------------------------------

    def objection(self: Any, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; what was closed long ago stays closed, and a ticket is answered by whoever has it."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if self.status == self.Status.CLOSED and self.reopens_until and now > self.reopens_until:
            return _("It was closed too long ago to be reopened. Please open a new ticket.")
        if target == self.Status.CLOSED or (target == self.Status.OPEN and self.assignee_id and self.is_live):
            return self._not_yours(by)
        return ""

    def objection_to_taking(self: Any, *, by) -> str:
        if self.status in (self.Status.IN_HAND, self.Status.WAITING):
            if self.assignee_id == by.pk:
                return _("You have it in hand already.")
            return _("%(name)s has it in hand already.") % {"name": self.assignee}
        return "" if self.status == self.Status.OPEN else self.out_of_turn()

    def objection_to_answering(self: Any, *, by) -> str:
        if self.status not in (self.Status.IN_HAND, self.Status.WAITING):
            return _("Take it first.") if self.status == self.Status.OPEN else self.out_of_turn()
        return self._not_yours(by)

    def objection_to_handing_over(self: Any, to=None, *, by) -> str:
        if self.status not in (self.Status.IN_HAND, self.Status.WAITING):
            return _("Take it first.") if self.status == self.Status.OPEN else self.out_of_turn()
        if self.assignee_id != by.pk and not by.has_perm(LEAD):
            return self._not_yours(by)
        if to is None:
            return ""
        if self.assignee_id == to.pk:
            return _("It is in these hands already.")
        sees_it = to.is_staff and to.has_perm(HANDLE) and type(self).objects.visible_to(to).filter(pk=self.pk)
        return (
            ""
            if sees_it and sees_it.exists()
            else _("This colleague does not handle tickets of this branch.")
        )

    def objection_to_merging(self: Any, other: Ticket | None = None) -> str:
        if not self.is_live:
            return self.out_of_turn()
        if other is None:
            return ""
        if other.pk == self.pk:
            return _("A ticket is not merged into itself.")
        if other.merchant_id != self.merchant_id:
            return _("Both have to be tickets of one merchant.")
        return (
            ""
            if other.is_live
            else _("Ticket %(number)s is over. Merge into an open one.") % {"number": other}
        )

    def objection_to_hearing(self: Any) -> str:
        return "" if self.is_live else _("This ticket is closed. Reopen it to write, or open a new one.")

    def objection_to_rating(self: Any) -> str:
        if self.status != self.Status.CLOSED:
            return _("A ticket is rated once it is closed.")
        return _("You have rated this ticket already.") if self.rating else ""

    def promised_hours(self: Any) -> int:
        policy = current_policy()
        return policy.ticket_sale_hours if self.is_missing_sale else policy.ticket_answer_hours

    def _not_yours(self: Any, by) -> str:
        if self.assignee_id == by.pk or by.has_perm(LEAD):
            return ""
        return _("%(name)s has it in hand. Ask for it to be handed over.") % {"name": self.assignee}

    def _not_late(self: Any, now: datetime) -> str:
        if self.due_at is None or self.due_at >= now or self.escalated_at:
            return _("Nothing is late, or the supervisors know already.")
        return ""

    # -- the clock ------------------------------------------------------------------------------------------------

    def _give_time(self: Any, hours: int, now: datetime) -> None:
        self.due_at = add_working_time(now, timedelta(hours=hours))
        self.escalated_at = None

    def _stop_clock(self: Any, now: datetime) -> None:
        left = working_time_between(now, self.due_at)
        self.minutes_left, self.due_at = left // MINUTE, None

    def _run_clock(self: Any, now: datetime) -> None:
        """What was left runs on; what was late is late from now."""
        if self.minutes_left is not None:
            self.due_at = add_working_time(now, self.minutes_left * MINUTE)
            self.minutes_left = None

    def put_down(self: Any, text: str, files: Sequence[StoredFile] = (), *, by, now: datetime) -> None:
        """Part of a verb: the words with the first file, each further file in a message of its own at the same moment."""
        given: list[StoredFile | None] = list(files) or [None]
        first, *others = given
        said = {"by": by, "at": now, "is_from_bank": by.is_staff}
        self.messages.create(text=text.strip(), file=first, **said)
        for file in others:
            self.messages.create(text="", file=file, **said)

    def _insist_on_words(self, text: str, files: Sequence[StoredFile] = ()) -> None:
        if not text.strip() and not files:
            raise Refused(_("Write a few words first."), code="nothing")


def _not_staff(by) -> str:
    return "" if by.is_staff else _("Notes are between colleagues.")
