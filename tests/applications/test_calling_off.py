"""What was granted for a later day is called off until then: by who files for the merchant and by staff who may decide."""

from datetime import timedelta

import pytest

from applications.scheduled_effects import carry_out_due
from config.accounts.models import User
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from merchants.people import admit
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.applications.factories import reviewer_for
from tests.applications.portal import hidden_of, signed_in
from tests.applications.requests import bank_stop, requested
from tests.applications.test_information_change import ACCOUNT, released
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import activated

pytestmark = pytest.mark.django_db
WORDS = "不是我们申请的"


def moving(days=3, **given):
    """A move that was granted and waits for its day."""
    return requested(
        "relocation", effective_on=clock.today() + timedelta(days=days), state="approved", **given
    )


def change_of_account():
    """A change of account that two people have granted, in its cooling period."""
    return released(requested("change", merchant=onboarded(), state="approved", **ACCOUNT))


def member(one, role):
    person = MerchantUserFactory()
    admit(person, one.merchant, role, by=owner_of(one.merchant), now=clock.now())
    return person


def page_of(one, person, query=""):
    return signed_in(person).get(f"/applications/{one.number}/{query}").content.decode()


def call_off(one, person, **said):
    browser, address = signed_in(person), f"/applications/{one.number}/calling-off/"
    form = browser.get(f"/applications/{one.number}/?ask=calling-off")
    return browser.post(address, hidden_of(form, address) | {"words": WORDS} | said, follow=True)


# -- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["reviewer", "supervisor"])
def test_staff_who_may_decide_may(role):
    one = moving()

    one.call_off(by=StaffFactory(role=role, branch=one.branch), now=clock.now(), note="原联系人提出异议")

    assert carry_out_due(clock.now() + timedelta(days=4)) == 0
    assert (one.has_taken_effect, one.called_off_note) == (False, "原联系人提出异议")


@pytest.mark.parametrize("role", ["account_manager", "storekeeper", "risk", "settlement", "auditor"])
def test_other_staff_may_not(role):
    one = moving()

    with pytest.raises(Refused, match="审核岗"):
        one.call_off(by=StaffFactory(role=role, branch=one.branch), now=clock.now(), note=WORDS)


def test_neither_may_a_reviewer_of_another_branch_or_whoever_filed_it():
    one = moving()
    filer = reviewer_for(one)
    one.remember_maker(filer, now=clock.now())

    for person in (StaffFactory(role="reviewer"), filer):
        with pytest.raises(Refused):
            one.call_off(by=person, now=clock.now(), note=WORDS)


def test_of_the_merchants_people_those_may_who_may_file():
    one = moving()
    stranger = owner_of(onboarded())

    for person in (member(one, "operator"), stranger):
        with pytest.raises(Refused):
            one.call_off(by=person, now=clock.now(), note=WORDS)
    one.call_off(by=member(one, "owner"), now=clock.now(), note=WORDS)

    assert one.called_off_at


def test_the_clock_calls_off_what_cannot_be():
    one = moving()

    one.call_off(by=User.objects.system("cron"), now=clock.now(), note="终端已停用")

    assert one.called_off_at


def test_a_stop_is_called_off_by_its_merchant_and_revoked_by_two_of_the_bank():
    terminal, _done = activated()
    one = requested("deactivation", terminal=terminal, state="approved")

    with pytest.raises(Refused, match="撤销"):
        one.call_off(by=reviewer_for(one), now=clock.now(), note=WORDS)
    one.call_off(by=one.applicant, now=clock.now(), note="还要用")

    assert carry_out_due(clock.now() + timedelta(days=30)) == 0
    terminal.refresh_from_db()
    assert terminal.status == "active"


def test_a_stop_of_the_banks_is_not_called_off_by_its_merchant():
    terminal, _done = activated()
    one = bank_stop(terminal, stop_on=clock.today() + timedelta(days=30), state="approved")
    one.release_decision(by=reviewer_for(one), now=clock.now(), version=one.version)

    with pytest.raises(Refused):
        one.call_off(by=owner_of(terminal.merchant), now=clock.now(), note=WORDS)
    assert (
        signed_in(owner_of(terminal.merchant))
        .post(f"/applications/{one.number}/calling-off/", {"words": WORDS})
        .status_code
        == 404
    )


# -- when -------------------------------------------------------------------------------------------------------------


def test_it_says_why_and_only_once():
    one = moving()
    by = reviewer_for(one)

    with pytest.raises(Refused) as silent:
        one.call_off(by=by, now=clock.now(), note="  ")
    one.call_off(by=by, now=clock.now(), note=WORDS)
    with pytest.raises(Refused, match="已中止") as again:
        one.call_off(by=by, now=clock.now(), note="再次")

    assert (silent.value.code, again.value.code) == ("no_reason", "wrong_state")
    assert one.called_off_note == WORDS


def test_before_the_approval_there_is_nothing_to_call_off():
    one = requested("relocation", state="submitted")

    with pytest.raises(Refused, match="没有待生效的事项"):
        one.call_off(by=one.applicant, now=clock.now(), note=WORDS)


def test_once_in_effect_the_page_offers_it_no_more_and_a_late_click_is_told_so():
    one = moving()
    carry_out_due(clock.now() + timedelta(days=4))

    assert "calling-off" not in page_of(one, one.applicant)
    late = signed_in(one.applicant).post(
        f"/applications/{one.number}/calling-off/", {"words": WORDS}, follow=True
    )

    assert "不能再中止" in late.content.decode()
    one.refresh_from_db()
    assert (one.has_taken_effect, one.called_off_at) == (True, None)


# -- the merchant's page ----------------------------------------------------------------------------------------------


def test_a_change_of_account_that_was_not_theirs_is_stopped_on_the_page():
    one = change_of_account()
    owner, account = member(one, "owner"), one.merchant.account_in_use

    assert "不是你们申请的变更？" in page_of(one, owner)
    asked = page_of(one, owner, "?ask=calling-off")
    assert f"/applications/{one.number}/calling-off/" in asked
    answer = call_off(one, owner)

    one.refresh_from_db()
    assert (one.called_off_by, one.called_off_note) == (owner, WORDS)
    page = answer.content.decode()
    assert "已批准，后中止" in page
    assert page.count(WORDS) == 2, "at the top and on the timeline"
    assert carry_out_due(clock.now() + timedelta(days=2)) == 0
    assert one.merchant.account_in_use == account


def test_whoever_was_warned_hears_that_it_does_not_come():
    one = change_of_account()
    other = member(one, "owner")

    one.call_off(by=reviewer_for(one), now=clock.now(), note="原联系人提出异议")

    told = OutboxMessage.objects.filter(kind="application_called_off", subject_id=one.pk)
    assert told.filter(elsewhere="contact_on_record", channel="sms").count() == 1
    assert told.filter(recipient=other, channel="inbox").count() == 1
    assert told.filter(recipient=one.applicant, channel="inbox").count() == 1
    page = page_of(one, one.applicant)
    assert page.count("原联系人提出异议") == 2
    assert WORDS not in str(list(told.values_list("context", flat=True)))


def test_supervisors_hear_of_a_change_that_its_merchant_disowns():
    one, other = change_of_account(), change_of_account()
    chief = StaffFactory(role="supervisor", branch=one.branch)
    StaffFactory(role="supervisor", branch=other.branch)

    one.call_off(by=one.applicant, now=clock.now(), note=WORDS)
    other.call_off(by=reviewer_for(other), now=clock.now(), note=WORDS)

    told = OutboxMessage.objects.filter(kind="application_change_disowned")
    assert set(told.values_list("recipient", "subject_id")) >= {(chief.pk, one.pk)}
    assert not told.filter(subject_id=other.pk).exists()


def test_without_a_reason_the_form_comes_back():
    one = moving()

    answer = call_off(one, one.applicant, words=" ")

    assert "<title>错误：" in answer.content.decode()
    one.refresh_from_db()
    assert one.called_off_at is None


def test_pressed_twice_it_happens_once():
    one = moving()
    browser, address = signed_in(one.applicant), f"/applications/{one.number}/calling-off/"
    sent = hidden_of(browser.get(f"/applications/{one.number}/?ask=calling-off"), address) | {"words": WORDS}

    first, again = browser.post(address, sent), browser.post(address, sent)
    without_key = browser.post(address, {"words": "再次"}, follow=True)

    assert (first.status_code, again.status_code) == (302, 302)
    assert "已中止" in without_key.content.decode()
    told = OutboxMessage.objects.filter(kind="application_called_off", subject_id=one.pk, channel="inbox")
    assert told.count() == 1
    one.refresh_from_db()
    assert one.called_off_note == WORDS


def test_an_operator_reads_who_may():
    one = moving()

    page = page_of(one, member(one, "operator"), "?ask=calling-off")

    assert "只有商户管理员可以中止" in page
    assert f"/applications/{one.number}/calling-off/" not in page


def test_a_strangers_is_not_found():
    one = moving()
    stranger = signed_in(owner_of(onboarded()))

    assert stranger.post(f"/applications/{one.number}/calling-off/", {"words": WORDS}).status_code == 404
    one.refresh_from_db()
    assert one.called_off_at is None


def test_a_kind_that_waits_for_nothing_has_no_such_step():
    one = requested("replacement", state="submitted")

    answer = signed_in(one.applicant).post(f"/applications/{one.number}/calling-off/", {"words": WORDS})

    assert answer.status_code == 404


# -- the desk ---------------------------------------------------------------------------------------------------------


def test_the_desk_calls_off_and_its_words_stand_on_both_pages():
    one = change_of_account()
    by = reviewer_for(one)
    at = f"/admin/applications/application/{one.pk}/"

    assert f"{at}calling_off/" in signed_in(by).get(f"{at}review/").content.decode()
    empty = signed_in(by).post(f"{at}calling_off/", {"words": ""})
    assert "请说明中止原因" in empty.content.decode()
    done = signed_in(by).post(f"{at}calling_off/", {"words": "原联系人提出异议"}, follow=True)

    assert done.status_code == 200
    page = done.content.decode()
    assert page.count("原联系人提出异议") >= 2, "in the notice and in the record"
    assert f"{at}calling_off/" not in page
    assert "原联系人提出异议" in page_of(one, one.applicant)
    again = signed_in(by).post(f"{at}calling_off/", {"words": "再次"})
    assert (again.status_code, "已中止" in again.content.decode()) == (409, True)


def test_the_desk_calls_off_nothing_of_another_branch_or_kind():
    one, other = moving(), requested("replacement", state="submitted")
    at = "/admin/applications/application/{}/calling_off/"
    stranger = signed_in(StaffFactory(role="reviewer"))

    assert stranger.post(at.format(one.pk), {"words": WORDS}).status_code == 404
    assert signed_in(reviewer_for(other)).post(at.format(other.pk), {"words": WORDS}).status_code == 404
