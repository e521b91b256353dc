"""Stories of one supermarket, whose terminals show what becomes of a terminal after its activation, state by state."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from applications.demo import branches, businesses, people
from applications.demo.estate import SMART
from applications.demo.handing_in import Counter
from applications.demo.journey import Line, granted
from applications.demo.requesting import RequestJourney
from applications.demo.stopping import StopJourney, settled
from applications.demo.telling import STORIES, Clock, story
from applications.models import Application, DeactivationNotice
from applications.terminals_to_stop import ToStop
from config.accounts.models import Role
from config.kernel.calendar import add_working_days
from config.kernel.clock import local_date
from merchants.models import Merchant
from terminals import dormancy
from terminals.models import Terminal
from terminals.returns.charging import charges_for_return, raise_charge
from terminals.returns.chasing import chase
from terminals.returns.models import Measure, Violation
from terminals.returns.violations import decide

__all__ = ["STORIES"]

LOGIN = "supermarket@shop.example"
MOVES, SWAPPED, UNUSED, STOPS_SOON = "收银台 1 号", "收银台 2 号", "收银台 3 号", "仓库"
COMES_BACK, OVERDUE, DISPUTED, ENDED = "熟食柜", "水果柜", "店外促销车", "面包柜"
POINT = {"latitude": Decimal("31.221000"), "longitude": Decimal("121.544000"), "coord_system": "gcj02"}
NEW_POINT = {"latitude": Decimal("31.229000"), "longitude": Decimal("121.448000"), "coord_system": "gcj02"}
# Twelve months less two weeks, so that the stop of what was never used has been announced and has not come.
OPENED = 350
NOTICE = 3


class Stop(NamedTuple):
    """A stop that has come true, and the notice that was given of it."""

    case: StopJourney
    terminal: Terminal
    notice: DeactivationNotice


def _terminal(label: str) -> Terminal:
    return Terminal.objects.get(merchant=_merchant(), label=label)


def _merchant() -> Merchant:
    return people.of(LOGIN).memberships.get().merchant


@story("supermarket")
def a_supermarket_of_eight_terminals(clock: Clock) -> None:
    """A customer for almost a year; every counter has its terminal of the bank."""
    labels = (MOVES, SWAPPED, UNUSED, STOPS_SOON, COMES_BACK, OVERDUE, DISPUTED, ENDED)
    lines = [Line(label, model=SMART, more=POINT if label == MOVES else {}) for label in labels]
    shop = granted(
        LOGIN, businesses.SUPERMARKET, *lines, clock=clock, days=OPENED + 1, branch=branches.PUDONG
    )
    for place, label in enumerate(labels):
        shop.device(label).hand_out(by=people.staff(Role.STOREKEEPER), now=clock.ago(OPENED, f"09:1{place}"))
        shop.activate(label, at=clock.ago(OPENED, f"14:1{place}"))


@story("supermarket-unused")
def terminals_that_nobody_uses(clock: Clock) -> None:
    """The host's lists: one was verified anew and nears the stop after twelve months, one is under verification after three."""
    shop, unused = _merchant(), _terminal(STOPS_SOON)
    in_use = dict.fromkeys(shop.terminals.exclude(pk=unused.pk).values_list("number", flat=True))
    clerk, yesterday = people.staff(Role.SETTLEMENT), clock.ago(1, "03:00")
    first = clock.ago(60, "03:00")
    last_month = {number: clock.ago(61, "20:15") for number in in_use}
    last_month[_terminal(UNUSED).number] = clock.ago(96, "18:40")
    dormancy.hear_of_transactions(last_month, reaches_to=local_date(clock.ago(61)), by=clerk, now=first)
    dormancy.sweep(first + timedelta(hours=1))
    unused.refresh_from_db()
    dormancy.confirm_use(unused, by=people.of(LOGIN), now=clock.ago(59, "10:30"))
    unused.verify_use(by=people.staff(Role.REVIEWER), now=clock.ago(58, "15:00"), note="电话核实：盘点时使用")
    lately = {_terminal(label).number: clock.ago(2, "20:40") for label in (MOVES, SWAPPED)}
    dormancy.hear_of_transactions(lately, reaches_to=local_date(clock.ago(2)), by=clerk, now=yesterday)
    dormancy.sweep(yesterday + timedelta(hours=1))


@story("supermarket-ended")
def a_counter_that_is_closed_for_good(clock: Clock) -> None:
    """Served, read, settled, back and stopped: one piece was missing, and what it cost was waived by two people."""
    stop = _stopped(ENDED, clock=clock, days=49)
    by, owner, began = people.staff(Role.REVIEWER), people.of(LOGIN), stop.case.morning
    stop.notice.deliver(
        by=by,
        now=began + timedelta(hours=10),
        way="in_person",
        at=began + timedelta(hours=9),
        receiver="商若谷",
    )
    stop.notice.acknowledge(by=owner, now=began + timedelta(hours=13))
    counter = Counter(stop.terminal)
    counter.send("SF1002003004005", by=owner, at=began + timedelta(days=1))
    counter.take("terminal", "charger", "cable", at=began + timedelta(days=3, hours=9))
    counter.miss("base", at=began + timedelta(days=3, hours=9, minutes=20))
    counter.settle(at=began + timedelta(days=4, hours=10))
    counter.inspect_and_close(at=began + timedelta(days=5, hours=10))
    stop.notice.refresh_from_db()
    stop.notice.close(by=by, now=began + timedelta(days=5, hours=15))
    asked = began + timedelta(days=6, hours=9)
    (charge,) = charges_for_return(counter.order, by=people.staff(Role.STOREKEEPER), now=asked)
    charge.ask_waiver(reason="充电底座随机附赠，商户无责", by=people.staff(Role.RISK), now=asked)
    charge.waive(by=people.staff(Role.SUPERVISOR), now=asked + timedelta(hours=2))


@story("supermarket-overdue")
def a_counter_whose_device_does_not_come_back(clock: Clock) -> None:
    """It settles only; its notice was served and read, and the day of the return has long passed."""
    stop = _stopped(OVERDUE, clock=clock, days=47)
    read = stop.case.morning + timedelta(hours=11)
    stop.notice.deliver(
        by=people.staff(Role.REVIEWER), now=read, way="post", at=read, waybill="EMS1020304050"
    )
    stop.notice.acknowledge(by=people.of(LOGIN), now=read + timedelta(hours=2))
    chase(clock.ago(1, "09:00"))


@story("supermarket-comes-back")
def a_counter_that_is_being_cleared(clock: Clock) -> None:
    """It settles only: of its clearance some items are checked and some open, of its return a piece is missing and one awaited."""
    stop = _stopped(COMES_BACK, clock=clock, days=18)
    counter = Counter(stop.terminal)
    counter.take("terminal", "charger", at=clock.ago(2, "10:00"))
    counter.miss("base", at=clock.ago(2, "10:10"))
    counter.check("batch", "upload", at=clock.ago(1, "10:00"))
    counter.confirm("reversals", at=clock.ago(1, "11:00"))


@story("supermarket-disputed")
def a_terminal_that_the_bank_stops(clock: Clock) -> None:
    """Moved without approval: the bank stops it, the owner objects to the notice, the violation is decided with a charge."""
    terminal, owner, risk = _terminal(DISPUTED), people.of(LOGIN), people.staff(Role.RISK)
    stop = StopJourney(_merchant(), LOGIN, at=clock.ago(7, "10:00"), initiator="bank")
    stop.ask(
        ToStop(terminal.number),
        at=clock.ago(7, "10:10"),
        reason_id="r1_moved",
        reason_text="巡检发现终端在登记地址以外使用。",
        stop_on=local_date(clock.ago(6)),
    )
    stop.claim(at=clock.ago(6, "09:30"))
    stop.approve(at=clock.ago(6, "09:50"))
    stop.release(at=clock.ago(6, "14:00"))
    # The reason of the stop has opened it.
    violation = Violation.objects.get(application_number=stop.case.number)
    notice = stop.case.notices.get()
    notice.deliver(
        by=people.staff(Role.ACCOUNT_MANAGER),
        now=clock.ago(5, "11:00"),
        way="in_person",
        at=clock.ago(5, "10:40"),
    )
    notice.raise_objection(
        by=owner, now=clock.ago(4, "19:00"), text="促销车当天停在店门口，照片拍的是隔壁摊位。"
    )
    violation.state("促销车只在店门口使用，愿意配合现场核查。", by=owner, now=clock.ago(4, "19:20"))
    supervisor = people.staff(Role.SUPERVISOR)
    measures = Measure.objects.filter(pk__in=["warning", "compensation"])
    decide(
        violation,
        measures,
        decision="首次发现，给予书面警告并按协议收取违约金。",
        by=risk,
        now=clock.ago(3, "10:00"),
    )
    raise_charge(
        merchant=violation.merchant,
        violation=violation,
        amount_fen=500_00,
        reason="受理协议约定的擅自移机违约金",
        by=supervisor,
        now=clock.ago(3, "10:20"),
    )


@story("supermarket-changes")
def what_the_supermarket_changes(clock: Clock) -> None:
    """A move that waits for its day, another device whose code waits to be typed in, a new account in its cooling period."""
    shop = _merchant()
    move = RequestJourney(
        Application.Kind.RELOCATION, shop, LOGIN, at=clock.ago(2, "11:00"), terminal=_terminal(MOVES)
    )
    move.submit(
        at=clock.ago(2, "11:10"),
        division_id=businesses.JINGAN,
        address="样例路 120 号",
        effective_on=local_date(clock.now) + timedelta(days=12),
        reason_text="一楼改造，收银台迁到新店。",
        **NEW_POINT,
    )
    move.claim(at=clock.ago(1, "09:10"))
    move.approve(at=clock.ago(1, "09:20"))

    swap = RequestJourney(
        Application.Kind.REPLACEMENT, shop, LOGIN, at=clock.ago(2, "15:00"), terminal=_terminal(SWAPPED)
    )
    swap.submit(
        at=clock.ago(2, "15:10"),
        fault="card_reader",
        reason_text="插卡没有反应，挥卡正常。",
        old_batch="settled",
        old_batch_number="000412",
        device_model=_terminal(SWAPPED).binding.device.model,
    )
    swap.claim(at=clock.ago(1, "09:30"))
    swap.approve(at=clock.ago(1, "09:40"))

    change = RequestJourney(Application.Kind.CHANGE, shop, LOGIN, at=clock.ago(1, "16:00"))
    change.submit(
        at=clock.ago(1, "16:10"), account_number="99931016600000019099", reason_text="基本户迁到新支行。"
    )
    change.claim(at=clock.now - timedelta(minutes=50))
    change.approve(at=clock.now - timedelta(minutes=40))
    change.release(at=clock.now - timedelta(minutes=20), note="已与原联系人通话核实")


def _stopped(label: str, *, clock: Clock, days: int) -> Stop:
    """Asked for by the owner, granted the day after and come true on its day; holidays may put that off by two weeks."""
    terminal = _terminal(label)
    stop = StopJourney(_merchant(), LOGIN, at=clock.ago(days, "14:00"))
    stop.ask(
        *settled([terminal.number]),
        at=clock.ago(days, "14:10"),
        reason_id="m1_not_needed",
        reason_text=f"{label}撤柜。",
        stop_on=add_working_days(local_date(clock.ago(days)), NOTICE),
        declares_settled=True,
        declares_cleared=True,
    )
    stop.claim(at=clock.ago(days - 1, "10:00"))
    stop.approve(at=clock.ago(days - 1, "10:20"))
    stop.come_true()
    terminal.refresh_from_db()
    return Stop(stop, terminal, stop.case.notices.get())
