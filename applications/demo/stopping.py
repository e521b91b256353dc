"""A stop on its way through the demonstration's bank: the verbs of the house, each at a moment of the past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from applications.demo import people
from applications.demo.papers import sample
from applications.filing import start_request
from applications.models import Application, Deactivation
from applications.papers import attach
from applications.terminals_to_stop import ToStop, kept
from applications.verdicts import all_in_order
from config.accounts.models import Role, User
from config.kernel.clock import start_of_day
from merchants.models import Merchant


class StopJourney:
    """A stop and the people around it. `initiator` other than the merchant is filed by the account manager."""

    def __init__(
        self, merchant: Merchant | None, login: str, *, at: datetime, initiator: str = "merchant"
    ) -> None:
        if merchant is None:
            raise ValueError("Only a customer has terminals to stop.")
        self.merchant = merchant
        is_merchants = initiator == Deactivation.Initiator.MERCHANT
        self.by = people.of(login) if is_merchants else people.staff(Role.ACCOUNT_MANAGER)
        self.case: Any = start_request(
            Application.Kind.DEACTIVATION,
            merchant=merchant,
            applicant=self.by,
            by=self.by,
            now=at,
            initiator=initiator,
        )

    def submit(self, *lines: ToStop, at: datetime, **answers: Any) -> None:
        """Answered, with every paper that is needed, and handed in."""
        given = {"chosen": kept(lines), "return_way": "branch"} | answers
        with self.case.revising(by=self.by, now=at):
            for name, value in given.items():
                setattr(self.case, name, value)
        for need in self.case.paper_needs():
            if need.is_required:
                paper = sample(need.paper, self.merchant)
                attach(self.case, need.paper, paper, by=self.by, now=at + timedelta(minutes=2))
        self.case.submit(by=self.by, now=at + timedelta(minutes=5))

    def claim(self, *, at: datetime) -> None:
        self.case.claim(by=people.staff(Role.REVIEWER), now=at)

    def approve(self, *, at: datetime) -> None:
        self.case.approve(
            by=people.staff(Role.REVIEWER),
            now=at,
            version=self.case.version,
            verdicts=all_in_order(self.case),
            account_verified=False,
        )

    def release(self, *, at: datetime) -> None:
        supervisor = people.staff(Role.SUPERVISOR)
        self.case.release_decision(by=supervisor, now=at, version=self.case.version, note="文书已核对原件")

    def come_true(self) -> None:
        """The first sweep of the day of the stop."""
        morning = start_of_day(self.case.stop_on) + timedelta(minutes=1)
        self.case.carry_out(by=User.objects.system("cron"), now=morning)


def settled(numbers: Iterable[str]) -> list[ToStop]:
    """Terminals whose last batch is declared as settled."""
    return [ToStop(number, f"{318 + place:06d}", "yes") for place, number in enumerate(numbers)]
