"""One registration on its way through the bank: the verbs of the house, each at a moment of the past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from stdnum import luhn

from applications.corrections import note_answers
from applications.demo import people
from applications.demo.estate import model
from applications.demo.papers import sample
from applications.demo.telling import Clock
from applications.filing import start_registration
from applications.models import ConsentText, Placement, ReasonCode, Registration, Verdict
from applications.models.paper import papers_for
from applications.papers import attach
from applications.verdicts import all_in_order
from config.accounts.models import Branch, Role, User
from config.kernel.policy import current_policy
from merchants.models import Merchant
from terminals import codes
from terminals.activation import ActivationRefused, activate
from terminals.models import Device, RegistrationCode, Terminal

# Documentation addresses (RFC 5737): nobody's.
SHOP_ADDRESS = "192.0.2.18"
APP_VERSION = "2.4.1"


class Line(NamedTuple):
    """A terminal to ask for: by serial number, or by model from the stock."""

    label: str
    serial_number: str = ""
    model: str = ""
    ownership: str = Device.Ownership.BANK
    more: dict[str, Any] = {}


def granted(login: str, answers: dict, *lines: Line, clock: Clock, days: int, branch: str) -> Journey:
    """A registration filed, read and granted within two days, the last of them `days` ago."""
    journey = Journey(login, at=clock.ago(days + 1, "09:12"))
    journey.answer(answers, at=clock.ago(days + 1, "09:31"), branch=branch)
    journey.ask_for(*lines, at=clock.ago(days + 1, "09:40"))
    journey.add_papers(at=clock.ago(days + 1, "09:45"))
    journey.submit(at=clock.ago(days + 1, "10:06"))
    journey.claim(at=clock.ago(days, "09:20"))
    journey.approve(at=clock.ago(days, "11:05"), note="账户已在核心系统核对。")
    return journey


class Journey:
    """A registration and the people around it. Every method is one verb and takes the moment it happened."""

    def __init__(
        self, login: str, *, at: datetime, merchant: Merchant | None = None, by: User | None = None
    ) -> None:
        self.applicant = people.of(login)
        self.filed_by = by or self.applicant
        self.registration: Registration = start_registration(
            applicant=self.applicant, by=self.filed_by, now=at, merchant=merchant
        )

    # -- the applicant's part -----------------------------------------------------------------------------------------

    def answer(self, answers: dict[str, Any], *, at: datetime, branch: str = "") -> None:
        with self.registration.revising(by=self.filed_by, now=at):
            if branch:
                self.registration.branch = Branch.objects.get(code=branch)
            for name, value in answers.items():
                setattr(self.registration, name, value)

    def ask_for(self, *lines: Line, at: datetime) -> None:
        with self.registration.revising(by=self.filed_by, now=at):
            for line in lines:
                self._add(line)

    def add_papers(self, *, at: datetime, only: Iterable[str] = (), glare: Iterable[str] = ()) -> None:
        """The papers named, or all that are required; those in `glare` cannot be read."""
        wanted = list(only) or [need.paper for need in papers_for(self.registration) if need.is_required]
        unreadable = set(glare)
        for minute, paper in enumerate(wanted):
            picture = sample(paper, self.registration, glare=paper in unreadable)
            now = at + timedelta(minutes=minute)
            attach(self.registration, paper, picture, by=self.filed_by, now=now)

    def copy_paper(self, paper: str, *, of: Registration, at: datetime) -> None:
        """The same file that another party has sent."""
        attach(self.registration, paper, sample(paper, of), by=self.filed_by, now=at)

    def correct(self, page: str, answers: dict[str, Any], *, at: datetime) -> None:
        """Answers to a page that was given back."""
        self.answer(answers, at=at)
        note_answers(self.registration, page, by=self.filed_by, now=at)

    def submit(self, *, at: datetime) -> None:
        self.registration.submit(by=self.filed_by, now=at, consent=ConsentText.objects.latest("effective_on"))

    def withdraw(self, *, at: datetime) -> None:
        self.registration.withdraw(by=self.applicant, now=at)

    # -- the bank's part ----------------------------------------------------------------------------------------------

    def claim(self, *, at: datetime, by: User | None = None) -> None:
        self.registration.claim(by=by or people.staff(Role.REVIEWER), now=at)

    def return_for(self, faults: dict[str, tuple[str, str]], public_text: str, *, at: datetime) -> None:
        """Given back for the faults: item, code of the reason, and the words for the merchant where not the reason's own."""
        verdicts = all_in_order(self.registration)
        for item, (reason, text) in faults.items():
            verdicts[item] = Verdict(is_ok=False, reason=ReasonCode.objects.get(pk=reason), public_text=text)
        self.registration.return_for_correction(
            by=self._reviewer(),
            now=at,
            version=self.registration.version,
            public_text=public_text,
            verdicts=verdicts,
        )

    def approve(self, *, at: datetime, note: str = "") -> None:
        self.registration.approve(
            by=self._reviewer(),
            now=at,
            version=self.registration.version,
            verdicts=all_in_order(self.registration),
            account_verified=True,
            private_note=note,
        )

    def reject(self, reason: str, *, at: datetime, note: str = "") -> None:
        self.registration.reject(
            by=self._reviewer(),
            now=at,
            version=self.registration.version,
            reason=ReasonCode.objects.get(pk=reason),
            private_note=note,
        )

    def lapse(self) -> None:
        """The first sweep after the deadline closes it."""
        if due := self.registration.correction_due_at:
            self.registration.lapse(by=User.objects.system("cron"), now=due + timedelta(minutes=1))

    # -- at the terminal ----------------------------------------------------------------------------------------------

    def terminal(self, label: str) -> Terminal:
        return Terminal.objects.get(placement__registration=self.registration, label=label)

    def code(self, label: str) -> RegistrationCode:
        """The newest code of the terminal."""
        return self.terminal(label).codes.latest("id")

    def device(self, label: str) -> Device:
        """The device that the terminal was given, also after both have parted."""
        return self.code(label).device

    def activate(self, label: str, *, at: datetime) -> None:
        """The owner collects the code and types it in a quarter of an hour later."""
        code = self.code(label)
        digits = codes.collect(code, by=self.applicant, now=at - timedelta(minutes=15))
        activate(
            serial_number=code.serial_number,
            registration_code=digits,
            ip=SHOP_ADDRESS,
            now=at,
            app_version=APP_VERSION,
        )

    def mistype_until_locked(self, label: str, *, at: datetime) -> None:
        code = self.code(label)
        right = codes.collect(code, by=self.applicant, now=at - timedelta(minutes=15))
        for step in range(1, current_policy().code_max_tries + 1):
            front = f"{(int(right[:11]) + step) % 10**11:011d}"
            try:
                activate(
                    serial_number=code.serial_number,
                    registration_code=front + luhn.calc_check_digit(front),
                    ip=SHOP_ADDRESS,
                    now=at + timedelta(minutes=2 * step),
                    app_version=APP_VERSION,
                )
            except ActivationRefused:
                continue

    # -- private ------------------------------------------------------------------------------------------------------

    def _reviewer(self) -> User:
        return self.registration.assignee or people.staff(Role.REVIEWER)

    def _add(self, line: Line) -> None:
        one = self.registration
        described = {
            "division_id": one.business_division_id,
            "address": one.business_address,
            "services": ["sale", "void", "refund", "qr_code"],
        }
        Placement.objects.create(
            registration=one,
            position=one.placements.count() + 1,
            label=line.label,
            serial_number=line.serial_number,
            device_model=model(line.model) if line.model else None,
            ownership=line.ownership,
            **described | line.more,
        )
