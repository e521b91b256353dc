"""Stories of stops: one that settles only, one closed for a time, one in review. An emergency is told with the centre."""

from __future__ import annotations

from datetime import timedelta

from applications.demo import branches, businesses
from applications.demo.estate import SMART
from applications.demo.journey import Line, granted
from applications.demo.stopping import StopJourney, settled
from applications.demo.telling import STORIES, Clock, story
from config.kernel.calendar import add_working_days
from config.kernel.clock import local_date
from merchants import expiry
from terminals.models import Device

__all__ = ["STORIES"]

LOGIN = "laundry@shop.example"
# The notice that merchants give, as the policy is set at first.
NOTICE = 3


@story("laundry")
def a_laundry_that_closes_counters(clock: Clock) -> None:
    """A sole trader whose licence ends soon: a counter that settles only, one closed over a renovation, one whose stop is in
    review, one in use."""
    ends = local_date(clock.now) + timedelta(days=20)
    answers = businesses.LAUNDRY | {"licence_is_long_term": False, "licence_to": ends}
    labels = ("收衣台", "取衣台", "干洗柜台", "上门取送")
    lines = [
        Line(label, f"P2A00999073{place}", model=SMART, ownership=Device.Ownership.MERCHANT)
        for place, label in enumerate(labels)
    ]
    journey = granted(LOGIN, answers, *lines, clock=clock, days=35, branch=branches.PUDONG)
    for place, label in enumerate(labels):
        journey.activate(label, at=clock.ago(34, f"10:0{place}"))
    number = {label: journey.terminal(label).number for label in labels}
    merchant = journey.registration.merchant

    filed = clock.ago(26, "15:00")
    stop = StopJourney(merchant, LOGIN, at=filed)
    stop.ask(
        *settled([number["收衣台"]]),
        at=filed + timedelta(minutes=10),
        reason_id="m1_not_needed",
        reason_text="两个柜台合并，少用一台。",
        stop_on=add_working_days(local_date(filed), NOTICE),
        declares_settled=True,
        declares_cleared=True,
    )
    stop.claim(at=clock.ago(25, "10:00"))
    stop.approve(at=clock.ago(25, "10:20"))
    stop.come_true()

    closing = StopJourney(merchant, LOGIN, at=clock.ago(24, "16:00"))
    stop_on = add_working_days(local_date(clock.ago(24)), NOTICE)
    closing.ask(
        *settled([number["取衣台"]]),
        at=clock.ago(24, "16:10"),
        reason_id="m1_not_needed",
        reason_text="店面装修，暂停一段时间。",
        is_temporary=True,
        stop_on=stop_on,
        resume_on=local_date(clock.now) + timedelta(days=30),
        return_way="",
    )
    closing.claim(at=clock.ago(23, "10:00"))
    closing.approve(at=clock.ago(23, "10:10"))
    closing.come_true()

    waiting = StopJourney(merchant, LOGIN, at=clock.ago(1, "17:00"))
    waiting.ask(
        *settled([number["干洗柜台"]]),
        at=clock.ago(1, "17:10"),
        reason_id="m1_closing",
        reason_text="干洗业务停办。",
        stop_on=add_working_days(local_date(clock.ago(1)), 2 * NOTICE),
        return_way="courier",
        declares_settled=True,
        declares_cleared=True,
    )
    expiry.tell_all(clock.ago(1, "02:00"))
