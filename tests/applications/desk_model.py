"""What the rules of a review say should be possible, written down once more and far shorter than the portal says it.

The random test asks the model before every step and the portal by taking it; where they differ, one of them is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

IDLE = timedelta(minutes=30)
RESERVED = timedelta(hours=24)
REVIEW_REQUEST = timedelta(days=30)
# Fewer than the bank allows: in a random day hardly any case comes back more often.
ROUNDS = 2
SUPERVISOR = "supervisor"
WITH_THE_BANK = ("submitted", "under_review")


@dataclass
class Case:
    """One application. People are known by their names here; `told` is what its applicant must have heard."""

    applicant: str
    terminals: int
    status: str = "draft"
    makers: set[str] = field(default_factory=set)
    round: int = 0
    holder: str = ""
    until: datetime | None = None
    last: str = ""
    is_risky: bool = False
    held: str = ""
    proposer: str = ""
    given_back: str = ""
    is_mended: bool = False
    due: datetime | None = None
    remind_at: datetime | None = None
    refusers: set[str] = field(default_factory=set)
    asked: bool = False
    answered: bool = False
    escalated: bool = False
    since: datetime | None = None
    is_active: bool = False
    told: list[str] = field(default_factory=list)

    # -- questions ----------------------------------------------------------------------------------------------------

    def is_free_for(self, person: str, now: datetime) -> bool:
        return self.in_hands(now) in ("", person)

    def is_over(self) -> bool:
        """Nothing more can become of it."""
        is_answered = self.status == "rejected" and self.answered
        return self.status in ("withdrawn", "lapsed") or self.is_active or is_answered

    def is_open(self, item: str) -> bool:
        return self.status == "draft" or (self.status == "returned" and self.given_back == item)

    def in_hands(self, now: datetime) -> str:
        return self.holder if self.until and self.until > now else ""

    def may_be_second(self, person: str) -> bool:
        spent = self.makers | {self.proposer} | (self.refusers if self.asked else set())
        return bool(self.held) and person not in spent

    def may_work(self, person: str) -> bool:
        if self.held:
            return self.may_be_second(person)
        is_late = self.round > ROUNDS and person != SUPERVISOR
        return person not in self.makers | self.refusers and not is_late

    def may_claim(self, person: str, now: datetime) -> bool:
        return self.status in WITH_THE_BANK and self.may_work(person) and self.is_free_for(person, now)

    def may_decide(self, person: str, outcome: str, now: datetime) -> bool:
        if self.status != "under_review" or self.held or not self.may_work(person):
            return False
        is_last = outcome == "returned" and self.round >= ROUNDS
        return self.is_free_for(person, now) and (person == SUPERVISOR or not is_last)

    def may_release(self, person: str, now: datetime) -> bool:
        return self.may_be_second(person) and self.is_free_for(person, now)

    def may_answer(self, person: str) -> bool:
        is_open = self.status == "rejected" and self.asked and not self.answered
        return is_open and person not in self.refusers | self.makers

    def may_ask(self, now: datetime) -> bool:
        return self.status == "rejected" and not self.asked and now <= self.since + REVIEW_REQUEST

    def is_held_for(self, outcome: str) -> bool:
        return self.is_risky or (outcome == "approved" and self.terminals > 1)

    # -- what happens -------------------------------------------------------------------------------------------------

    def hand_in(self, now: datetime) -> None:
        self.round += 1
        self.told.append("application_submitted" if self.round == 1 else "application_resubmitted")
        self.status, self.due, self.remind_at = "submitted", None, None
        self.makers.add(self.applicant)
        self.put_into(self.last if self.may_work(self.last) else "", now, RESERVED)
        self.escalated = self.round > ROUNDS

    def wait_for_merchant(self, item: str, due: datetime, now: datetime) -> None:
        self.given_back, self.is_mended = item, False
        self.due, self.remind_at, self.escalated = due, now + (due - now) / 2, False

    def claim(self, person: str, now: datetime) -> None:
        if self.status == "submitted" and self.round == 1:
            self.told.append("application_accepted")
        if self.status == "submitted" or self.in_hands(now) != person:
            self.put_into(person, now, IDLE)
        self.status = "under_review"

    def put_into(self, person: str, now: datetime, span: timedelta) -> None:
        self.holder, self.until = person, now + span if person else None

    def decide(self, outcome: str, person: str, now: datetime) -> None:
        if outcome != "returned" and self.is_held_for(outcome):
            self.held, self.proposer = outcome, person
            self.put_into("", now, IDLE)
        else:
            self.effect(outcome, [person], now)

    def effect(self, outcome: str, people: list[str], now: datetime) -> None:
        self.status, self.held, self.until = outcome, "", None
        self.last, self.since = people[-1], now
        self.told.append(f"application_{outcome}")
        if outcome == "rejected":
            self.refusers |= set(people)

    def hand_back(self, now: datetime, span: timedelta) -> None:
        """A held decision that came to nothing: the case is with the first person again."""
        first, self.held, self.proposer = self.proposer, "", ""
        self.put_into(first if self.may_work(first) else "", now, span)

    def reopen(self, now: datetime) -> None:
        self.answer()
        self.status, self.last, self.proposer = "under_review", "", ""
        self.escalated = self.round > ROUNDS
        self.put_into("", now, IDLE)

    def answer(self) -> None:
        self.answered = True
        self.told.append("application_review_answered")

    def close(self, status: str) -> None:
        self.status, self.held, self.until, self.due, self.remind_at = status, "", None, None, None

    def pass_time(self, now: datetime, *, last_reminder: timedelta) -> None:
        """What the worker does to a correction: reminders at half time and shortly before the end, then it lapses."""
        if self.status != "returned":
            return
        if self.due < now:
            self.close("lapsed")
            self.told.append("application_lapsed")
        elif self.remind_at and self.remind_at <= now:
            second = self.due - last_reminder
            self.remind_at = second if self.remind_at < second and now < second else None
            self.told.append("application_lapsing")
