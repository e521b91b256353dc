"""Planned closures: within their limit, announced once before they end, over on their day, also after days without a worker."""

from datetime import timedelta

import pytest
from constance import config

from config.kernel import clock
from config.kernel.clock import local_date
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from terminals.closures import announce_ends, resume_due
from terminals.models import Suspension, SuspensionReason
from tests.accounts.factories import StaffFactory
from tests.merchants.factories import owner_of
from tests.terminals.factories import activated

pytestmark = pytest.mark.django_db


def closed(*, days=30, now=None, reason="planned_closure"):
    terminal, _done = activated()
    now = now or clock.now()
    terminal.suspend(
        by=StaffFactory(),
        now=now,
        reason=SuspensionReason.objects.get(pk=reason),
        note="店铺装修",
        until=local_date(now) + timedelta(days=days),
    )
    return terminal


def told(kind, terminal):
    rows = OutboxMessage.objects.filter(kind=kind, channel="inbox", recipient=owner_of(terminal.merchant))
    return [message.context for message in rows.order_by("pk")]


@pytest.mark.parametrize("days", [0, -1, 91])
def test_a_closure_ends_within_its_limit(days):
    with pytest.raises(Refused) as refused:
        closed(days=days)

    assert refused.value.code == ("too_long" if days > 90 else "not_planned")
    assert not Suspension.objects.exists()


def test_a_suspension_for_risk_has_no_day_on_which_it_ends_by_itself():
    with pytest.raises(Refused) as refused:
        closed(reason="risk")

    assert refused.value.code == "not_planned"


def test_the_limit_is_the_policys():
    config.closure_days = 10
    with pytest.raises(Refused, match="10"):
        closed(days=11)

    assert closed(days=10).status == "suspended"


def test_on_its_day_the_terminal_is_in_use_again_and_the_owners_know():
    now = clock.now()
    terminal = closed(days=30, now=now)

    assert resume_due(now + timedelta(days=29)) == 0
    assert resume_due(now + timedelta(days=30)) == 1
    assert resume_due(now + timedelta(days=30)) == 0

    terminal.refresh_from_db()
    suspension = terminal.suspensions.get()
    assert terminal.status == "active"
    assert (suspension.ended_by.system_name, suspension.ended_at) == ("cron", now + timedelta(days=30))
    assert len(told("terminal_resumed", terminal)) == 1


def test_days_without_a_worker_are_caught_up():
    now = clock.now()
    terminal = closed(days=30, now=now)

    assert resume_due(now + timedelta(days=45)) == 1

    terminal.refresh_from_db()
    assert terminal.status == "active"


def test_a_closure_that_was_ended_early_or_stopped_is_left_alone():
    now = clock.now()
    early, stopped = closed(days=30, now=now), closed(days=30, now=now)
    early.resume(by=StaffFactory(), now=now, note="提前开业")
    stopped.wind_up(by=StaffFactory(), now=now, note="停用")

    assert resume_due(now + timedelta(days=31)) == 0

    stopped.refresh_from_db()
    assert stopped.status == "settle_only"


def test_the_end_of_a_former_closure_does_not_end_the_one_that_followed():
    now = clock.now()
    terminal = closed(days=30, now=now)
    former = terminal.suspension
    terminal.resume(by=StaffFactory(), now=now, note="提前开业")
    reason = SuspensionReason.objects.get(pk="account")
    terminal.suspend(by=StaffFactory(), now=now, reason=reason, note="账户异常")

    with pytest.raises(Refused):
        terminal.resume_from(former, by=StaffFactory(), now=now)

    terminal.refresh_from_db()
    assert terminal.status == "suspended"


def test_seven_days_and_one_day_ahead_the_owners_are_told_once():
    now = clock.now()
    terminal = closed(days=30, now=now)

    made = [announce_ends(now + timedelta(days=days)) for days in (22, 23, 23, 24, 28, 29, 29, 30)]

    assert made == [0, 1, 0, 0, 0, 1, 0, 0]
    assert [message["days_left"] for message in told("terminal_resuming_soon", terminal)] == [7, 1]


def test_an_announcement_that_was_missed_says_what_is_left():
    now = clock.now()
    terminal = closed(days=30, now=now)

    announce_ends(now + timedelta(days=26))

    assert [message["days_left"] for message in told("terminal_resuming_soon", terminal)] == [4]


def test_a_closure_of_a_week_is_announced_on_its_last_day_only():
    now = clock.now()
    terminal = closed(days=7, now=now)

    assert announce_ends(now) == 0
    assert announce_ends(now + timedelta(days=6)) == 1
    assert len(told("terminal_resuming_soon", terminal)) == 1


def test_an_open_suspension_ends_by_no_sweep():
    terminal, _done = activated()
    reason = SuspensionReason.objects.get(pk="account")
    terminal.suspend(by=StaffFactory(), now=clock.now(), reason=reason, note="账户异常")

    later = clock.now() + timedelta(days=400)

    assert (resume_due(later), announce_ends(later)) == (0, 0)
