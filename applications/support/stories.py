"""Stories of the help line: tickets in every state, and a caller who was identified and one who was not."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from functools import partial

from applications.demo import people
from applications.demo.telling import Clock
from applications.support.callers import check_caller
from applications.support.models import CannedText, ClosingCause
from applications.support.opening import Sale, open_ticket
from config.accounts.models import Role
from config.kernel.lifecycle import Refused
from merchants.models import Merchant


def tickets_of_a_cafe(clock: Clock) -> None:
    """The enterprise asks the help line: one not taken, one taken, one that waits for it, one closed, one merged, one overdue."""
    owner, helper = people.of("enterprise@shop.example"), people.staff(Role.SUPPORT)
    merchant = owner.memberships.get().merchant
    terminal = merchant.terminals.order_by("pk").first()
    ask = partial(open_ticket, merchant=merchant, by=owner)

    told = clock.ago(9, "10:05")
    closed = ask(category="terminal", terminal=terminal, text="屏幕一直停在签到中。", now=told)
    closed.take(by=helper, now=told + timedelta(minutes=12))
    closed.answer(
        CannedText.objects.get(pk="restart").text_zh, asks=True, by=helper, now=told + timedelta(minutes=15)
    )
    closed.hear("重启后可以了，谢谢。", by=owner, now=told + timedelta(minutes=40))
    closed.close(ClosingCause.objects.get(pk="operation"), by=helper, now=told + timedelta(minutes=50))
    closed.rate(5, "答复很快。", by=owner, now=told + timedelta(hours=2))

    missed = clock.ago(2, "15:20")
    sale = ask(
        category="missing_sale",
        terminal=terminal,
        sale=Sale(
            36_800,
            missed - timedelta(minutes=30),
            card_last4="0043",
            batch_number="000012",
            slip_number="000087",
        ),
        text="顾客说已扣款，终端没有打印签购单。",
        now=missed,
    )
    sale.take(by=helper, now=missed + timedelta(minutes=8))
    sale.note("已向清算中心发查询，等回单。", by=helper, now=missed + timedelta(minutes=20))
    again = ask(category="money", text="还是那笔 368 元没有到账。", now=missed + timedelta(hours=1))
    again.merge_into(sale, by=helper, now=missed + timedelta(minutes=70))

    asked = clock.ago(1, "09:40")
    waiting = ask(category="equipment", terminal=terminal, text="打印纸卡住，打印很淡。", now=asked)
    waiting.take(by=helper, now=asked + timedelta(minutes=5))
    waiting.answer(
        CannedText.objects.get(pk="photo").text_zh, asks=True, by=helper, now=asked + timedelta(minutes=9)
    )

    ask(category="complaint", text="上次约好上门，没有人来。", now=clock.ago(3, "09:30"))
    ask(
        category="other",
        text="想了解夜间延长结算的办法。",
        now=clock.now - timedelta(minutes=10),
    )


def two_callers(clock: Clock) -> None:
    """The laundry calls and is identified; somebody who does not know its contact is not."""
    helper = people.staff(Role.SUPPORT)
    merchant = Merchant.objects.get(memberships__user=people.of("laundry@shop.example"))
    moment = clock.ago(1, "11:00")
    with contextlib.suppress(Refused):
        check_caller(merchant, {"contact_name": "张三", "id_last4": "0000"}, by=helper, now=moment)
    said = {"contact_name": merchant.contact_name, "merchant_number": merchant.number}
    check_caller(merchant, said, by=helper, now=moment + timedelta(minutes=3))
    open_ticket(
        merchant=merchant,
        category="application",
        text="来电询问停用申请何时生效，已告知。",
        by=helper,
        now=moment + timedelta(minutes=6),
    )
