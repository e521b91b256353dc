"""Particulars that have run out: terminals are suspended only after notice and grace, and come back when it is put right."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.expired_particulars import confirm_particulars, sweep, sweep_nightly
from applications.expiry_lines import lines_of
from applications.invariants.suspensions import OF_SUSPENSIONS
from applications.models import ReasonCode
from config.accounts.models import User
from config.kernel.lifecycle import Refused
from merchants.expiry import tell_all
from merchants.models import Merchant
from terminals.models import SuspensionReason, Terminal
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.applications.factories import reviewer_for
from tests.applications.portal import hidden_of, signed_in
from tests.applications.requests import approve, requested
from tests.merchants.expiring import LICENCE_TO, START, expiring, operator_of, told
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import activated
from tests.terminals.unused import at

pytestmark = pytest.mark.django_db
NOTICED, LAST_OF_GRACE, OVER = at(2026, 10, 1), at(2026, 10, 30), at(2026, 10, 31)
NEW_DATES = {"licence_to": date(2029, 9, 30)}


def in_use(merchant=None, **line):
    terminal, _done = activated(now=START, merchant=merchant or expiring(), **line)
    return terminal


def suspended(merchant=None):
    """A terminal that the night of the last day of grace has suspended."""
    terminal = in_use(merchant)
    sweep(NOTICED)
    sweep(OVER)
    return Terminal.objects.get(pk=terminal.pk)


def status_of(terminal):
    return Terminal.objects.get(pk=terminal.pk).status


def change(merchant, state, now, **answers):
    return requested("change", merchant=merchant, state=state, now=now, **(answers or NEW_DATES))


# -- notice, grace, suspension -----------------------------------------------------------------------------------------


def test_terminals_are_suspended_after_notice_and_grace_and_not_before():
    terminal = in_use()

    found = []
    for moment in (at(2026, 9, 30), NOTICED, LAST_OF_GRACE, OVER, OVER):
        counts = sweep(moment)
        found.append((counts[1:], status_of(terminal)))

    assert found == [
        ((0, 0), "active"),
        ((1, 0), "active"),
        ((0, 0), "active"),
        ((0, 1), "suspended"),
        ((0, 0), "suspended"),
    ]
    pause = Terminal.objects.get(pk=terminal.pk).suspension
    assert (pause.reason_id, pause.by) == ("documents_expired", User.objects.system("cron"))
    assert pause.expiry_notice == terminal.merchant.expiry_notices.get(days_ahead=0)
    assert len(told("licence_expired")) == 1


def test_after_days_off_the_grace_begins_with_the_notice():
    terminal = in_use()

    sweep(at(2026, 12, 1))
    noticed = status_of(terminal)
    sweep(at(2026, 12, 30))
    in_grace = status_of(terminal)
    sweep(at(2026, 12, 31))

    assert (noticed, in_grace, status_of(terminal)) == ("active", "active", "suspended")


def test_only_terminals_in_use_are_suspended_and_others_once_they_are_in_use():
    merchant = expiring()
    paused, active = in_use(merchant), in_use(merchant)
    other = in_use(onboarded(now=START))
    reason = SuspensionReason.objects.get(pk="account")
    paused.suspend(by=StaffFactory(), now=at(2026, 10, 2), reason=reason, note="账户异常")
    sweep(NOTICED)

    sweep(OVER)
    first = [status_of(each) for each in (paused, active, other)], paused.suspension.reason_id
    paused.refresh_from_db()
    paused.resume(by=StaffFactory(), now=at(2026, 11, 2), note="账户已更新")
    sweep(at(2026, 11, 3))

    assert first == (["suspended", "suspended", "active"], "account")
    assert paused.suspension.reason_id == "documents_expired"


def test_the_verb_refuses_without_notice_before_its_day_and_with_anothers():
    terminal, other = in_use(), expiring()
    reason = SuspensionReason.objects.get(pk="documents_expired")
    tell_all(NOTICED)
    notice, others = (each.expiry_notices.get() for each in (terminal.merchant, other))

    for given, moment in ((None, OVER), (notice, LAST_OF_GRACE), (others, OVER)):
        with pytest.raises(Refused):
            terminal.suspend(by=StaffFactory(), now=moment, reason=reason, note="到期", expiry_notice=given)
    assert status_of(terminal) == "active"
    terminal.suspend(by=StaffFactory(), now=OVER, reason=reason, note="到期", expiry_notice=notice)
    assert status_of(terminal) == "suspended"


def test_a_suspension_that_outran_its_grace_is_found_in_the_rows():
    terminal = suspended()
    before = list(OF_SUSPENSIONS["suspended_after_grace"][1]())
    terminal.suspensions.update(since=LAST_OF_GRACE)

    assert before == []
    assert list(OF_SUSPENSIONS["suspended_after_grace"][1]()) == [terminal.number]


def test_a_reminder_is_no_notice():
    terminal = in_use()
    tell_all(at(2026, 9, 23))
    reminder = terminal.merchant.expiry_notices.get()
    reason = SuspensionReason.objects.get(pk="documents_expired")

    with pytest.raises(Refused):
        terminal.suspend(by=StaffFactory(), now=OVER, reason=reason, note="到期", expiry_notice=reminder)


def test_a_notice_that_was_answered_suspends_nothing_any_more():
    terminal = in_use()
    tell_all(NOTICED)
    notice = terminal.merchant.expiry_notices.get()
    reason = SuspensionReason.objects.get(pk="documents_expired")
    change(terminal.merchant, "approved", at(2026, 10, 10, 10))
    terminal.refresh_from_db()

    with pytest.raises(Refused):
        terminal.suspend(by=StaffFactory(), now=OVER, reason=reason, note="到期", expiry_notice=notice)
    assert status_of(terminal) == "active"


@pytest.mark.parametrize("code", ["documents_expired", "not_attested"])
def test_the_desk_does_not_give_the_systems_reason(client, code):
    head = BranchFactory(code="HEAD")
    terminal = in_use(expiring(branch=head))
    client.force_login(StaffFactory(role="risk", branch=head))

    address = reverse("admin:terminals_terminal_suspension", args=[terminal.pk])
    client.post(address, {"suspension-reason": code, "suspension-note": "到期"})

    assert status_of(terminal) == "active"


def test_nobody_resumes_by_hand_what_is_not_put_right():
    terminal = suspended()
    now = at(2026, 11, 2)

    said = terminal.objection_to_resume(by=StaffFactory(), now=now)
    with pytest.raises(Refused) as refused:
        terminal.resume(by=StaffFactory(), now=now, note="x")

    assert refused.value.sentence == said
    assert status_of(terminal) == "suspended"


def test_the_sweep_runs_at_night_only():
    terminal = in_use()
    sweep(NOTICED)

    sweep_nightly(at(2026, 11, 5, 12))
    by_day = status_of(terminal)
    sweep_nightly(at(2026, 11, 6, 2))

    assert (by_day, status_of(terminal)) == ("active", "suspended")


# -- putting it right --------------------------------------------------------------------------------------------------


def test_a_change_granted_before_ends_it():
    terminal = in_use()
    sweep(NOTICED)

    change(terminal.merchant, "approved", at(2026, 10, 10, 10))

    assert sweep(OVER) == (0, 0, 0)
    assert status_of(terminal) == "active"


def test_while_the_bank_reviews_a_change_that_cures_it_nothing_is_suspended():
    terminal = in_use()
    sweep(NOTICED)
    one = change(terminal.merchant, "submitted", at(2026, 10, 20, 10))

    sweep(OVER)
    submitted = status_of(terminal)
    one.claim(by=reviewer_for(one), now=at(2026, 11, 2, 10))
    sweep(at(2026, 11, 3))
    under_review = status_of(terminal)
    final = ReasonCode.objects.get(pk="not_eligible")
    one.reject(by=one.assignee, now=at(2026, 11, 3, 10), version=one.version, reason=final)
    sweep(at(2026, 11, 4))

    assert (submitted, under_review, status_of(terminal)) == ("active", "active", "suspended")


def test_a_draft_and_a_change_of_something_else_keep_nothing_back():
    merchant = expiring(licence_to=date(2026, 9, 30))
    terminal = in_use(merchant)
    sweep(NOTICED)
    change(merchant, "draft", at(2026, 10, 20, 10))

    sweep(OVER)

    assert status_of(terminal) == "suspended"


def test_a_granted_change_that_waits_for_its_moment_keeps_it_back():
    merchant = expiring()
    terminal = in_use(merchant)
    sweep(NOTICED)
    one = change(
        merchant, "under_review", at(2026, 10, 29, 10), **NEW_DATES, registered_name="晴川便利店（新）"
    )
    approve(one, now=at(2026, 10, 30, 16))
    second = StaffFactory(role="supervisor", branch=one.branch)
    one.release_decision(by=second, now=at(2026, 10, 30, 17), version=one.version)

    assert (one.status, one.has_taken_effect) == ("approved", False)
    sweep(OVER)
    assert status_of(terminal) == "active"


def test_a_change_granted_afterwards_brings_the_terminals_back_at_once():
    merchant = expiring()
    terminals = [in_use(merchant), suspended(merchant)]

    change(merchant, "approved", at(2026, 11, 5, 10))

    assert [status_of(each) for each in terminals] == ["active", "active"]
    assert terminals[1].suspensions.get().ended_at == at(2026, 11, 5, 10)
    assert sweep(at(2026, 11, 6)) == (0, 0, 0)


def test_who_has_put_it_right_is_not_looked_at_every_night_for_ever():
    later = at(2026, 11, 5)
    with CaptureQueriesContext(connection) as with_nobody:
        sweep(later)
    for _ in range(3):
        terminal = suspended()
        change(terminal.merchant, "approved", OVER)
        assert status_of(terminal) == "active"

    with CaptureQueriesContext(connection) as with_three:
        sweep(later)

    assert len(with_three) == len(with_nobody)


def test_new_dates_that_came_by_another_road_are_found_by_the_night():
    terminal = suspended()
    Merchant.objects.filter(pk=terminal.merchant_id).update(licence_to=date(2029, 9, 30))

    assert sweep(at(2026, 11, 6)) == (1, 0, 0)
    assert status_of(terminal) == "active"
    assert terminal.suspensions.get().ended_by == User.objects.system("cron")


def test_what_is_half_put_right_is_not_resumed():
    merchant = expiring(responsible_id_to=LICENCE_TO)
    terminal = suspended(merchant)

    Merchant.objects.filter(pk=merchant.pk).update(licence_to=date(2029, 9, 30))
    sweep(at(2026, 11, 6))
    half = status_of(terminal)
    Merchant.objects.filter(pk=merchant.pk).update(responsible_id_to=date(2039, 9, 30))
    sweep(at(2026, 11, 7))

    assert (half, status_of(terminal)) == ("suspended", "active")


def test_a_suspension_for_another_reason_is_not_lifted():
    merchant = expiring()
    ours, others = suspended(merchant), in_use(merchant)
    reason = SuspensionReason.objects.get(pk="account")
    others.suspend(by=StaffFactory(), now=at(2026, 11, 1), reason=reason, note="账户异常")

    change(merchant, "approved", at(2026, 11, 5, 10))
    ours.refresh_from_db()
    ours.suspend(by=StaffFactory(), now=at(2026, 11, 6), reason=reason, note="账户异常")
    sweep(at(2026, 11, 7))

    assert [status_of(each) for each in (ours, others)] == ["suspended", "suspended"]
    assert {each.suspension.reason_id for each in (ours, others)} == {"account"}


def test_a_stop_overtakes_the_suspension():
    terminal = suspended()
    terminal.wind_up(by=StaffFactory(), now=at(2026, 11, 2), note="停用")

    change(terminal.merchant, "approved", at(2026, 11, 5, 10))

    assert status_of(terminal) == "settle_only"


def test_the_merchants_word_brings_its_terminals_back():
    merchant = onboarded(now=START)
    terminal = in_use(merchant)
    sweep(at(2027, 1, 11))
    sweep(at(2027, 2, 10))
    pause = Terminal.objects.get(pk=terminal.pk).suspension

    confirm_particulars(merchant, by=owner_of(merchant), now=at(2027, 2, 11))

    assert pause.reason_id == "not_attested"
    assert status_of(terminal) == "active"
    assert terminal.suspensions.get().ended_by == User.objects.system("cron")
    assert sweep(at(2027, 2, 12)) == (0, 0, 0)


# -- the pages ---------------------------------------------------------------------------------------------------------


def attestation_of(merchant):
    return f"/applications/attestations/{merchant.number}/"


def test_the_front_page_says_what_runs_out_when_and_what_to_do(nothing_is_written):
    merchant = expiring()
    in_use(merchant)
    seen = {}
    for moment in (at(2026, 7, 31), at(2026, 9, 20), at(2026, 10, 2), at(2026, 11, 1)):
        sweep(moment)
        with time_machine.travel(moment, tick=False):
            browser = signed_in(owner_of(merchant))
            with nothing_is_written():
                seen[moment] = browser.get("/").content.decode()

    first, ahead, noticed, over = seen.values()
    assert "2026-09-30" not in first
    assert "还剩 10 天" in ahead
    assert "30 天" in ahead
    assert "2026-11-01" in noticed
    assert "2026-09-30 到期" in over
    for page in (ahead, noticed, over):
        assert f"/applications/new/change/?merchant={merchant.number}&amp;focus=licence_to" in page


def test_the_link_leads_to_the_field_of_the_date():
    merchant = expiring()
    address = f"/applications/new/change/?merchant={merchant.number}&focus=licence_to"
    with time_machine.travel(at(2026, 9, 20), tick=False):
        browser = signed_in(owner_of(merchant))
        page = browser.get(address)
        answer = browser.post(address, hidden_of(page, "") | {"merchant": merchant.number})

    assert answer["Location"].endswith("/draft/request/?focus=licence_to#id_licence_to")


def test_a_change_that_is_begun_or_with_the_bank_is_what_the_line_leads_to():
    merchant = expiring()
    owner, now = owner_of(merchant), at(2026, 9, 20, 10)
    one = change(merchant, "draft", now)
    [begun] = lines_of([merchant], now=now, reader=owner)
    one.submit(by=owner, now=now)
    [filed] = lines_of([merchant], now=now, reader=owner)

    assert f"/applications/{one.number}/draft/request/?focus=licence_to" in begun.url
    assert filed.url == f"/applications/{one.number}/"
    assert one.number in filed.text


def test_the_page_of_a_terminal_says_it_too():
    terminal = in_use()
    with time_machine.travel(at(2026, 9, 20), tick=False):
        page = signed_in(owner_of(terminal.merchant)).get(f"/terminals/{terminal.number}/")

    assert "还剩 10 天" in page.content.decode()


def test_the_merchant_confirms_with_one_button():
    merchant = onboarded(now=START)
    address = attestation_of(merchant)
    with time_machine.travel(at(2026, 12, 20), tick=False):
        browser = signed_in(owner_of(merchant))
        page = browser.get("/")
        answer = browser.post(address, hidden_of(page, address), follow=True)
        again = browser.get("/").content.decode()

    assert merchant.attestations.get().by == owner_of(merchant)
    assert "已记录" in answer.content.decode()
    assert address not in again


def test_an_operator_reads_whose_button_it_is():
    merchant = onboarded(now=START)
    operator = operator_of(merchant)
    with time_machine.travel(at(2026, 12, 20), tick=False):
        page = signed_in(operator).get("/").content.decode()
        answer = signed_in(operator).post(attestation_of(merchant), follow=True)

    assert "只有商户管理员" in page
    assert attestation_of(merchant) not in page
    assert "只有商户管理员" in answer.content.decode()
    assert not merchant.attestations.exists()


def test_a_stranger_finds_nothing_and_a_get_confirms_nothing():
    merchant = onboarded(now=START)
    with time_machine.travel(at(2026, 12, 20), tick=False):
        stranger = signed_in(MerchantUserFactory()).post(attestation_of(merchant))
        by_get = signed_in(owner_of(merchant)).get(attestation_of(merchant))

    assert (stranger.status_code, by_get.status_code) == (404, 405)
    assert not merchant.attestations.exists()


def test_the_desk_sees_the_same(client):
    head = BranchFactory(code="HEAD")
    merchant = expiring(branch=head)
    in_use(merchant)
    sweep(NOTICED)

    with time_machine.travel(at(2026, 10, 2), tick=False):
        client.force_login(StaffFactory(role="reviewer", branch=head))
        page = client.get(reverse("admin:merchants_merchant_change", args=[merchant.pk])).content.decode()

    assert "2026-09-30 到期" in page
    assert "2026-10-31" in page
    assert "2039-05-08" in page


def test_as_many_queries_for_three_merchants_as_for_one(django_assert_num_queries):
    merchants = [expiring() for _ in range(3)]
    now = at(2026, 9, 20)
    for merchant in merchants:
        change(merchant, "submitted", now + timedelta(hours=5))

    for some in (merchants[:1], merchants):
        with django_assert_num_queries(4):
            lines_of(some, now=now)
