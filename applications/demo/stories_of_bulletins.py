"""Stories of the bank's own systems: a fault that is over, an upgrade in the night, trouble of one branch, and a draft."""

from __future__ import annotations

from datetime import timedelta

from applications.demo import branches, people
from applications.demo.telling import STORIES, Clock, story
from config.accounts.models import Branch, Role
from terminals.bulletins import write_bulletin
from terminals.models import Bulletin
from terminals.recovery import tell_me, tell_who_asked

__all__ = ["STORIES"]

Kind = Bulletin.Kind
HOUR = timedelta(hours=1)
OF_ALL = {"branch": None, "carrier": "", "code": ""}


@story("bulletin-fault-over")
def a_fault_that_took_longer_than_expected(clock: Clock) -> None:
    """Terminals showed 96 for an afternoon; a merchant asked to be told, and was."""
    began, found = clock.ago(9, "14:05"), clock.ago(9, "14:20")
    writer, merchant = people.staff(Role.SUPPORT), people.of("enterprise@shop.example")
    bulletin = write_bulletin(
        **OF_ALL | {"code": "96"},
        kind=Kind.FAULT,
        title_zh="部分交易超时",
        title_en="Some transactions time out",
        text_zh="部分终端交易时显示 96。本行正在处理，终端无需任何操作，请不要重复扣款。",
        text_en="Some terminals show 96 during a transaction. The bank is at work on it; nothing has to be done at the terminal. Please charge no card twice.",
        starts_at=began,
        expected_end_at=began + HOUR,
        by=writer,
        now=found,
    )
    bulletin.publish(by=writer, now=found)
    tell_me(bulletin, by=merchant, now=clock.ago(9, "14:40"))
    bulletin.prolong(until=began + 3 * HOUR, by=writer, now=clock.ago(9, "14:58"))
    bulletin.end(by=writer, now=clock.ago(9, "16:32"), note="通讯前置机已恢复")
    tell_who_asked(clock.ago(9, "16:33"))


@story("bulletin-upgrade-planned")
def an_upgrade_in_the_night(clock: Clock) -> None:
    """In three nights, announced yesterday, for the whole bank."""
    writer = people.staff(Role.SUPERVISOR)
    start = clock.ago(1, "01:00") + timedelta(days=4)
    bulletin = write_bulletin(
        **OF_ALL,
        kind=Kind.UPGRADE,
        title_zh="收单系统夜间升级",
        title_en="Upgrade of the acquiring system at night",
        text_zh="升级期间终端不能交易和签到，完成后自动恢复。请在 01:00 前完成当日结算。",
        text_en="During the upgrade terminals take no payments and cannot sign in; they recover by themselves. Please settle the day before 01:00.",
        starts_at=start,
        expected_end_at=start + 4 * HOUR,
        by=writer,
        now=clock.ago(1, "10:00"),
    )
    bulletin.publish(by=writer, now=clock.ago(1, "10:30"))


@story("bulletin-of-a-branch")
def trouble_of_one_carrier_at_one_branch(clock: Clock) -> None:
    """Devices with SIM cards of one carrier are slow around Pudong; only its merchants are told."""
    writer = people.staff(Role.SUPERVISOR)
    bulletin = write_bulletin(
        kind=Kind.FAULT,
        branch=Branch.objects.get(code=branches.PUDONG),
        carrier="telecom",
        code="",
        title_zh="浦东部分区域电信信号不稳定",
        title_en="Weak signal of China Telecom in parts of Pudong",
        text_zh="运营商基站检修。使用电信 SIM 卡的终端联网较慢，可改用 Wi-Fi。",
        text_en="The carrier repairs a base station. Terminals with its SIM cards connect slowly; use Wi-Fi where there is any.",
        starts_at=clock.ago(2, "09:10"),
        expected_end_at=None,
        by=writer,
        now=clock.ago(2, "09:40"),
    )
    bulletin.publish(by=writer, now=clock.ago(2, "09:45"))


@story("bulletin-draft")
def a_draft_that_waits_for_confirmation(clock: Clock) -> None:
    """The help line has written down what it has heard; nobody outside sees it yet."""
    write_bulletin(
        **OF_ALL | {"code": "97"},
        kind=Kind.FAULT,
        title_zh="个别终端显示未登记（核实中）",
        title_en="Single terminals show “not registered” (being looked into)",
        text_zh="客服接到两起反映，正在与主机核对。",
        text_en="The help line has heard of two cases and compares them with the host.",
        starts_at=clock.ago(1, "15:00"),
        expected_end_at=None,
        by=people.staff(Role.SUPPORT),
        now=clock.ago(1, "15:20"),
    )
