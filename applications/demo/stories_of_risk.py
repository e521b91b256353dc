"""Stories of the risk desk: its blacklist, and an application that the checks warn of."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from applications.demo import branches, businesses, numbers, people
from applications.demo.estate import SMART
from applications.demo.journey import Journey, Line
from applications.demo.telling import STORIES, Clock, story
from config.accounts.models import Role
from config.kernel.clock import local_date
from merchants.blacklist import Kind, put_on

__all__ = ["STORIES"]

SHARED_LIST = "行业风险信息共享 2026-07"
# In Hangzhou, where the address is in Shanghai.
ELSEWHERE = {"latitude": Decimal("30.250000"), "longitude": Decimal("120.160000"), "coord_system": "gcj02"}


@story("blacklist")
def a_blacklist_that_the_risk_desk_keeps(clock: Clock) -> None:
    """One entry of each kind but one; one entry has expired, one was taken off again."""
    officer, listed_at = people.staff(Role.RISK), clock.ago(30, "15:00")
    begins = local_date(listed_at)
    entries = [
        (Kind.USCC, numbers.credit_code("92", businesses.PUDONG, "MA1DEM90"), "虚假交易套取资金", None),
        (Kind.IDENTITY, numbers.resident_id(businesses.JINGAN, date(1971, 2, 3)), "冒用他人身份入网", None),
        (
            Kind.ACCOUNT,
            numbers.card("6299990166000000"),
            "结算账户被有权机关止付",
            begins + timedelta(days=7),
        ),
        (Kind.MOBILE, businesses.KIOSK["contact_mobile"], "被多家涉案商户共用", None),
        (Kind.NAME, "上海样例诚速电子商务有限公司", "出租收款终端", None),
        (Kind.SERIAL, "P2A0099907777", "终端被改装", None),
    ]
    for kind, value, reason, ends in entries:
        entry = put_on(
            kind=kind,
            value=value,
            reason=reason,
            source=SHARED_LIST,
            valid_from=begins,
            valid_to=ends,
            by=officer,
            now=listed_at,
        )
    entry.take_off(by=officer, now=clock.ago(12, "11:00"), reason="厂家更正：序列号录入有误")


@story("kiosk")
def a_kiosk_that_the_checks_warn_of(clock: Clock) -> None:
    """On the blacklist by its mobile, a document that soon ends, and a point in another city than the address."""
    ends = local_date(clock.now) + timedelta(days=20)
    journey = Journey("kiosk@shop.example", at=clock.ago(1, "16:00"))
    journey.answer(
        businesses.KIOSK | {"responsible_id_to": ends}, at=clock.ago(1, "16:12"), branch=branches.PUDONG
    )
    journey.ask_for(Line("柜台", model=SMART, more=ELSEWHERE), at=clock.ago(1, "16:15"))
    journey.add_papers(at=clock.ago(1, "16:18"))
    journey.submit(at=clock.ago(1, "16:40"))
