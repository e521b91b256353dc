"""A branch with something of everything that the reports speak of, reached through the verbs, some of it with hostile names."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from applications.models import Decision
from applications.support.weeks import count_weeks
from config.kernel import clock
from config.kernel.audit import record
from merchants.models import Merchant
from merchants.particulars import MerchantType
from terminals.codes import revoke
from terminals.models import Device
from terminals.returns.charging import charges_for_return, raise_charge
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.factories import RegistrationFactory, particulars
from tests.applications.requests import bank_stop, requested
from tests.applications.support.factories import SelfCheckFactory, closed, opened, taken
from tests.merchants.factories import onboarded
from tests.terminals.factories import DeviceFactory, DeviceModelFactory, activated, code_of, provisioned
from tests.terminals.offers.factories import drafted, enrolled, published, shop
from tests.terminals.returns.factories import asked_back, returned, storekeeper
from tests.terminals.returns.violations import reached

HOSTILE_NAMES = [
    '=HYPERLINK("x")',
    "+86138",
    "-2+3",
    "@SUM(A1)",
    'quo"te, and ;',
    "＝1+1",
    "שלום\u202egnp",
    "two\nlines",
    "tab\there",
]


def parsed(content: bytes) -> list[list[str]]:
    """The cells below the headings, as a spreadsheet reads the file."""
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]


def hostile_merchants(branch) -> None:
    for name in HOSTILE_NAMES:
        merchant = onboarded(branch=branch)
        # Past every form: an older system may have let such a name in.
        Merchant.objects.filter(pk=merchant.pk).update(trading_name=name[:20])


def returns(branch) -> None:
    for state in ("sent", "closed"):
        returned(state, merchant=onboarded(branch=branch))
    late = asked_back(merchant=onboarded(branch=BranchFactory(parent=branch)), due_in=-20)
    charges_for_return(late, by=storekeeper(late), now=clock.now())
    asked_back(merchant=onboarded(branch=BranchFactory()))


def violations(branch) -> None:
    reached("open", terminal=activated(merchant=onboarded(branch=branch))[0])
    for below in (branch, BranchFactory(parent=branch), BranchFactory()):
        violation = reached("decided", terminal=activated(merchant=onboarded(branch=below))[0])
        raise_charge(
            merchant=violation.merchant,
            violation=violation,
            amount_fen=1_250_05,
            reason="赔偿",
            by=StaffFactory(role="risk", branch=below),
            now=clock.now(),
        )


def offers(branch) -> None:
    offer = published(branch=branch, quota=5)
    for merchant in (shop(branch=branch), shop(branch=BranchFactory(parent=branch))):
        enrolled(offer, merchant)
    enrolled(published(branch=branch), shop(branch=branch))
    drafted(branch=branch)
    drafted()
    enrolled()


def tickets(branch) -> None:
    open_one, _taken = (opened(merchant=shop(branch=branch)) for _ in range(2))
    taken(open_one)
    closed(opened(merchant=shop(branch=branch)))
    opened()


def weeks_of_checks(branch) -> None:
    for code, outcome, is_solved in (("97", "O-20", True), ("97", "O-05", None), ("Z9", "O-20", False)):
        answered_at = None if is_solved is None else clock.now()
        SelfCheckFactory(
            branch=branch, code=code, outcome=outcome, is_solved=is_solved, answered_at=answered_at
        )
    SelfCheckFactory()
    count_weeks(clock.now())


def applications(branch) -> None:
    for state in ("returned", "returned", "approved", "rejected"):
        RegistrationFactory(branch=branch, state=state)
    approved = RegistrationFactory(branch=BranchFactory(parent=branch), state="approved")
    # Decided after its time, as the verbs leave it when the clock goes on.
    Decision.objects.filter(application=approved.pk).update(due_at=clock.now() - timedelta(days=2))
    for state in ("returned", "approved"):
        RegistrationFactory(branch=BranchFactory(), state=state)


def stops(branch) -> None:
    for state in ("submitted", "approved"):
        requested("deactivation", terminal=activated(merchant=onboarded(branch=branch))[0], state=state)
    bank_stop(activated(merchant=onboarded(branch=branch))[0])
    bank_stop(activated()[0])


def acts(branch) -> None:
    for number in range(3):
        person = StaffFactory(branch=branch, email=f"acts{number}@bank.example")
        for _ in range(number):
            record(f"tried_{number}", by=person, now=clock.now(), subject=person, detail={"名称": '=1+1,"x"'})
    record("tried_elsewhere", by=StaffFactory(), now=clock.now())


# What each report needs to have rows of several kinds, some of another branch among them.
ROWS_OF = {
    "returns": returns,
    "violations": violations,
    "charges": violations,
    "offers": offers,
    "enrolments": offers,
    "tickets": tickets,
    "self-check-weeks": weeks_of_checks,
    "decisions": applications,
    "first-pass-by-reviewer": applications,
    "first-pass-by-reason": applications,
    "corrections": applications,
    "stops": stops,
    "staff-activity": acts,
    "audit": acts,
}


def furnish(name: str, branch) -> None:
    """Rows for the report of this name."""
    ROWS_OF.get(name, estate)(branch)


# Who takes what a supervisor does not.
TAKER = {"audit": "auditor"}


def taker(name, branch):
    """Somebody who may take the report of this name for the branch and below."""
    return StaffFactory(
        role=TAKER.get(name, "supervisor"), branch=branch, email=f"taker{branch.pk}@bank.example"
    )


def estate(branch) -> None:
    below = BranchFactory(parent=branch)
    hostile_merchants(branch)
    merchant = onboarded(branch=branch)
    waiting = provisioned(merchant=merchant)
    activated(merchant=onboarded(branch=below))
    provisioned(merchant=onboarded(MerchantType.MICRO, branch=branch))
    withdrawn = provisioned(merchant=merchant)
    revoke(code_of(withdrawn), by=StaffFactory(branch=branch), now=clock.now(), note="退回")
    DeviceFactory(branch=below, ownership=Device.Ownership.MERCHANT)
    DeviceFactory(branch=branch, model=DeviceModelFactory(name='=1+1,"x"'))
    for state in ("submitted", "returned", "approved"):
        RegistrationFactory(branch=branch, state=state)
    RegistrationFactory(branch=below, state="submitted", answers=particulars() | {"trading_name": "云栖茶舍"})
    assert waiting.pk
    elsewhere = onboarded(branch=BranchFactory())
    activated(merchant=elsewhere)
    RegistrationFactory(branch=elsewhere.branch, state="submitted")
