"""Stories of offers: one that is running, one to enrol in, one that is over, one that waits for its publication."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from applications.demo import branches, people
from applications.demo.stories_of_terminals import LOGIN
from applications.demo.telling import STORIES, Clock, story
from config.accounts.models import Branch, Role
from config.kernel.clock import local_date
from terminals.offers.ending import end_what_is_over
from terminals.offers.enrolling import enrol
from terminals.offers.models import Offer
from terminals.offers.writing import write_offer

__all__ = ["STORIES"]

RUNNING: dict[str, Any] = {
    "title_zh": "小微商户借记卡手续费优惠",
    "title_en": "Lower debit card fee for small merchants",
    "benefit_zh": "活动期间，借记卡交易手续费按优惠费率收取。",
    "benefit_en": "During the offer debit card transactions are charged at the lower rate.",
    "terms_zh": "优惠费率自活动开始日起适用于本商户全部使用中的终端；活动结束后恢复合同约定的费率。",
    "terms_en": "The lower rate applies to all terminals in use from the first day of the offer; afterwards the rate of the contract applies again.",
    "rate_bp": 38,
    "bars_violations": False,
    "quota": 200,
}
COMING: dict[str, Any] = {
    "title_zh": "终端流量费减免",
    "title_en": "Mobile data fee waived",
    "benefit_zh": "参加活动的终端，免收六个月流量费。",
    "benefit_en": "For each terminal that takes part the mobile data fee is waived for six months.",
    "terms_zh": "按终端报名，每台终端限参加一次；终端停用的，减免自停用之日起终止。",
    "terms_en": "Each terminal enrols by itself and takes part once; where it is stopped, the waiver ends on that day.",
    "divisions": ["310000"],
    "is_per_terminal": True,
    "quota": 50,
}
OVER: dict[str, Any] = {
    "title_zh": "夏季餐饮零售满减",
    "title_en": "Summer rebate for shops and restaurants",
    "benefit_zh": "单笔消费满 100 元，由银行补贴 5 元。",
    "benefit_en": "The bank pays 5 yuan towards each purchase of 100 yuan or more.",
    "terms_zh": "补贴随次日结算款一并划付，每户每日以 500 元为限。",
    "terms_en": "The rebate is paid with the settlement of the next day, up to 500 yuan per merchant and day.",
    "bars_violations": False,
}
DRAFT: dict[str, Any] = {
    "title_zh": "连锁商户专享费率",
    "title_en": "Rate for merchants with several terminals",
    "benefit_zh": "三台以上终端的企业商户，贷记卡手续费按优惠费率收取。",
    "benefit_en": "For enterprises with three terminals or more, credit card fees are charged at the lower rate.",
    "terms_zh": "活动期间使用中的终端少于三台的，优惠随之终止。",
    "terms_en": "The offer ends for a merchant that has fewer than three terminals in use.",
    "rate_bp": 52,
    "merchant_types": ["enterprise"],
    "min_terminals": 3,
}


@story("offers")
def offers_of_a_branch(clock: Clock) -> None:
    """The supermarket takes part in one and took part in another; a violation still keeps it from the third."""
    owner = people.of(LOGIN)
    shop = owner.memberships.get().merchant
    over = _published(OVER, clock, days=70, starts=-60, ends=-5, enrol_until=-40)
    enrol(over, shop, agrees=True, by=owner, now=clock.ago(65, "20:30"))
    end_what_is_over(clock.ago(4, "01:00"))
    running = _published(RUNNING, clock, days=40, starts=-20, ends=160, enrol_until=20)
    enrol(running, shop, agrees=True, by=owner, now=clock.ago(30, "19:10"))
    _published(COMING, clock, days=3, starts=14, ends=194, enrol_until=60)
    _written(DRAFT, clock, days=2, starts=30, ends=210, enrol_until=60)


def _published(said: dict[str, Any], clock: Clock, *, days: int, **period: int) -> Offer:
    offer = _written(said, clock, days=days, **period)
    offer.publish(by=people.staff(Role.SUPERVISOR), now=clock.ago(days, "16:00"))
    return offer


def _written(
    said: dict[str, Any], clock: Clock, *, days: int, starts: int, ends: int, enrol_until: int
) -> Offer:
    """By the account manager, that many days ago; the days of the offer are counted from today."""
    today = local_date(clock.now)
    period = {
        "starts_on": today + timedelta(days=starts),
        "ends_on": today + timedelta(days=ends),
        "enrol_from": today - timedelta(days=days),
        "enrol_until": today + timedelta(days=enrol_until),
    }
    branch = Branch.objects.get(code=branches.PUDONG)
    return write_offer(
        said | period, branch=branch, by=people.staff(Role.ACCOUNT_MANAGER), now=clock.ago(days, "11:00")
    )
