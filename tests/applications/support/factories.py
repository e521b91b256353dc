"""Tickets in every state, reached by the verbs, and self-checks as rows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from applications.support.checking.tree import Evidence
from applications.support.models import ClosingCause, SelfCheck, Ticket
from applications.support.opening import Sale, open_ticket
from config.kernel import clock
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.terminals.factories import activated

# A Tuesday without a holiday near, the bank open since nine.
TUESDAY = datetime(2026, 9, 15, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def helper(branch, role: str = "support", **more):
    return StaffFactory(role=role, branch=branch, **more)


def sale(**more) -> Sale:
    return Sale(**{"amount_fen": 36800, "sold_at": TUESDAY - hours(1), "card_last4": "0043"} | more)


def shop():
    """A merchant with a terminal in use; its owner is `merchant.memberships.get().user`."""
    terminal, _done = activated()
    return terminal.merchant


def owner_of(merchant):
    return merchant.memberships.filter(role="owner").get().user


def opened(merchant=None, *, now: datetime = TUESDAY, **more) -> Ticket:
    merchant = merchant or shop()
    given = {"category": "terminal", "text": "终端没有反应。", "by": owner_of(merchant)} | more
    return open_ticket(merchant=merchant, now=now, **given)


def taken(ticket: Ticket | None = None, *, by=None, now: datetime = TUESDAY) -> Ticket:
    ticket = ticket or opened()
    ticket.take(by=by or helper(ticket.branch), now=now)
    return ticket


def waiting(ticket: Ticket | None = None, *, now: datetime = TUESDAY) -> Ticket:
    ticket = taken(ticket)
    ticket.answer("请发一张照片。", asks=True, by=ticket.assignee, now=now)
    return ticket


def closed(ticket: Ticket | None = None, *, now: datetime = TUESDAY) -> Ticket:
    ticket = taken(ticket)
    ticket.close(ClosingCause.objects.get(pk="operation"), by=ticket.assignee, now=now)
    return ticket


def merged(ticket: Ticket | None = None, *, now: datetime = TUESDAY) -> Ticket:
    ticket = taken(ticket)
    ticket.merge_into(opened(ticket.merchant), by=ticket.assignee, now=now)
    return ticket


IN_STATE = {"open": opened, "in_hand": taken, "waiting": waiting, "closed": closed, "merged": merged}


class SelfCheckFactory(DjangoModelFactory):
    """Somebody's terminal shows 97, and the bank knew nothing of it."""

    class Meta:
        model = SelfCheck

    number = factory.Sequence(lambda n: f"ZC-20260911-{n:06d}")
    asked_by = factory.SubFactory(MerchantUserFactory)
    asked_at = factory.LazyFunction(clock.now)
    branch = factory.SubFactory(BranchFactory)
    screen = SelfCheck.Screen.NOT_REGISTERED
    code = "97"
    outcome = "O-20"
    known = factory.LazyFunction(lambda: {"evidence": asdict(Evidence()), "facts": {}})
    advice_version = 1
    language = "zh-hans"
