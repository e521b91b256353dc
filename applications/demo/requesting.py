"""What a customer asks for of what it has, on its way through the demonstration's bank: each verb at a moment of the past."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta
from typing import Any

from applications.demo import people
from applications.demo.papers import sample
from applications.filing import start_request
from applications.models import Application
from applications.models.paper import Paper
from applications.papers import attach
from applications.verdicts import all_in_order
from config.accounts.models import Role, User
from merchants.models import Merchant
from terminals.models import Terminal


class RequestJourney:
    """A request and the people around it, filed by the merchant unless another is named."""

    def __init__(
        self,
        kind: str,
        merchant: Merchant,
        login: str,
        *,
        at: datetime,
        terminal: Terminal | None = None,
        by: User | None = None,
        **given: Any,
    ) -> None:
        self.merchant = merchant
        self.by = by or people.of(login)
        self.case: Any = start_request(
            kind, merchant=merchant, terminal=terminal, applicant=self.by, by=self.by, now=at, **given
        )

    def submit(self, *, at: datetime, **answers: Any) -> None:
        """Answered, with every paper that is needed, and handed in."""
        with self.case.revising(by=self.by, now=at):
            for name, value in answers.items():
                setattr(self.case, name, value)
        for need in self.case.paper_needs():
            if need.is_required:
                paper = sample(need.paper, self._drawn(need.paper))
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
            account_verified=self.case.asks_account_check,
        )

    def release(self, *, at: datetime, note: str = "文书已核对原件") -> None:
        supervisor = people.staff(Role.SUPERVISOR)
        self.case.release_decision(by=supervisor, now=at, version=self.case.version, note=note)

    # -- private ------------------------------------------------------------------------------------------------------

    def _drawn(self, paper: str) -> Any:
        """Whose data the sample shows: those that a change or a move asks for, the old device, else what is on record."""
        if self.case.kind == Application.Kind.RELOCATION:
            moved = copy(self.merchant)
            moved.business_address = self.case.address
            return moved
        is_its_own = self.case.kind == Application.Kind.CHANGE or paper == Paper.DEVICE_LABEL
        return self.case if is_its_own else self.merchant
