"""A stop on its way through the demonstration's bank: the verbs of the house, each at a moment of the past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from applications.demo import people
from applications.demo.requesting import RequestJourney
from applications.models import Application, Deactivation
from applications.terminals_to_stop import ToStop, kept
from config.accounts.models import Role, User
from config.kernel.clock import start_of_day
from merchants.models import Merchant


class StopJourney(RequestJourney):
    """A stop and the people around it. `initiator` other than the merchant is filed by the account manager."""

    def __init__(
        self, merchant: Merchant | None, login: str, *, at: datetime, initiator: str = "merchant"
    ) -> None:
        if merchant is None:
            raise ValueError("Only a customer has terminals to stop.")
        is_merchants = initiator == Deactivation.Initiator.MERCHANT
        super().__init__(
            Application.Kind.DEACTIVATION,
            merchant,
            login,
            at=at,
            by=None if is_merchants else people.staff(Role.ACCOUNT_MANAGER),
            initiator=initiator,
        )

    def ask(self, *lines: ToStop, at: datetime, **answers: Any) -> None:
        """Handed in for these terminals."""
        self.submit(at=at, **{"chosen": kept(lines), "return_way": "branch"} | answers)

    @property
    def morning(self) -> datetime:
        """Of the day of the stop, when the first sweep runs."""
        return start_of_day(self.case.stop_on) + timedelta(minutes=1)

    def come_true(self) -> None:
        """The first sweep of the day of the stop."""
        self.case.carry_out(by=User.objects.system("cron"), now=self.morning)


def settled(numbers: Iterable[str]) -> list[ToStop]:
    """Terminals whose last batch is declared as settled."""
    return [ToStop(number, f"{318 + place:06d}", "yes") for place, number in enumerate(numbers)]
