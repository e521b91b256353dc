"""The hand-over of a merchant: asked by an owner, accepted by the successor, confirmed by the bank when its time has come."""

from datetime import timedelta

import pytest
from django.test import Client

from config.accounts.models import Role
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.message import OutboxMessage
from config.kernel.policy import current_policy
from config.privacy.masking import mask_name
from merchants.handing_over import (
    accept,
    call_off,
    confirm,
    contact_on_record,
    decline,
    expire_due,
    hand_over,
    refuse,
)
from merchants.models import HandOver
from merchants.people import change_role, dismiss, role_of
from tests.accounts.factories import PASSWORD, MerchantUserFactory, StaffFactory
from tests.applications.portal import signed_in
from tests.merchants.factories import handed_over, onboarded, owner_of
from tests.merchants.test_constraints import breaks, change
from tests.merchants.test_people import checked_owners, checked_too, joined, refusal, told_to
from tests.races import all_at_once

pytestmark = pytest.mark.django_db


def asked(*, now=None):
    merchant = onboarded()
    owner, successor = owner_of(merchant), joined(merchant)
    return hand_over(merchant, successor, by=owner, now=now or clock.now())


def accepted(*, now=None) -> HandOver:
    handover = asked(now=now)
    accept(handover, by=handover.successor, now=now or clock.now())
    return handover


def supervisor_of(handover):
    return StaffFactory(role=Role.SUPERVISOR, branch=handover.merchant.branch)


def when_it_may_be(handover):
    return handover.confirmable_from


def roles(handover) -> tuple:
    return role_of(handover.owner, handover.merchant), role_of(handover.successor, handover.merchant)


def test_the_successor_is_the_owner_once_the_bank_has_confirmed():
    handover = accepted()
    assert roles(handover) == ("owner", "operator")
    by = supervisor_of(handover)

    confirm(handover, by=by, now=when_it_may_be(handover), note="执照已核对")

    assert roles(handover) == ("operator", "owner")
    assert owner_of(handover.merchant) == handover.successor
    changed = AuditEvent.objects.of(handover.merchant).filter(action="member_role_changed")
    assert {(event.by, event.detail["role"]) for event in changed} == {(by, "owner"), (by, "operator")}
    assert "handover_done" in told_to(handover.owner)
    assert "handover_done" in told_to(handover.successor)


def test_the_owner_the_contact_on_record_and_the_supervisors_are_told_when_it_is_accepted(settings):
    settings.GATEWAYS = {"email": "", "sms": "config.kernel.gateways.FileGateway"}
    handover = asked()
    supervisor = supervisor_of(handover)
    elsewhere = StaffFactory(role=Role.SUPERVISOR)

    accept(handover, by=handover.successor, now=clock.now())

    assert "handover_waits" in told_to(handover.owner)
    assert told_to(supervisor) == ["handover_check"]
    assert told_to(elsewhere) == []
    outside = OutboxMessage.objects.get(elsewhere="merchant_contact")
    assert (outside.kind, outside.channel) == ("handover_waits", "sms")
    assert contact_on_record(outside.subject_id, "sms") == handover.merchant.contact_mobile
    assert contact_on_record(outside.subject_id, "email") == handover.merchant.contact_email
    assert contact_on_record(2**40, "sms") == ""


def test_the_bank_waits_until_there_was_time_to_object():
    now = clock.now()
    handover = accepted(now=now)
    by, soon = supervisor_of(handover), now + timedelta(hours=current_policy().handover_cooling_hours)

    early = soon - timedelta(seconds=1)
    assert refusal(lambda: confirm(handover, by=by, now=early)) == "wrong_state"
    assert roles(handover) == ("owner", "operator")

    confirm(handover, by=by, now=soon)
    assert roles(handover) == ("operator", "owner")


def test_who_may_do_what():
    handover, now = asked(), clock.now()
    merchant, other = handover.merchant, joined(handover.merchant)
    for by in (handover.owner, other, MerchantUserFactory(), supervisor_of(handover)):
        assert refusal(lambda by=by: accept(handover, by=by, now=now)) == "wrong_state"
        assert refusal(lambda by=by: decline(handover, by=by, now=now)) == "wrong_state"
    for by in (handover.successor, other):
        assert refusal(lambda by=by: call_off(handover, by=by, now=now)) == "wrong_state"
    accept(handover, by=handover.successor, now=now)
    for by in (handover.owner, handover.successor, StaffFactory(role=Role.REVIEWER, branch=merchant.branch)):
        late = when_it_may_be(handover)
        assert refusal(lambda by=by, t=late: confirm(handover, by=by, now=t)) == "wrong_state"
        assert refusal(lambda by=by, t=late: refuse(handover, by=by, now=t, note="x")) == "wrong_state"
    assert roles(handover) == ("owner", "operator")


@pytest.mark.parametrize("end", ["declined", "called_off", "called_off_late", "refused", "expired"])
def test_nothing_changes_where_somebody_does_not_agree(end):
    now = clock.now()
    handover = asked(now=now) if end in ("declined", "called_off", "expired") else accepted(now=now)
    match end:
        case "declined":
            decline(handover, by=handover.successor, now=now)
        case "refused":
            refuse(handover, by=supervisor_of(handover), now=now, note="证件不符")
        case "expired":
            late = now + timedelta(days=current_policy().handover_answer_days)
            assert refusal(lambda: accept(handover, by=handover.successor, now=late)) == "wrong_state"
            assert expire_due(late - timedelta(seconds=1)) == 0
            assert (expire_due(late), expire_due(late)) == (1, 0)
        case _:
            call_off(handover, by=handover.owner, now=now)

    handover.refresh_from_db()
    assert handover.status == end.removesuffix("_late")
    assert roles(handover) == ("owner", "operator")
    assert "handover_stopped" in told_to(handover.owner) + told_to(handover.successor)
    hand_over(handover.merchant, handover.successor, by=handover.owner, now=now)


def test_to_whom_nothing_is_handed_over():
    merchant, now = onboarded(), clock.now()
    owner, operator, second = owner_of(merchant), joined(merchant), joined(merchant, "owner")

    def code_of(successor, by=owner):
        return refusal(lambda: hand_over(merchant, successor, by=by, now=now))

    assert code_of(MerchantUserFactory()) == "not_a_member"
    assert code_of(owner) == "same_role"
    assert code_of(second, by=operator) == "not_yours"
    assert code_of(operator, by=second) == "not_checked" == code_of(second, by=second)
    checked_too(merchant)
    assert code_of(merchant.memberships.latest("id").user) == "same_role"
    change_role(owner, merchant, "operator", by=second, now=now)
    change_role(owner, merchant, "owner", by=second, now=now)
    assert code_of(operator) == "not_checked"


def test_one_hand_over_is_under_way():
    merchant, now = onboarded(), clock.now()
    one, other = joined(merchant), joined(merchant, "owner")
    hand_over(merchant, other, by=owner_of(merchant), now=now)

    assert refusal(lambda: hand_over(merchant, one, by=owner_of(merchant), now=now)) == "constraint"


def test_an_owner_whom_nobody_checked_can_be_the_successor():
    merchant = onboarded()
    first, second = owner_of(merchant), joined(merchant, "owner")

    handover = handed_over(merchant, second)

    assert roles(handover) == ("operator", "owner")
    assert [row.user for row in merchant.memberships.filter(checked_at__isnull=False)] == [second]
    assert merchant.memberships.get(user=second).checked_at == handover.confirmable_from
    assert not merchant.memberships.get(user=first).is_checked


@pytest.mark.parametrize("moved", ["successor left", "owner is none"])
def test_the_bank_cannot_confirm_what_no_longer_fits(moved):
    handover, now = accepted(), clock.now()
    if moved == "successor left":
        dismiss(handover.successor, handover.merchant, by=handover.successor, now=now)
    else:
        second = checked_too(handover.merchant)
        change_role(handover.owner, handover.merchant, "operator", by=second, now=now)
    by, late = supervisor_of(handover), when_it_may_be(handover)

    assert refusal(lambda: confirm(handover, by=by, now=late)) == "wrong_state"

    refuse(handover, by=by, now=late, note="人员已变动")


def test_what_the_database_refuses():
    handover = asked()

    breaks("handover_to_somebody_else", change(handover, successor=handover.owner))
    breaks("handover_cools_once_accepted", change(handover, status="accepted"))
    twin = HandOver.objects.get(pk=handover.pk)
    twin.pk = None
    breaks("handover_open_once", lambda: twin.save(force_insert=True))


def path(handover, rest="") -> str:
    return f"/people/{handover.merchant.number}/{rest}"


def test_an_owner_asks_in_the_browser_after_the_password():
    merchant = onboarded()
    owner = owner_of(merchant)
    joined(merchant)
    member = merchant.memberships.get(role="operator")
    browser = signed_in(owner)
    step = f"/people/{merchant.number}/members/{member.pk}/handover/"
    assert step in browser.get(f"/people/{merchant.number}/?ask=handover-{member.pk}").content.decode()

    asked_again = browser.post(step)
    assert asked_again["Location"].startswith("/accounts/reauthenticate/")
    assert not merchant.handovers.exists()

    answer = browser.post(asked_again["Location"], {"password": PASSWORD, "next": step}, follow=True)

    assert merchant.handovers.get().successor == member.user
    assert answer.redirect_chain[-1][0] == f"/people/{merchant.number}/"


def test_a_successor_who_has_answered_is_offered_nothing_more():
    handover = accepted()

    page = signed_in(handover.successor).get(path(handover)).content.decode()

    assert "商户管理员移交" in page
    assert 'class="actions"' not in page


def test_an_operator_is_not_even_asked_for_the_password():
    handover = asked()
    other = joined(handover.merchant)
    member = handover.merchant.memberships.get(user=other)

    answer = signed_in(other).post(path(handover, f"members/{member.pk}/handover/"))

    assert answer["Location"] == path(handover)


def test_the_successor_accepts_and_an_owner_calls_off_in_the_browser():
    handover = asked()
    successor = signed_in(handover.successor)
    assert path(handover, "handover/acceptance/") in successor.get(path(handover)).content.decode()

    successor.post(path(handover, "handover/acceptance/"))
    handover.refresh_from_db()
    assert handover.status == "accepted"

    signed_in(handover.owner).post(path(handover, "handover/calling-off/"))
    handover.refresh_from_db()
    assert handover.status == "called_off"
    assert successor.post(path(handover, "handover/declining/")).status_code == 404


def desk(handover, rest="change/") -> str:
    return f"/admin/merchants/handover/{handover.pk}/{rest}"


def test_a_supervisor_decides_at_the_desk():
    handover = accepted()
    browser = signed_in(supervisor_of(handover))
    page = browser.get(desk(handover)).content.decode()
    assert handover.successor.full_name not in page
    assert "核对项目" not in page
    assert mask_name(handover.merchant.responsible_name) in page
    assert "disabled" in page

    early = browser.post(desk(handover, "confirmation/"), {"note": "已核对"})
    assert early.status_code == 409
    assert browser.post(desk(handover, "refusal/"), {"note": " "}).status_code == 200
    browser.post(desk(handover, "refusal/"), {"note": "证件不符"})

    handover.refresh_from_db()
    assert handover.status == "refused"


def test_a_supervisor_of_another_branch_finds_nothing():
    handover = accepted()
    browser = signed_in(StaffFactory(role=Role.SUPERVISOR))

    assert browser.get(desk(handover)).status_code == 404
    assert browser.post(desk(handover, "confirmation/"), {"note": "x"}).status_code == 404
    assert handover.merchant.number not in browser.get("/admin/merchants/handover/").content.decode()


def test_a_visitor_is_asked_to_sign_in():
    handover = asked()

    assert Client().post(path(handover, "handover/acceptance/"))["Location"].startswith("/accounts/login/")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_confirmed_and_called_off_at_once_ends_one_way():
    for _round in range(10):
        handover = accepted()
        by, late = supervisor_of(handover), when_it_may_be(handover)

        def part(number, handover=handover, by=by, late=late):
            row = HandOver.objects.get(pk=handover.pk)
            if number:
                return confirm(row, by=by, now=late)
            return call_off(row, by=handover.owner, now=late)

        all_at_once(2, part)

        handover.refresh_from_db()
        is_done = handover.status == "done"
        assert handover.status in ("done", "called_off")
        assert roles(handover) == (("operator", "owner") if is_done else ("owner", "operator"))


def checked_owners_after_confirming_while_the_successor_leaves() -> int:
    handover = accepted()
    by, late, successor = supervisor_of(handover), when_it_may_be(handover), handover.successor

    def part(number: int) -> None:
        row = HandOver.objects.get(pk=handover.pk)
        if number:
            confirm(row, by=by, now=late)
        else:
            dismiss(successor, row.merchant, by=successor, now=late)

    all_at_once(2, part)
    return checked_owners(handover.merchant)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_successor_who_leaves_while_the_bank_confirms_leaves_a_checked_owner():
    assert {checked_owners_after_confirming_while_the_successor_leaves() for _round in range(10)} == {1}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_nobody_checked_would_be_left(settings):
    settings.RACE_WITHOUT_LOCKS = True

    assert 0 in {checked_owners_after_confirming_while_the_successor_leaves() for _round in range(30)}
