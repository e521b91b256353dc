"""What an answer has the portal do by itself: a ticket where the bank has to look, a case for the risk desk, and nothing else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications.support.checking.afterwards import follow_up
from applications.support.checking.asking import ask, ask_again
from applications.support.checking.doors import main_way, person
from applications.support.checking.told import told
from applications.support.models import ClosingCause, SelfCheck, Ticket
from applications.support.opening import Sale, open_ticket
from applications.support.what_the_host_says import host_word_on
from config.kernel import clock
from config.kernel.lifecycle import Refused
from merchants.people import admit
from terminals.dormancy import hear_of_transactions
from terminals.models import RiskCase
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.applications.portal import signed_in
from tests.applications.support.situations import (
    SITUATIONS,
    Situation,
    declare,
    fresh_serial,
    in_use,
    of,
    somebody_elses,
)
from tests.merchants.factories import owner_of
from tests.races import all_at_once

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def asked(situation: Situation, *, now=None, by=None) -> SelfCheck:
    declare(situation)
    return ask(
        number=situation.number,
        screen=situation.screen,
        code=situation.code,
        by=by or situation.person,
        now=now or clock.now(),
        language="zh-hans",
    )


# -- a person looks ----------------------------------------------------------------------------------------------------


def test_where_nothing_is_wrong_at_the_bank_a_ticket_is_open_with_the_check():
    check = asked(of(in_use()))

    ticket = Ticket.objects.get()
    assert check.outcome == "O-20"
    assert (ticket.self_check, ticket.terminal, ticket.opened_by) == (check, check.terminal, check.asked_by)
    assert ticket.category == "terminal"
    assert check.number in ticket.messages.get().text
    check.refresh_from_db()
    assert ticket.number in " ".join(told(check).steps)
    assert main_way(check).url == person(check).url == reverse("support:ticket", args=[ticket.number])
    page = signed_in(check.asked_by).get(reverse("self_check", args=[check.number])).content.decode()
    assert ticket.number in page


def test_asked_again_and_by_a_colleague_it_is_the_same_ticket():
    situation = of(in_use())
    first = asked(situation)
    colleague = MerchantUserFactory()
    admit(colleague, first.merchant, "operator", by=situation.person, now=clock.now())

    again = ask_again(first, by=situation.person, now=clock.now(), language="en")
    other = asked(situation, by=colleague)

    ticket = Ticket.objects.get()
    assert {check.facts["ticket"] for check in (first, again, other)} == {ticket.number}


def test_after_the_ticket_was_closed_the_next_check_opens_another_one():
    situation = of(in_use())
    asked(situation)
    ticket = Ticket.objects.get()
    helper = StaffFactory(role="support", branch=ticket.branch)
    ticket.take(by=helper, now=clock.now())
    ticket.close(ClosingCause.objects.get(pk="operation"), by=helper, now=clock.now())

    again = asked(situation)

    assert Ticket.objects.count() == 2
    assert again.facts["ticket"] != ticket.number


@pytest.mark.parametrize("outcome", [outcome for outcome in SITUATIONS if outcome != "O-20"])
def test_no_other_answer_opens_one_at_once(outcome):
    asked(SITUATIONS[outcome]())

    assert not Ticket.objects.exists()
    assert not RiskCase.objects.filter(kind="asked_about_elsewhere").exists()


def test_a_report_that_is_late_opens_a_ticket_by_itself():
    situation, now = SITUATIONS["O-15"](), clock.now()
    check = asked(situation, now=now)
    assert "30 分钟" in told(check).cause

    assert follow_up(now + 29 * MINUTE) == 0
    assert follow_up(now + 30 * MINUTE) == 1

    ticket = Ticket.objects.get()
    check.refresh_from_db()
    assert (ticket.self_check, check.facts["ticket"]) == (check, ticket.number)
    assert ticket.number in " ".join(told(check).steps)
    assert follow_up(now + 31 * MINUTE) == 0


def test_a_report_that_is_through_by_then_opens_none():
    situation, now = SITUATIONS["O-15"](), clock.now()
    asked(situation, now=now)
    declare(situation._replace(desk={"report_pending": "no"}))

    assert follow_up(now + 30 * MINUTE) == 1
    assert not Ticket.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_people_who_ask_at_once_have_one_ticket(settings, is_locked):
    """And without the lock more than one, which shows that the lock holds it."""
    settings.RACE_WITHOUT_LOCKS = not is_locked
    seen = 0
    for _round in range(1 if is_locked else 5):
        terminal = in_use()
        owner, people = owner_of(terminal.merchant), MerchantUserFactory.create_batch(6)
        for colleague in people:
            admit(colleague, terminal.merchant, "operator", by=owner, now=clock.now())
        situation = of(terminal)

        answers = all_at_once(6, lambda n, people=people, situation=situation: asked(situation, by=people[n]))

        assert not [answer for answer in answers if isinstance(answer, Exception)]
        seen = max(seen, Ticket.objects.filter(terminal=terminal).count())
    assert (seen == 1) == is_locked


# -- a case for the risk desk ------------------------------------------------------------------------------------------


def asks_about(serial: str, *, person=None) -> SelfCheck:
    return asked(Situation(person or owner_of(in_use(label="我的").merchant), serial))


def test_who_asks_after_another_merchants_device_raises_a_case_in_both_branches():
    serial = fresh_serial()
    theirs = somebody_elses(serial)
    check = asks_about(theirs.number)
    assert check.outcome == "O-05"

    assert follow_up(clock.now()) == 1

    cases = RiskCase.objects.filter(kind="asked_about_elsewhere")
    assert {case.branch for case in cases} == {theirs.branch, check.branch}
    assert {(case.serial_number, case.facts) for case in cases} == {(serial, check.number)}


@pytest.mark.parametrize("outcome", ["O-06", "O-07"])
def test_numbers_that_are_nobodys_raise_none(outcome):
    check = asked(SITUATIONS[outcome]())

    assert follow_up(clock.now()) == 1
    assert not RiskCase.objects.exists()
    check.refresh_from_db()
    assert check.follow_up_at is None


def test_asked_ten_times_is_one_case_and_after_its_end_another_one():
    serial = fresh_serial()
    theirs = somebody_elses(serial)
    person = owner_of(in_use(label="我的").merchant)
    for _time in range(3):
        asks_about(serial, person=person)
    follow_up(clock.now())
    case = RiskCase.objects.get(branch=theirs.branch)

    case.close("已联系商户，抄错号码", by=StaffFactory(role="risk", branch=theirs.branch), now=clock.now())
    asks_about(serial, person=person)
    follow_up(clock.now())

    assert RiskCase.objects.filter(branch=theirs.branch).count() == 2


def test_the_risk_desk_sees_it_on_its_first_page_and_closes_it_with_a_finding():
    theirs = somebody_elses(serial := fresh_serial())
    asks_about(serial)
    follow_up(clock.now())
    case = RiskCase.objects.get(branch=theirs.branch)
    desk = signed_in(StaffFactory(role="risk", branch=theirs.branch))
    page = reverse("admin:terminals_riskcase_change", args=[case.pk])

    def tile():
        tiles = desk.get("/admin/").context["first_page"].tiles
        return next(tile for tile in tiles if "riskcase" in tile.url)

    assert tile().number == "1"
    assert [row.pk for row in desk.get(tile().url).context["cl"].result_list] == [case.pk]

    closing = reverse("admin:terminals_riskcase_closing", args=[case.pk])
    assert desk.post(closing, {"closing-finding": " "}).status_code == 200
    assert desk.post(closing, {"closing-finding": "已联系商户"}).url == page
    assert "已联系商户" in desk.get(page).content.decode()
    assert desk.post(closing, {"closing-finding": "又一次"}).status_code == 409
    assert tile().number == "0"
    assert not desk.get(tile().url).context["cl"].result_list


def test_a_case_is_closed_with_a_finding_once():
    by = StaffFactory(role="risk")
    case = RiskCase.objects.create(kind="code_locked", serial_number="QX00000001", opened_at=clock.now())

    with pytest.raises(Refused, match="查到"):
        case.close("  ", by=by, now=clock.now())
    case.close("商户抄错", by=by, now=clock.now())
    with pytest.raises(Refused, match="已"):
        RiskCase.objects.get(pk=case.pk).close("再来", by=by, now=clock.now())


# -- a transaction that cannot be found --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last_minutes", "reaches_days", "words", "has_step"),
    [
        (None, None, "主机还没有报送当天", True),
        (None, 1, "主机名单只到", True),
        (120, 0, "之后没有这台终端的交易", True),
        (None, 0, "没有这台终端的交易", True),
        (-30, 0, "在此之前发出的都已到达", False),
    ],
    ids=["no list", "earlier list", "not since", "never", "since"],
)
def test_a_missing_transaction_is_looked_up_in_what_the_host_has_said(
    last_minutes, reaches_days, words, has_step
):
    terminal, now = in_use(), clock.now()
    sold_at = now - timedelta(hours=1)
    if reaches_days is not None:
        moments = {} if last_minutes is None else {terminal.number: sold_at - last_minutes * MINUTE}
        reaches_to = clock.local_date(sold_at) - timedelta(days=reaches_days)
        hear_of_transactions(moments, reaches_to=reaches_to, by=StaffFactory(), now=now)
    terminal.refresh_from_db()
    owner = owner_of(terminal.merchant)
    ticket = open_ticket(
        merchant=terminal.merchant,
        terminal=terminal,
        category="missing_sale",
        text="查不到",
        sale=Sale(amount_fen=100, sold_at=sold_at, card_last4="0043"),
        by=owner,
        now=now,
    )

    word = host_word_on(ticket.sale)
    page = signed_in(owner).get(reverse("support:ticket", args=[ticket.number])).content.decode()

    assert words in word.says
    assert bool(word.step) == has_step
    assert word.says in page


# -- what is asked for in words to send --------------------------------------------------------------------------------


@pytest.mark.parametrize(("outcome", "words"), [("O-22", "请恢复这台终端"), ("O-26", "以便更换机具")])
def test_a_suspended_terminal_is_one_form_from_its_release(outcome, words):
    check = asked(SITUATIONS[outcome]())
    browser = signed_in(check.asked_by)

    form = browser.get(main_way(check).url).context["form"]

    assert words in form["text"].value()
    if outcome == "O-22":
        assert check.terminal.binding.address in form["text"].value()
    sent = {"category": form["category"].value(), "text": form["text"].value(), "terminal": check.terminal.pk}
    browser.post(main_way(check).url, sent)
    assert Ticket.objects.get().self_check == check
