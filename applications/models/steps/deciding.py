"""The reviewer's decision: derived from the verdicts, made on one version, and held where a second person is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from applications.items import WHOLE, Item, items_of, to_judge
from applications.models.review import ItemReview, Verdict
from applications.verdicts import APPROVE, REFUSE, RETURN, Derived, derive, nothing_to_add
from applications.words import LONGEST, kept
from config.kernel.calendar import add_working_days, working_days_between
from config.kernel.clock import end_of_day, local_date, years_after
from config.kernel.lifecycle import Refused
from config.kernel.policy import current_policy

Verdicts = Mapping[str, Verdict]


class DecisionSteps(models.Model):
    class Meta:
        abstract = True

    def return_for_correction(
        self,
        *,
        by,
        now: datetime,
        version: int,
        verdicts: Verdicts,
        public_text: str = "",
        private_note: str = "",
    ):
        """Give the application back with one complete list of what to correct and a deadline in working days."""
        text = public_text.strip() or self._in_their_language(_first_words, verdicts)
        with self.moving_to(self.Status.RETURNED, by=by, now=now, note=text):
            self._insist_on(version)
            self._derived(verdicts).insist_on(RETURN)
            self._take_if_free(by, now=now)
            decision = self._decide(
                RETURN, by=by, now=now, verdicts=verdicts, public_text=text, private_note=private_note
            )
            self._forget_draft(by)
            days = current_policy().correction_working_days
            self.correction_due_at = end_of_day(add_working_days(local_date(now), days))
            self.remind_at = now + (self.correction_due_at - now) / 2
            # The clock stops while the merchant has it.
            left = working_days_between(local_date(now), local_date(self.due_at)) if self.due_at else 0
            self.working_days_left, self.due_at = max(left, 0), None
            self.lease_until = self.escalated_at = None
            self.tell("returned", now=now)
        return decision

    def approve(
        self,
        *,
        by,
        now: datetime,
        version: int,
        verdicts: Verdicts,
        account_verified: bool,
        private_note: str = "",
    ):
        """Grant the request and let it take effect, or do neither; where the policy wants a second person, hold the decision.

        Answers the decision: its state tells whether it is in force or held. That the settlement account was checked is
        kept on it.
        """
        checked = account_verified if self.asks_account_check else None
        said = {"verdicts": verdicts, "private_note": private_note, "account_verified": checked}
        with self.locked(now=now, reading=self.READ_WITH):
            self._refuse_while_held()
            if held_for := self.reasons_to_hold(APPROVE):
                with self._proposing(self.Status.APPROVED, by=by, now=now, version=version):
                    self._may_approve(verdicts, account_verified=account_verified, now=now)
                    self._rehearse(by=by, now=now)
                    return self._hold(APPROVE, held_for, by=by, now=now, **said)
            with self.moving_to(self.Status.APPROVED, by=by, now=now):
                self._insist_on(version)
                self._may_approve(verdicts, account_verified=account_verified, now=now)
                decision = self._decide(APPROVE, by=by, now=now, **said)
                self._grant(by=by, now=now)
            return decision

    def reject(
        self,
        *,
        by,
        now: datetime,
        version: int,
        reason=None,
        verdicts: Verdicts | None = None,
        public_text: str = "",
        private_note: str = "",
    ):
        """Refuse the request for a final reason, in words the merchant reads; held where the policy wants a second person.

        `reason` speaks of the whole application; a final reason on an item does as well.
        """
        verdicts = dict(verdicts or {})
        if reason is not None:
            verdicts[WHOLE] = Verdict(is_ok=False, reason=reason, public_text=public_text)
        text = public_text.strip() or self._in_their_language(_final_words, verdicts)
        if (final := _final_reason(verdicts)) and not final.may_be_told_as(text):
            raise Refused(nothing_to_add(), code="confidential")
        said = {"verdicts": verdicts, "public_text": text, "private_note": private_note, "reason": reason}
        with self.locked(now=now, reading=self.READ_WITH):
            self._refuse_while_held()
            if held_for := self.reasons_to_hold(REFUSE):
                with self._proposing(self.Status.REJECTED, by=by, now=now, version=version):
                    self._derived(verdicts).insist_on(REFUSE)
                    return self._hold(REFUSE, held_for, by=by, now=now, **said)
            with self.moving_to(self.Status.REJECTED, by=by, now=now, note=text):
                self._insist_on(version)
                self._derived(verdicts).insist_on(REFUSE)
                decision = self._decide(REFUSE, by=by, now=now, **said)
                self._refuse(by=by, now=now)
            return decision

    def staleness(self, version: int) -> str:
        """Why a decision on this version does not hold any more, or "": any edit or step since then has raised the version."""
        if version == self.version:
            return ""
        return _(
            "This application has changed since the page was opened. Please read it again and decide then."
        )

    # -- private ------------------------------------------------------------------------------------------------------

    def _insist_on(self, version: int) -> None:
        if sentence := self.staleness(version):
            raise Refused(sentence, code="stale")

    def _derived(self, verdicts: Verdicts) -> Derived:
        return derive(verdicts, to_judge(self._items()))

    def _items(self) -> list[Item]:
        return self.once("items", lambda: items_of(self))

    def _may_approve(self, verdicts: Verdicts, *, account_verified: bool, now: datetime) -> None:
        self._derived(verdicts).insist_on(APPROVE)
        if self.asks_account_check and not account_verified:
            raise Refused(
                _("Check the settlement account in the core system first."), code="account_unverified"
            )
        if blocks := self.blocks(on=local_date(now)):
            raise Refused(blocks[0], code="blocked")

    def _take_if_free(self, person, *, now: datetime) -> None:
        """Whoever decides on a case that nobody holds has taken it with that."""
        if self.assignee_id != person.pk:
            self.assignee, self.assigned_at = person, now

    def _decide(
        self,
        outcome: str,
        *,
        by,
        now: datetime,
        verdicts: Verdicts,
        reason=None,
        public_text: str = "",
        private_note: str = "",
        account_verified: bool | None = False,
        state: str = "sent",
        held_for: list[str] | None = None,
    ):
        decision = self.decisions.create(
            outcome=outcome,
            state=state,
            held_for=held_for or [],
            round=self.round,
            version=self.version,
            reason=reason or _final_reason(verdicts),
            public_text=kept(public_text),
            private_note=kept(private_note),
            account_verified=account_verified,
            by=by,
            at=now,
            due_at=self.due_at,
        )
        contents = {item.key: item.content(self) for item in self._items() if item.key in verdicts}
        words = self._in_their_language(_words, verdicts)
        ItemReview.objects.bulk_create(
            ItemReview(
                decision=decision,
                item=item,
                is_ok=verdict.is_ok,
                reason=None if verdict.is_ok else verdict.reason,
                text=kept(words[item]),
                content=contents.get(item, ""),
            )
            for item, verdict in verdicts.items()
        )
        return decision

    def _forget_draft(self, reviewer) -> None:
        """What this reviewer has decided is no draft any more; a case that is closed has none at all."""
        self.review_drafts.filter(reviewer=reviewer).delete()

    def _in_their_language(self, say: Callable[[Verdicts], Any], verdicts: Verdicts) -> Any:
        """Words of the catalogue are for the applicant, whatever language the reviewer works in."""
        with translation.override(self.applicant.language):
            return say(verdicts)

    def _grant(self, *, by, now: datetime) -> None:
        self._take_if_free(by, now=now)
        self.decided_by, self.decided_at = by, now
        self.take_effect(by=by, now=now)
        until = years_after(local_date(now), current_policy().retention_years)
        self._close(now=now, keep_days=(until - local_date(now)).days)
        self.tell("approved" if self.makes_codes else "granted", now=now)

    def _refuse(self, *, by, now: datetime) -> None:
        self._take_if_free(by, now=now)
        self.decided_by, self.decided_at = by, now
        self._close(now=now, keep_days=current_policy().abandoned_retention_days)
        self.tell("rejected", now=now)


def _words(verdicts: Verdicts) -> dict[str, str]:
    return {item: "" if verdict.is_ok else verdict.words.strip() for item, verdict in verdicts.items()}


def _first_words(verdicts: Verdicts) -> str:
    """What the merchant reads where the reviewer wrote nothing for the whole: the words of the items."""
    words = dict.fromkeys(verdict.words.strip() for verdict in verdicts.values() if not verdict.is_ok)
    return "\n".join(words)[:LONGEST]


def _final(verdicts: Verdicts) -> list[Verdict]:
    return [
        verdict
        for verdict in verdicts.values()
        if not verdict.is_ok and verdict.reason is not None and verdict.reason.severity == "final"
    ]


def _final_words(verdicts: Verdicts) -> str:
    return next((verdict.words.strip() for verdict in _final(verdicts)), "")[:LONGEST]


def _final_reason(verdicts: Verdicts):
    return next((verdict.reason for verdict in _final(verdicts)), None)
