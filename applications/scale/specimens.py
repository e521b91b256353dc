"""The specimens: one invented business for each course that an application can take, told through the verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from applications.demo import branches, people
from applications.demo.businesses import business
from applications.demo.estate import SMART, VENDOR
from applications.demo.journey import Journey, Line
from applications.demo.telling import Clock
from applications.models import Registration
from config.accounts.models import Branch, Role
from config.accounts.opening import open_merchant_account
from config.kernel.clock import local_date
from merchants.particulars import MerchantType
from terminals.estate import import_devices
from terminals.models import SuspensionReason

# Many days ago, so that what has ended has had the time to; what is open began a few days ago.
LONG_AGO, LATELY = 60, 4


@dataclass(frozen=True)
class Specimen:
    """A business as the verbs left it: what it is known by, each text under the name of what it is."""

    marks: dict[str, str]
    branch_key: int
    reviewer_key: int | None
    # When its codes were issued, if it has any: slips are counted by year.
    issued_on: str


Course = Callable[[Journey, list[str], Clock], None]


def tell(name: str, course: Course, *, terminals: int, clock: Clock, is_micro: bool = False) -> Specimen:
    """A business of this name has asked for that many terminals, and its application has taken that course."""
    days = LATELY if course in (waits, is_read, is_returned) else LONG_AGO
    email, serials = f"{name}@scale.example", [f"S8{name.upper()}{at:03d}" for at in range(terminals)]
    opened = clock.ago(days + 3)
    open_merchant_account(
        full_name=f"样{name}人", email=email, password=people.password(), by=None, now=opened
    )
    listed = "\n".join(["serial_number,model,vendor", *(f"{serial},{SMART},{VENDOR}" for serial in serials)])
    branch = Branch.objects.get(code=branches.PUDONG)
    import_devices(listed, branch=branch, by=people.staff(Role.STOREKEEPER), now=opened)
    answers = business(
        MerchantType.MICRO if is_micro else MerchantType.SOLE_TRADER,
        name=f"商户_样{name}人" if is_micro else f"样{name}注册名",
        trading_name=f"样{name}店名",
        person=f"样{name}人",
        born=date(1970, 1, 1 + len(name)),
        category="5999",
        code=f"{_order(name):08d}",
        scope="食品零售",
        mobile=f"1669900{_order(name):04d}",
    )
    journey = Journey(email, at=clock.ago(days + 2, "09:12"))
    journey.answer(answers, at=clock.ago(days + 2, "09:31"), branch=branches.PUDONG)
    journey.ask_for(
        *(Line(f"收银台 {at} 号", serial) for at, serial in enumerate(serials, 1)),
        at=clock.ago(days + 2, "09:40"),
    )
    journey.add_papers(at=clock.ago(days + 2, "09:45"))
    journey.submit(at=clock.ago(days + 2, "10:06"))
    course(journey, [f"收银台 {at} 号" for at in range(1, terminals + 1)], clock)
    registration = Registration.objects.select_related("merchant").get(pk=journey.registration.pk)
    reader = registration.decided_by or registration.assignee
    return Specimen(
        marks=_marks(registration, email, serials),
        branch_key=branch.pk,
        reviewer_key=reader.pk if reader else None,
        issued_on=local_date(registration.decided_at).isoformat() if registration.decided_at else "",
    )


def is_in_use(journey: Journey, labels: list[str], clock: Clock) -> None:
    """Granted, and every terminal activated."""
    journey.claim(at=clock.ago(LONG_AGO + 1, "09:20"))
    journey.approve(at=clock.ago(LONG_AGO + 1, "11:05"))
    for minute, label in enumerate(labels):
        journey.activate(label, at=clock.ago(LONG_AGO, f"10:{minute % 60:02d}"))


def is_suspended(journey: Journey, labels: list[str], clock: Clock) -> None:
    """In use, and since then suspended."""
    is_in_use(journey, labels, clock)
    for label in labels:
        journey.terminal(label).suspend(
            by=people.staff(Role.SUPERVISOR),
            now=clock.ago(LONG_AGO - 20, "16:40"),
            reason=SuspensionReason.objects.get(pk="off_site"),
            note="核实前暂停",
        )


def waits(journey: Journey, labels: list[str], clock: Clock) -> None:
    """Handed in, and nobody's yet."""


def is_read(journey: Journey, labels: list[str], clock: Clock) -> None:
    """In a reviewer's hands."""
    journey.claim(at=clock.ago(LATELY, "09:20"))


def is_returned(journey: Journey, labels: list[str], clock: Clock) -> None:
    """Back with the merchant."""
    is_read(journey, labels, clock)
    faults = {"paper:id_back": ("glare", "照片反光，请重新拍摄。")}
    journey.return_for(faults, "有 1 份材料需要重新上传。", at=clock.ago(LATELY, "10:32"))


def is_refused(journey: Journey, labels: list[str], clock: Clock) -> None:
    journey.claim(at=clock.ago(LONG_AGO + 1, "09:20"))
    journey.reject("not_eligible", at=clock.ago(LONG_AGO + 1, "10:25"))


def is_withdrawn(journey: Journey, labels: list[str], clock: Clock) -> None:
    journey.withdraw(at=clock.ago(LONG_AGO, "08:45"))


def has_lapsed(journey: Journey, labels: list[str], clock: Clock) -> None:
    """Returned, and not corrected in time."""
    journey.claim(at=clock.ago(LONG_AGO + 1, "09:20"))
    faults = {"paper:licence": ("cropped", "执照缺角，请重新拍摄。")}
    journey.return_for(faults, "营业执照需要重新拍摄。", at=clock.ago(LONG_AGO + 1, "10:00"))
    journey.lapse()


def _order(name: str) -> int:
    """A small number of its own for every name of four letters or less."""
    return int(name, 36) % 10_000


def _marks(registration: Registration, email: str, serials: list[str]) -> dict[str, str]:
    """Every text by which the specimen could be told from another one."""
    marks = {
        "application": registration.number,
        "email": email,
        "uscc": registration.uscc,
        "registered_name": registration.registered_name,
        "trading_name": registration.trading_name,
        "person": registration.responsible_name,
        "id_number": registration.responsible_id_number,
        "mobile": registration.contact_mobile,
        "account": registration.account_number,
    }
    marks |= {f"serial {at}": serial for at, serial in enumerate(serials)}
    if merchant := registration.merchant:
        marks["merchant"] = merchant.number
        for at, terminal in enumerate(merchant.terminals.order_by("pk")):
            marks |= {f"terminal {at}": terminal.number, f"slip {at}": terminal.codes.get().slip_number}
    return {name: text for name, text in marks.items() if text}
