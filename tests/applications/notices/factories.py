"""Notices as they come to be: facts that make a whole letter, issued and taken further by the verbs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from applications.models import DeactivationNotice, Registration
from applications.notices.facts import NoticeFacts, NoticeReason, ReturnItem, StoppedTerminal, Words
from applications.notices.issuing import issue_notice
from config.kernel import clock
from config.kernel.clock import end_of_day, local_date
from terminals.models import StopReason, Terminal
from tests.accounts.factories import StaffFactory
from tests.applications.factories import RegistrationFactory, particulars

ITEMS = (
    ReturnItem(Words("主机", "terminal"), 1),
    ReturnItem(Words("电源适配器", "power adapter"), 1),
    ReturnItem(Words("通讯卡", "SIM card"), 1),
)


def reason(code: str = "c1_agreement_ended") -> NoticeReason:
    return NoticeReason.of(StopReason.objects.get(pk=code))


def stopped(registration: Registration) -> tuple[StoppedTerminal, ...]:
    """The terminals that this registration made."""
    made = Terminal.objects.filter(merchant=registration.merchant).order_by("id")
    ties = [(terminal, terminal.bindings.select_related("device__model").latest("id")) for terminal in made]
    return tuple(
        StoppedTerminal(tie.serial_number, terminal.number, str(tie.device.model), tie.address)
        for terminal, tie in ties
    )


def facts(registration: Registration, *, now=None, **changed: Any) -> NoticeFacts:
    """Everything that a notice can state, of the terminals of an approved registration."""
    now = now or clock.now()
    today = local_date(now)
    given = {
        "application": registration,
        "terminals": stopped(registration),
        "reason": reason(),
        "settlement_only_from": now + timedelta(days=7),
        "full_stop_on": today + timedelta(days=15),
        "last_settled_at": now - timedelta(days=1),
        "last_settled_fen": 182_640_50,
        "unsettled_count": 12,
        "unsettled_fen": 3_486_00,
        "settle_by": end_of_day(today + timedelta(days=14)),
        "preauthorisations_by": end_of_day(today + timedelta(days=13)),
        "preauthorisation_count": 2,
        "preauthorisation_fen": 1_200_00,
        "items": ITEMS,
        "return_by": today + timedelta(days=30),
        "return_place": "示范支行，示范路 88 号",
        "compensation_most_fen": 680_00,
        "deposit_fen": 600_00,
        "remaining_fen": 0,
        "contact": "陈经理",
        "phone": "021-5550 0142",
        "checked_by": "周复核",
    }
    return NoticeFacts(**given | changed)


def approved(**given: Any) -> Registration:
    """A customer with its terminals."""
    return RegistrationFactory(state="approved", **given)


def micro() -> Registration:
    return approved(answers=particulars("micro"))


def issued(
    registration: Registration | None = None, *, by=None, now=None, **changed: Any
) -> DeactivationNotice:
    """A notice in force, issued by a reviewer of the branch."""
    registration = registration or approved()
    by = by or staff(registration)
    now = now or clock.now()
    return issue_notice(facts(registration, now=now, **changed), by=by, now=now)


def staff(where: Registration | DeactivationNotice, role: str = "reviewer"):
    """A new colleague at the branch."""
    return StaffFactory(role=role, branch=where.branch)


def owner_of(notice: DeactivationNotice):
    return notice.merchant.memberships.get(role="owner").user


def objected(notice: DeactivationNotice, *, now=None) -> DeactivationNotice:
    notice.raise_objection(by=owner_of(notice), now=now or clock.now(), text="协议没有到期。")
    return notice


def delivered(notice: DeactivationNotice, *, now=None, **said: Any) -> DeactivationNotice:
    now = now or clock.now()
    how = {"way": "post", "at": now, "waybill": "SF1234567890"} | said
    notice.deliver(by=staff(notice, "account_manager"), now=now, **how)
    return notice


def acknowledged(notice: DeactivationNotice, *, now=None) -> DeactivationNotice:
    notice.acknowledge(by=owner_of(notice), now=now or clock.now())
    return notice


def revoked(notice: DeactivationNotice, *, now=None) -> DeactivationNotice:
    notice.revoke(by=staff(notice, "supervisor"), now=now or clock.now(), note="商户已续签协议。")
    return notice


# How each status is reached, by the verbs.
REACHED = {
    "issued": lambda notice: notice,
    "delivered": delivered,
    "acknowledged": acknowledged,
    "objected": objected,
    "revoked": revoked,
}
