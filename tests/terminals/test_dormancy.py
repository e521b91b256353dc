"""Unused terminals: found after three months and due to be stopped after twelve, announced ahead, as far as the host has told."""

from datetime import timedelta

import pytest
from constance import config as policy
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.kernel.clock import last_day_over, months_after
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from terminals.dormancy import confirm_use, due_to_stop, sweep, sweep_nightly
from terminals.models import SuspensionReason, Terminal
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.merchants.factories import owner_of
from tests.terminals.unused import at, host_tells, in_use_since

pytestmark = pytest.mark.django_db
START = at(2026, 1, 10)


def told(kind):
    return [
        message.context.get("days_left")
        for message in OutboxMessage.objects.filter(kind=kind, channel="inbox").order_by("pk")
    ]


def swept(moment, *, until=None):
    host_tells(moment, until=until)
    return sweep(moment)


def status_of(terminal):
    return Terminal.objects.get(pk=terminal.pk).status


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (at(2026, 1, 31), 1, (2026, 2, 28)),
        (at(2027, 11, 30), 3, (2028, 2, 29)),
        (at(2026, 3, 15), -3, (2025, 12, 15)),
        (at(2026, 12, 1), 12, (2027, 12, 1)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, after):
    counted = months_after(day.date(), months)

    assert (counted.year, counted.month, counted.day) == after


def test_the_last_day_over_is_where_counting_agrees():
    first = at(2026, 1, 1).date()
    for ahead in range(800):
        on = first + timedelta(days=ahead)
        day = last_day_over(on, 3)
        assert months_after(day, 3) <= on < months_after(day + timedelta(days=1), 3)


def test_three_months_without_a_transaction_are_found_once_and_the_owners_know():
    terminal = in_use_since(START)

    found = [swept(at(2026, 4, 9))[0], swept(at(2026, 4, 10))[0], swept(at(2026, 4, 10))[0]]

    terminal.refresh_from_db()
    assert found == [0, 1, 0]
    assert (terminal.status, terminal.found_unused_at) == ("dormant_review", at(2026, 4, 10))
    assert len(told("terminal_unused")) == 1


def test_a_transaction_a_confirmation_and_being_a_spare_speak_for_a_terminal():
    used, confirmed, spare = in_use_since(START), in_use_since(START), in_use_since(START, is_spare=True)
    Terminal.objects.filter(pk=confirmed.pk).update(use_confirmed_at=at(2026, 3, 1))
    host_tells(at(2026, 4, 10), **{f"t{used.number}": at(2026, 1, 11)})

    sweep(at(2026, 4, 10))
    early = [status_of(terminal) for terminal in (used, confirmed, spare)]
    swept(at(2026, 4, 11))
    late = [status_of(terminal) for terminal in (used, confirmed, spare)]

    assert early == ["active", "active", "active"]
    assert late == ["dormant_review", "active", "active"]


def test_days_that_the_host_has_not_told_of_are_not_counted():
    terminal = in_use_since(START)

    assert sweep(at(2026, 8, 1)) == (0, 0)
    assert swept(at(2026, 8, 1), until=at(2026, 4, 9).date()) == (0, 0)
    assert swept(at(2026, 8, 1), until=at(2026, 4, 10).date())[0] == 1
    assert status_of(terminal) == "dormant_review"


def test_what_is_known_never_goes_backwards():
    terminal = in_use_since(START)

    newer = [
        host_tells(at(2026, 3, 1), **{f"t{terminal.number}": moment}).newer_count
        for moment in (at(2026, 2, 2), at(2026, 2, 1), at(2026, 2, 2), at(2026, 2, 3))
    ]

    terminal.refresh_from_db()
    assert newer == [1, 0, 0, 1]
    assert terminal.last_transaction_at == at(2026, 2, 3)


def test_a_longer_list_of_the_host_asks_no_more_of_the_database(django_assert_num_queries):
    moments = {f"t{in_use_since(START).number}": at(2026, 2, 1) for _ in range(4)}
    first = dict(list(moments.items())[:1])
    with CaptureQueriesContext(connection) as short:
        host_tells(at(2026, 3, 1), **first)

    with django_assert_num_queries(len(short)):
        report = host_tells(at(2026, 3, 2), **moments, t99999999=at(2026, 2, 1))

    assert (report.line_count, report.newer_count) == (5, 3)
    assert set(Terminal.objects.values_list("last_transaction_at", flat=True)) == {at(2026, 2, 1)}


def test_thirty_seven_and_one_days_ahead_the_owners_are_told_once_each():
    in_use_since(START)

    for day in (
        at(2026, 3, 10),
        at(2026, 3, 11),
        at(2026, 3, 11),
        at(2026, 3, 20),
        at(2026, 4, 3),
        at(2026, 4, 4),
    ):
        swept(day)
    swept(at(2026, 4, 9))
    swept(at(2026, 4, 9))

    assert told("terminal_unused_soon") == [30, 7, 1]


def test_after_days_off_the_next_announcement_says_what_is_left():
    in_use_since(START)

    swept(at(2026, 4, 6))

    assert told("terminal_unused_soon") == [4]


def test_one_transaction_begins_anew():
    terminal = in_use_since(START)
    swept(at(2026, 4, 9))
    host_tells(at(2026, 4, 9), **{f"t{terminal.number}": at(2026, 4, 9)})

    for day in (at(2026, 4, 10), at(2026, 6, 9), at(2026, 7, 8)):
        swept(day)

    assert told("terminal_unused_soon") == [1, 30, 1]
    assert status_of(terminal) == "active"


def test_nothing_is_announced_on_old_lists():
    in_use_since(START)

    assert swept(at(2026, 4, 5), until=at(2026, 3, 28).date()) == (0, 0)
    assert swept(at(2026, 4, 5), until=at(2026, 3, 29).date()) == (0, 1)


def test_twelve_months_are_due_to_be_stopped_whatever_was_confirmed():
    unused, spare = in_use_since(START), in_use_since(START, is_spare=True)
    used = in_use_since(START)
    swept(at(2026, 4, 10))
    for terminal in (unused, used):
        Terminal.objects.get(pk=terminal.pk).verify_use(
            by=StaffFactory(), now=at(2026, 12, 1), note="电话核实"
        )
    host_tells(at(2027, 1, 10), **{f"t{used.number}": at(2026, 12, 2)})

    assert not due_to_stop(at(2027, 1, 9).date()).exists()
    assert list(due_to_stop(at(2027, 1, 10).date())) == [unused]
    assert spare not in due_to_stop(at(2027, 1, 10).date())


def test_a_suspended_and_a_dormant_terminal_are_due_too_and_an_ended_one_is_not():
    suspended, dormant, stopped = in_use_since(START), in_use_since(START), in_use_since(START)
    reason = SuspensionReason.objects.get(pk="account")
    suspended.suspend(by=StaffFactory(), now=at(2026, 2, 1), reason=reason, note="账户异常")
    stopped.wind_up(by=StaffFactory(), now=at(2026, 2, 1), note="停用")
    swept(at(2026, 5, 1))
    host_tells(at(2027, 1, 10))

    assert status_of(dormant) == "dormant_review"
    assert set(due_to_stop(at(2027, 1, 10).date())) == {suspended, dormant}


def test_the_stop_is_announced_to_those_that_are_due():
    in_use_since(START, is_spare=True)
    terminal = in_use_since(START)
    swept(at(2026, 4, 10))

    for day in (at(2026, 12, 10), at(2026, 12, 11), at(2027, 1, 3), at(2027, 1, 9), at(2027, 1, 9)):
        swept(day)

    assert told("terminal_stopping_soon") == [30, 7, 1]
    assert status_of(terminal) == "dormant_review"


def test_the_months_are_the_policys():
    policy.unused_review_months, policy.unused_stop_months = 1, 2
    terminal = in_use_since(START)

    swept(at(2026, 2, 10))
    swept(at(2026, 3, 10))

    assert status_of(terminal) == "dormant_review"
    assert list(due_to_stop(at(2026, 3, 10).date())) == [terminal]


def test_the_sweep_runs_at_night_only():
    terminal = in_use_since(START)
    host_tells(at(2026, 4, 20))

    sweep_nightly(at(2026, 4, 20, 12))
    by_day = status_of(terminal)
    sweep_nightly(at(2026, 4, 20, 4))

    assert (by_day, status_of(terminal)) == ("active", "dormant_review")


def test_the_merchant_confirms_and_nothing_is_verified_for_three_months():
    terminal = in_use_since(START)
    operator = MerchantUserFactory()
    terminal.merchant.memberships.create(user=operator, role="operator", since=START)
    host_tells(at(2026, 4, 1))

    said = confirm_use(terminal, by=operator, now=at(2026, 4, 1))

    swept(at(2026, 6, 30))
    before = status_of(terminal)
    swept(at(2026, 7, 1))
    assert (said.by, said.binding) == (operator, terminal.binding)
    assert (before, status_of(terminal)) == ("active", "dormant_review")


def test_under_verification_the_confirmation_is_what_the_desk_goes_by():
    terminal = in_use_since(START)
    swept(at(2026, 4, 10))
    terminal.refresh_from_db()

    confirm_use(terminal, by=owner_of(terminal.merchant), now=at(2026, 4, 11))
    with pytest.raises(Refused):
        confirm_use(terminal, by=owner_of(terminal.merchant), now=at(2026, 4, 12))

    assert status_of(terminal) == "dormant_review"
    assert terminal.use_confirmations.count() == 1


def test_nobody_confirms_what_nobody_asked_and_no_stranger_confirms():
    terminal = in_use_since(START)
    host_tells(at(2026, 2, 1))

    for person in (owner_of(terminal.merchant), MerchantUserFactory(), StaffFactory()):
        with pytest.raises(Refused):
            confirm_use(terminal, by=person, now=at(2026, 2, 1))
    swept(at(2026, 4, 10))
    terminal.refresh_from_db()
    for person in (MerchantUserFactory(), StaffFactory()):
        with pytest.raises(Refused):
            confirm_use(terminal, by=person, now=at(2026, 4, 10))

    assert not terminal.use_confirmations.exists()


def test_a_terminal_that_comes_back_is_not_found_unused_the_same_night():
    terminal = in_use_since(START)
    reason = SuspensionReason.objects.get(pk="planned_closure")
    until = at(2026, 4, 11).date()
    terminal.suspend(by=StaffFactory(), now=at(2026, 1, 11), reason=reason, note="装修", until=until)
    terminal.resume(by=StaffFactory(), now=at(2026, 4, 11), note="")

    swept(at(2026, 4, 11))

    assert status_of(terminal) == "active"
