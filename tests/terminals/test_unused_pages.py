"""Unused terminals on the pages: what the row says and what prevents it, the merchant's confirmation, the desk's verification."""

import pytest
import time_machine
from django.urls import reverse

from config.kernel.outbox import OutboxMessage
from terminals.evidence import lines_of
from terminals.models import SuspensionReason
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.applications.portal import hidden_of, signed_in
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.unused import at, host_tells, in_use_since

pytestmark = pytest.mark.django_db
START = at(2026, 1, 10)


def line_of(terminal, now):
    terminal.refresh_from_db()
    [line] = lines_of([terminal], now=now)
    return line


@pytest.mark.parametrize(
    ("now", "says", "can_confirm"),
    [
        (at(2026, 3, 10), "", False),
        (at(2026, 3, 11), "30 天", True),
        (at(2026, 4, 3), "7 天", True),
        (at(2026, 4, 9), "1 天", True),
        (at(2026, 4, 10), "即将重新核实", True),
    ],
)
def test_the_row_says_when_and_what_prevents_it(now, says, can_confirm):
    terminal = in_use_since(START)
    host_tells(now)

    line = line_of(terminal, now)

    assert says in line.ahead
    assert bool(line.ahead) == bool(says)
    assert line.can_confirm == can_confirm


def test_the_row_of_a_terminal_about_to_be_stopped_offers_no_confirmation():
    terminal = in_use_since(START)
    terminal.find_unused(by=StaffFactory(), now=at(2026, 4, 10), note="")
    terminal.verify_use(by=StaffFactory(), now=at(2026, 12, 1), note="电话核实")
    host_tells(at(2027, 1, 3))

    line = line_of(terminal, at(2027, 1, 3))

    assert "7 天后停用" in line.ahead
    assert not line.can_confirm


def test_the_row_of_a_suspended_terminal_says_why_and_what_ends_it():
    terminal = in_use_since(START)
    reason = SuspensionReason.objects.get(pk="account")
    terminal.suspend(by=StaffFactory(), now=at(2026, 2, 1), reason=reason, note="内部备注")

    line = line_of(terminal, at(2026, 2, 2))

    assert line.evidence == "结算账户异常，暂停服务。 更新结算账户。"


def test_the_row_of_a_planned_closure_says_when_it_comes_back():
    terminal = in_use_since(START)
    reason = SuspensionReason.objects.get(pk="planned_closure")
    until = at(2026, 3, 3).date()
    terminal.suspend(by=StaffFactory(), now=at(2026, 2, 1), reason=reason, note="装修", until=until)

    assert "29 天后（2026-03-03）" in line_of(terminal, at(2026, 2, 2)).ahead


def test_a_spare_is_said_nothing_of():
    terminal = in_use_since(START, is_spare=True)
    host_tells(at(2026, 4, 9))

    assert line_of(terminal, at(2026, 4, 9)).ahead == ""


def test_as_many_queries_for_three_terminals_as_for_one(django_assert_num_queries):
    terminals = [in_use_since(START) for _ in range(3)]
    host_tells(at(2026, 4, 9))

    for some in (terminals[:1], terminals):
        with django_assert_num_queries(6):
            lines_of(some, now=at(2026, 4, 9))


def test_the_merchant_confirms_on_the_row(nothing_is_written):
    terminal = in_use_since(START)
    address = f"/terminals/{terminal.number}/use-confirmation/"
    with time_machine.travel(at(2026, 4, 10), tick=False):
        host_tells(at(2026, 4, 10))
        terminal.find_unused(by=StaffFactory(), now=at(2026, 4, 10), note="")
        browser = signed_in(owner_of(terminal.merchant))
        page = browser.get("/terminals/")
        answer = browser.post(address, hidden_of(page, address), follow=True)

    assert terminal.use_confirmations.get().by == owner_of(terminal.merchant)
    assert "已记录" in answer.content.decode()
    assert address not in browser.get("/terminals/").content.decode()


def test_a_get_confirms_nothing():
    terminal = in_use_since(START)

    answer = signed_in(owner_of(terminal.merchant)).get(f"/terminals/{terminal.number}/use-confirmation/")

    assert answer.status_code == 405


# -- the desk ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def head():
    return BranchFactory(code="HEAD")


@pytest.fixture
def dormant(head):
    terminal = in_use_since(START, merchant=onboarded(branch=head))
    terminal.find_unused(by=StaffFactory(), now=at(2026, 4, 10), note="")
    return terminal


def step(client, terminal, noun, note="电话核实，仍在原址使用"):
    address = reverse(f"admin:terminals_terminal_{noun}", args=[terminal.pk])
    return client.post(address, {f"{noun}-note": note})


@pytest.mark.parametrize(
    ("noun", "status"), [("verification", "active"), ("failed-verification", "suspended")]
)
def test_the_desk_verifies_or_suspends(client, head, dormant, noun, status):
    client.force_login(StaffFactory(role="reviewer", branch=head))

    answer = step(client, dormant, noun)

    dormant.refresh_from_db()
    assert (answer.status_code, dormant.status) == (302, status)
    if status == "suspended":
        assert dormant.suspension.reason_id == "unused"
        assert OutboxMessage.objects.filter(kind="terminal_suspended", channel="inbox").count() == 1


def test_the_list_of_those_to_be_verified(client, head, dormant):
    in_use_since(START, merchant=dormant.merchant)
    client.force_login(StaffFactory(role="reviewer", branch=head))

    page = client.get(reverse("admin:terminals_terminal_changelist"), {"task": "verification"})

    assert [row.pk for row in page.context["cl"].result_list] == [dormant.pk]
    assert any("task=verification" in tool.url for tool in page.context["tools"])


def test_the_list_of_releases_to_be_granted(client, head):
    asked, unasked = (in_use_since(START, merchant=onboarded(branch=head)) for _ in range(2))
    reason = SuspensionReason.objects.get(pk="off_site")
    for terminal in (asked, unasked):
        terminal.suspend(by=StaffFactory(), now=at(2026, 2, 1), reason=reason, note="位置异常")
    asked.suspension.ask_release(by=StaffFactory(), now=at(2026, 2, 2), note="已核实")
    client.force_login(StaffFactory(role="risk", branch=head))

    page = client.get(reverse("admin:terminals_terminal_changelist"), {"task": "release"})

    assert [row.pk for row in page.context["cl"].result_list] == [asked.pk]


@pytest.mark.parametrize("role", ["support", "settlement", "auditor", "storekeeper"])
def test_who_does_not_verify(client, head, dormant, role):
    client.force_login(StaffFactory(role=role, branch=head))

    assert step(client, dormant, "verification").status_code == 403


def test_one_that_settles_only_says_what_is_left_to_do():
    terminal = in_use_since(START)
    terminal.wind_up(by=StaffFactory(), now=at(2026, 2, 1), note="停用")

    assert (
        line_of(terminal, at(2026, 2, 2)).evidence
        == "正在停用：请结清最后一个批次，并归还银行要求交回的物品。"
    )
