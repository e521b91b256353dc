"""Offers and enrolments in every state, each reached through the verbs."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from config.kernel import clock
from terminals.offers.ending import end_offer
from terminals.offers.enrolling import enrol
from terminals.offers.models import Enrolment, Offer
from terminals.offers.writing import write_offer
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import activated

_drawn = count(1)
DAY = timedelta(days=1)


def answers(**changed) -> dict:
    """What the desk enters: open for enrolment since yesterday, begins in ten days, for everybody with a terminal in use."""
    today, n = clock.today(), next(_drawn)
    return {
        "title_zh": f"手续费优惠{n}",
        "title_en": f"Lower fee {n}",
        "benefit_zh": "借记卡手续费按优惠费率收取。",
        "benefit_en": "Debit card fees at a lower rate.",
        "terms_zh": "活动期间按优惠费率计收。",
        "terms_en": "The lower rate applies during the offer.",
        "rate_bp": 38,
        "starts_on": today + 10 * DAY,
        "ends_on": today + 100 * DAY,
        "enrol_from": today - DAY,
        "enrol_until": today + 30 * DAY,
    } | changed


def drafted(*, branch=None, by=None, now=None, **changed) -> Offer:
    branch = branch or BranchFactory()
    by = by or StaffFactory(role="account_manager", branch=branch)
    return write_offer(answers(**changed), branch=branch, by=by, now=now or clock.now())


def published(**given) -> Offer:
    offer = drafted(**given)
    offer.publish(
        by=StaffFactory(role="supervisor", branch=offer.branch), now=given.get("now") or clock.now()
    )
    return offer


def ended(**given) -> Offer:
    offer = published(**given)
    end_offer(offer, by=StaffFactory(role="supervisor"), now=clock.now(), note="预算用完")
    offer.refresh_from_db()
    return offer


def shop(*, terminals: int = 1, branch=None, **given):
    """A merchant with so many terminals in use."""
    merchant = onboarded(branch=branch or BranchFactory(), **given)
    for _number in range(terminals):
        activated(merchant=merchant)
    return merchant


def enrolled(offer=None, merchant=None, *, terminals=(), now=None) -> Enrolment:
    """The merchant, or the first of the terminals named, takes part."""
    merchant = merchant or shop(branch=offer and offer.branch)
    offer = offer or published(branch=merchant.branch)
    said = {"agrees": True, "terminals": terminals, "by": owner_of(merchant), "now": now or clock.now()}
    return enrol(offer, merchant, **said)[0]


def stopped(terminal) -> None:
    """The terminal only settles, by the verb alone."""
    terminal.wind_up(by=StaffFactory(), now=clock.now(), note="停用")
