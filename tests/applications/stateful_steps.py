"""The steps of a random day: each asks the model whether it is possible, takes it, and tells the model where it was taken."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from applications.models import Application, ReasonCode, Registration
from applications.verdicts import all_in_order
from config.kernel.lifecycle import Refused
from terminals.activation import activate
from terminals.codes import collect
from tests.applications.desk_model import IDLE, RESERVED, SUPERVISOR, WITH_THE_BANK, Case
from tests.applications.factories import consent, fault, mend, stored_photo

MERCHANTS = ("merchant 1", "merchant 2", "merchant 3")
REVIEWERS = ("reviewer 1", "reviewer 2", "reviewer 3")
DESK = (*REVIEWERS, SUPERVISOR)


class Steps:
    """What both sides share: people by name, the clock, and the one way in which a step is taken."""

    def attempt(self, name: str, may: bool, verb, **given) -> bool:
        """Whether the step was taken, which the model has to have said."""
        refusal, before = None, self.as_stored()
        try:
            self.answer = verb(now=self.now, **given)
        except Refused as refused:
            refusal = refused
        if refusal is None:
            assert may, f"{name} is not possible and was taken"
        else:
            assert not may, f"{name} is possible and was refused: {refusal.sentence}"
            assert refusal.sentence
            assert self.as_stored() == before, f"{name} was refused and changed something"
        (self.taken if may else self.refused)[name] += 1
        self.is_settled = not may
        return may

    def as_stored(self) -> list[dict]:
        return list(Application.objects.order_by("pk").values())

    def somebody(self, model: Case, chance: Random) -> str:
        """Whoever has the case in hand, more often than not."""
        holder = model.in_hands(self.now)
        return holder if holder and chance.random() < 0.6 else chance.choice(DESK)


class MerchantSteps(Steps):
    def edit(self, case: Registration, model: Case, chance: Random) -> None:
        editor = "reviewer 3" if chance.random() < 0.15 else model.applicant
        may = model.is_open("field:trading_name")

        def revise(*, now):
            with case.revising(by=self.people[editor], now=now):
                case.trading_name = f"新店名{now:%d%H%M}"

        if self.attempt("edit", may, revise):
            model.makers.add(editor)
            model.is_mended = True

    def upload(self, case: Registration, model: Case, chance: Random) -> None:
        may = model.is_open("paper:licence")
        by = self.people[model.applicant]

        def replace(*, now):
            with case.revising(by=by, now=now):
                case.documents.current().filter(paper="licence").update(removed_at=now)
                file = stored_photo(by=by, now=now)
                case.documents.create(paper="licence", added_by=by, added_at=now, stored_file=file)

        if self.attempt("upload", may, replace):
            model.is_mended = True

    def submit(self, case: Registration, model: Case, chance: Random) -> None:
        if model.status == "returned" and chance.random() < 0.7:
            mend(case, now=self.now)
            case.refresh_from_db()
            model.is_mended = True
        by = self.people[model.applicant]
        may = model.status == "draft" or (model.status == "returned" and model.is_mended)
        if self.attempt("submit", may, case.submit, by=by, consent=consent()):
            model.hand_in(self.now)
            model.is_risky = case.risk == case.Risk.HIGH

    def withdraw(self, case: Registration, model: Case, chance: Random) -> None:
        may = model.status in ("draft", "returned", *WITH_THE_BANK)
        if self.attempt("withdraw", may, case.withdraw, by=self.people[model.applicant]):
            model.close("withdrawn")

    def ask(self, case: Registration, model: Case, chance: Random) -> None:
        by = self.people[model.applicant]
        if self.attempt("ask", model.may_ask(self.now), case.ask_for_review, by=by, text="请再看一次。"):
            model.asked = True

    def redeem(self, case: Registration, model: Case, chance: Random) -> None:
        """The code is looked at in the portal and typed into the terminal."""
        terminal = case.placements.first().terminal
        code = terminal.codes.get() if terminal else None

        def reveal_and_redeem(*, now):
            if code is None:
                raise Refused("There is no code.")
            digits = collect(code, by=self.people[model.applicant], now=now)
            activate(serial_number=code.serial_number, registration_code=digits, ip=None, now=now)

        in_time = code is not None and self.now < model.since + timedelta(days=7)
        may = model.status == "approved" and not model.is_active and in_time
        if self.attempt("redeem", may, reveal_and_redeem):
            model.is_active = True


class DeskSteps(Steps):
    def claim(self, case: Registration, model: Case, chance: Random) -> None:
        person = chance.choice(DESK)
        if self.attempt("claim", model.may_claim(person, self.now), case.claim, by=self.people[person]):
            model.claim(person, self.now)

    def put_back(self, case: Registration, model: Case, chance: Random) -> None:
        person = self.somebody(model, chance)
        may = model.in_hands(self.now) == person
        if self.attempt("put back", may, case.release, by=self.people[person]):
            model.put_into("", self.now, IDLE)

    def take_over(self, case: Registration, model: Case, chance: Random) -> None:
        person = SUPERVISOR if chance.random() < 0.8 else chance.choice(REVIEWERS)
        is_elsewhere = model.in_hands(self.now) not in ("", person)
        may = person == SUPERVISOR and is_elsewhere and model.may_work(person)
        if self.attempt("take over", may, case.take_over, by=self.people[person], reason="请假。"):
            model.put_into(person, self.now, IDLE)

    def assign(self, case: Registration, model: Case, chance: Random) -> None:
        """By a supervisor, now and then by a colleague."""
        by = SUPERVISOR if chance.random() < 0.8 else chance.choice(REVIEWERS)
        to = chance.choice(DESK)
        may = by == SUPERVISOR and model.may_claim(to, self.now)
        if self.attempt("assign", may, case.assign, by=self.people[by], to=self.people[to]):
            model.put_into(to, self.now, RESERVED)

    def go_on(self, case: Registration, model: Case, chance: Random) -> None:
        person = self.somebody(model, chance)
        kept = case.keep_lease(by=self.people[person], now=self.now)
        assert kept == (model.status == "under_review" and model.in_hands(self.now) == person)
        if kept:
            model.until = self.now + IDLE

    def give_back(self, case: Registration, model: Case, chance: Random) -> None:
        item, reason = chance.choice([("paper:licence", "glare"), ("field:trading_name", "name_differs")])
        verdicts = all_in_order(case) | {item: fault(reason)}
        if self._decide("returned", case.return_for_correction, case, model, chance, verdicts=verdicts):
            model.wait_for_merchant(item, case.correction_due_at, self.now)

    def approve(self, case: Registration, model: Case, chance: Random) -> None:
        given = {"verdicts": all_in_order(case), "account_verified": True}
        self._decide("approved", case.approve, case, model, chance, **given)

    def reject(self, case: Registration, model: Case, chance: Random) -> None:
        reason = ReasonCode.objects.get(pk="not_eligible")
        self._decide("rejected", case.reject, case, model, chance, reason=reason)

    def _decide(self, outcome: str, verb, case, model: Case, chance: Random, **given) -> bool:
        person, is_stale = self.somebody(model, chance), chance.random() < 0.1
        may = not is_stale and model.may_decide(person, outcome, self.now)
        given |= {"by": self.people[person], "version": case.version - is_stale}
        if self.attempt(outcome, may, verb, **given):
            model.decide(outcome, person, self.now)
            assert (self.answer.state == "held") == bool(model.held)
        return may

    def release(self, case: Registration, model: Case, chance: Random) -> None:
        person, is_stale = self.somebody(model, chance), chance.random() < 0.1
        may = not is_stale and model.may_release(person, self.now)
        given = {"by": self.people[person], "version": case.version - is_stale}
        if self.attempt("release", may, case.release_decision, **given):
            model.effect(model.held, [model.proposer, person], self.now)

    def reverse(self, case: Registration, model: Case, chance: Random) -> None:
        person = self.somebody(model, chance)
        given = {"by": self.people[person], "version": case.version, "note": "再核实。"}
        if self.attempt("reverse", model.may_release(person, self.now), case.reverse_decision, **given):
            model.hand_back(self.now, RESERVED)

    def take_back(self, case: Registration, model: Case, chance: Random) -> None:
        person = model.proposer if model.held and chance.random() < 0.5 else chance.choice(DESK)
        may = bool(model.held) and person == model.proposer
        if self.attempt("take back", may, case.take_back_decision, by=self.people[person]):
            model.hand_back(self.now, IDLE)

    def reopen(self, case: Registration, model: Case, chance: Random) -> None:
        person = chance.choice(DESK)
        given = {"by": self.people[person], "text": "重新审核。"}
        if self.attempt("reopen", model.may_answer(person), case.reopen, **given):
            model.reopen(self.now)

    def uphold(self, case: Registration, model: Case, chance: Random) -> None:
        person = chance.choice(DESK)
        given = {"by": self.people[person], "text": "维持原决定。"}
        if self.attempt("uphold", model.may_answer(person), case.uphold_refusal, **given):
            model.answer()

    def escalate(self, case: Registration, model: Case, chance: Random) -> None:
        person = chance.choice(DESK)
        may = model.status in WITH_THE_BANK and not model.escalated and person not in model.makers
        if self.attempt("escalate", may, case.escalate, by=self.people[person]):
            model.escalated = True
