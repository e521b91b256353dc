"""Every step of a notice in every state, who may take it, and how long a merchant may object."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.models import DeactivationNotice, NoticeObjection, NoticeVersion, Registration
from config.accounts.models import User
from config.kernel import clock
from config.kernel.constraints import sentence_for
from config.kernel.history import StatusChange
from config.kernel.message import OutboxMessage
from config.kernel.refusal import Refused
from merchants.people import admit
from terminals.models import Terminal
from tests.accounts.factories import BranchFactory, MerchantUserFactory, StaffFactory
from tests.applications.notices.factories import (
    REACHED,
    acknowledged,
    approved,
    delivered,
    issued,
    objected,
    owner_of,
    staff,
)

Status = DeactivationNotice.Status


def _deliver(notice, now):
    notice.deliver(by=staff(notice, "account_manager"), now=now, way="in_person", at=now, receiver="王小明")


VERBS = {
    "deliver": _deliver,
    "acknowledge": lambda notice, now: notice.acknowledge(by=owner_of(notice), now=now),
    "object": lambda notice, now: notice.raise_objection(by=owner_of(notice), now=now, text="没有到期。"),
    "uphold": lambda notice, now: notice.uphold(by=staff(notice), now=now, text="协议已到期。"),
    "give_in": lambda notice, now: notice.give_in(by=staff(notice), now=now, text="您说得对。"),
    "revoke": lambda notice, now: notice.revoke(by=staff(notice, "supervisor"), now=now, note="已续签。"),
    "close": lambda notice, now: notice.close(by=User.objects.system("cron"), now=now),
}
# What each step leads to, from where it is possible.
LEADS = {
    "issued": {
        "deliver": "delivered",
        "acknowledge": "acknowledged",
        "object": "objected",
        "revoke": "revoked",
    },
    "delivered": {
        "acknowledge": "acknowledged",
        "object": "objected",
        "revoke": "revoked",
        "close": "closed",
    },
    "acknowledged": {"object": "objected", "revoke": "revoked", "close": "closed"},
    "objected": {"uphold": "delivered", "give_in": "revoked"},
    "revoked": {},
    "closed": {},
}


def in_state(status: str) -> DeactivationNotice:
    if status == "closed":
        notice = delivered(issued())
        end_terminals(notice)
        notice.close(by=User.objects.system("cron"), now=clock.now())
        return notice
    return REACHED[status](issued())


def end_terminals(notice) -> None:
    for terminal in Terminal.objects.filter(merchant=notice.merchant):
        terminal.cancel(by=staff(notice, "supervisor"), now=clock.now(), note="测试")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", LEADS)
def test_every_step_from_every_state(db, status, verb):
    notice = in_state(status)
    if verb == "close":
        end_terminals(notice) if status != "closed" else None
    now, target = clock.now(), LEADS[status].get(verb)

    if target is None:
        with pytest.raises(Refused) as refused:
            VERBS[verb](notice, now)
        assert refused.value.code == "wrong_state"
        assert refused.value.sentence
    else:
        VERBS[verb](notice, now)

    notice.refresh_from_db()
    assert notice.status == (target or status)


def test_every_state_is_in_the_table():
    assert set(LEADS) == set(Status.values) == set(DeactivationNotice.NEXT)
    assert set(DeactivationNotice.STATUS_TONES) == set(Status)


def test_no_step_leads_where_no_arrow_does():
    passed_through = {("issued", "acknowledged"), ("issued", "objected")}  # by way of delivered
    taken = {
        (origin, target) for origin, steps in LEADS.items() for target in steps.values()
    } - passed_through

    assert all(target in DeactivationNotice.NEXT[origin] for origin, target in taken)


# -- delivery ---------------------------------------------------------------------------------------------------------


def test_confirming_in_the_portal_delivers_too(db):
    notice = acknowledged(issued())

    assert (notice.delivery_way, notice.delivered_by, notice.acknowledged_by) == (
        "portal",
        owner_of(notice),
        owner_of(notice),
    )
    steps = StatusChange.objects.of(notice).values_list("to_status", flat=True)
    assert list(steps) == ["acknowledged", "delivered"]


@pytest.mark.parametrize("off", [timedelta(minutes=5), -timedelta(days=1)])
def test_a_notice_is_not_delivered_before_its_issue_or_in_the_future(db, off):
    notice, now = issued(), clock.now()

    with pytest.raises(Refused) as refused:
        notice.deliver(by=staff(notice), now=now, way="in_person", at=now + off)

    assert refused.value.code == "wrong_time"
    notice.refresh_from_db()
    assert notice.delivered_at is None


def test_who_took_it_is_encrypted_and_kept(db):
    notice = in_state("issued")
    _deliver(notice, clock.now())

    assert DeactivationNotice.objects.get().receiver == "王小明"
    assert "王小明" not in str(
        DeactivationNotice.objects.extra(select={"raw": "receiver"}).values_list("raw").get()
    )


# -- time -------------------------------------------------------------------------------------------------------------


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


def issued_then(moment: str) -> DeactivationNotice:
    return issued(now=at(moment))


def test_the_days_to_object_jump_over_a_holiday(db):
    """1 to 7 October 2026 are free and Saturday the 10th is worked: the fifth working day after Monday 28 September."""
    notice = issued_then("2026-09-28T10:00")

    assert str(notice.objection_until) == "2026-10-10"


@pytest.mark.parametrize(
    ("moment", "is_in_time"), [("2026-10-10T23:59:58", True), ("2026-10-11T00:00:00", False)]
)
def test_the_last_day_to_object_counts_whole(db, moment, is_in_time):
    notice, now = issued_then("2026-09-28T10:00"), at(moment)

    if is_in_time:
        objected(notice, now=now)
    else:
        with pytest.raises(Refused):
            objected(notice, now=now)

    notice.refresh_from_db()
    assert (notice.status == "objected") == is_in_time


def test_a_late_delivery_gives_its_days_anew(db):
    notice = issued_then("2026-09-28T10:00")
    handed_over = at("2026-10-12T15:00")
    with time_machine.travel(handed_over, tick=False):
        delivered(notice, now=handed_over, at=handed_over)

    assert str(notice.objection_until) == "2026-10-19"
    objected(notice, now=at("2026-10-19T23:00"))
    assert notice.status == "objected"


def test_an_early_delivery_takes_no_day_away(db):
    notice = issued_then("2026-09-28T10:00")

    delivered(notice, now=at("2026-09-28T11:00"), at=at("2026-09-28T11:00"))

    assert str(notice.objection_until) == "2026-10-10"


def test_the_bank_promises_its_answer_in_working_days(db):
    notice = objected(issued_then("2026-09-28T10:00"), now=at("2026-09-30T10:00"))

    assert str(notice.open_objection.answer_due_on) == "2026-10-13"


# -- objections -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["delivered", "acknowledged"])
def test_a_notice_that_stands_goes_back_to_where_it_was(db, before):
    notice = objected(in_state(before))

    notice.uphold(by=staff(notice), now=clock.now(), text="协议已到期，未续签。")

    assert notice.status == before
    answered = notice.objections.get()
    assert (answered.outcome, answered.answer) == ("upheld", "协议已到期，未续签。")
    assert OutboxMessage.objects.filter(kind="notice_objection_answered", channel="inbox").count() == 1


def test_a_version_is_objected_to_once(db):
    notice = objected(issued())
    notice.uphold(by=staff(notice), now=clock.now(), text="协议已到期。")

    with pytest.raises(Refused) as refused:
        objected(notice)

    assert refused.value.code == "wrong_state"
    assert notice.objections.count() == 1


def test_an_objection_needs_words(db):
    notice = issued()

    with pytest.raises(Refused) as refused:
        notice.raise_objection(by=owner_of(notice), now=clock.now(), text="  ")

    assert refused.value.code == "no_reason"
    notice.refresh_from_db()
    assert (notice.status, notice.delivered_at) == ("issued", None)


def test_supervisors_hear_of_an_objection(db):
    notice = issued()
    supervisor = staff(notice, "supervisor")

    objected(notice)

    assert OutboxMessage.objects.get(kind="notice_objected", channel="inbox").recipient == supervisor


def test_the_issuer_does_not_answer(db):
    issuer = StaffFactory(role="supervisor", branch=BranchFactory())
    registration = approved(branch=issuer.branch)
    notice = objected(issued(registration, by=issuer))

    for verb in (notice.uphold, notice.give_in):
        with pytest.raises(Refused, match="签发人以外"):
            verb(by=issuer, now=clock.now(), text="维持。")

    assert notice.open_objection


def test_giving_in_puts_back_what_was_stopped(db, monkeypatch):
    """The kind that stopped the terminals is asked, in the same transaction; where it refuses, the notice stays."""
    undone = []

    def undo_stop(self, *, by, now, note):
        undone.append((self.pk, note))
        if len(undone) == 1:
            raise Refused("Not possible any more.")

    monkeypatch.setattr(Registration, "undo_stop", undo_stop)
    notice = objected(issued())
    by = staff(notice)

    with pytest.raises(Refused):
        notice.give_in(by=by, now=clock.now(), text="您说得对。")
    notice.refresh_from_db()
    assert (notice.status, notice.open_objection is None) == ("objected", False)
    assert not OutboxMessage.objects.filter(kind="notice_objection_answered").exists()

    notice.give_in(by=by, now=clock.now(), text="您说得对。")
    assert notice.status == "revoked"
    assert undone == [(notice.application_id, "您说得对。")] * 2


# -- who --------------------------------------------------------------------------------------------------------------


DESK_STEPS = {
    "deliver": {"account_manager", "reviewer", "supervisor"},
    "uphold": {"reviewer", "supervisor"},
    "give_in": {"reviewer", "supervisor"},
    "revoke": {"supervisor"},
}
SAID = {
    "deliver": lambda notice, by, now: notice.deliver(by=by, now=now, way="in_person", at=now),
    "uphold": lambda notice, by, now: notice.uphold(by=by, now=now, text="维持。"),
    "give_in": lambda notice, by, now: notice.give_in(by=by, now=now, text="撤销。"),
    "revoke": lambda notice, by, now: notice.revoke(by=by, now=now, note="已续签。"),
}


@pytest.mark.parametrize("verb", DESK_STEPS)
def test_roles_at_the_desk(db, verb):
    """Each role at the branch of the notice; then the right role at another branch, and the merchant's owner."""
    notice = in_state("objected" if verb in ("uphold", "give_in") else "issued")
    people = [
        staff(notice, role) for role in ("account_manager", "reviewer", "supervisor", "support", "auditor")
    ]
    strangers = [StaffFactory(role="supervisor", branch=BranchFactory()), owner_of(notice)]
    allowed = set()

    for person in [*people, *strangers]:
        with transaction.atomic():
            try:
                SAID[verb](notice, person, clock.now())
                allowed.add(person.role if person in people else "stranger")
            except Refused:
                pass
            transaction.set_rollback(True)
        notice.refresh_from_db()

    assert allowed == DESK_STEPS[verb]


@pytest.mark.parametrize(
    ("role", "may_confirm", "may_object"), [("owner", True, True), ("operator", True, False)]
)
def test_people_of_the_merchant(db, role, may_confirm, may_object):
    notice = issued()
    person = owner_of(notice)
    if role == "operator":
        person = MerchantUserFactory()
        admit(person, notice.merchant, "operator", by=owner_of(notice), now=clock.now())

    assert (not notice.objection_to_acknowledge(by=person, now=clock.now())) == may_confirm
    assert (not notice.objection_to_object(by=person, now=clock.now())) == may_object


def test_nobody_else_confirms_or_objects(db):
    notice = issued()

    for person in (MerchantUserFactory(), staff(notice, "supervisor")):
        assert notice.objection_to_acknowledge(by=person, now=clock.now())
        assert notice.objection_to_object(by=person, now=clock.now())


def test_a_notice_is_completed_once_its_terminals_have_ended(db):
    notice = delivered(issued())

    with pytest.raises(Refused):
        notice.close(by=User.objects.system("cron"), now=clock.now())
    end_terminals(notice)
    notice.close(by=User.objects.system("cron"), now=clock.now())

    assert notice.status == "closed"


# -- what must never be false -----------------------------------------------------------------------------------------


NOTICE_BREAKS = {
    "notice_status_known": {"status": "gone"},
    "notice_delivered_whole": {"delivery_way": "post"},
    "notice_in_hands_was_delivered": {"status": "delivered"},
    "notice_acknowledged_whole": {"acknowledged_at": clock.now()},
    "notice_revoked_whole": {"status": "revoked"},
}


@pytest.mark.parametrize(("name", "changed"), NOTICE_BREAKS.items(), ids=NOTICE_BREAKS)
def test_constraint_of_notices(db, name, changed):
    notice = issued()

    assert _broken_by(lambda: DeactivationNotice.objects.filter(pk=notice.pk).update(**changed)) == name


def test_notice_posted_with_waybill(db):
    notice = issued()

    with pytest.raises(Refused, match="单号"):
        delivered(notice, waybill=" ")

    assert "notice_posted_with_waybill" in _names(DeactivationNotice)


def test_notice_confirmed_by_somebody(db):
    notice = delivered(issued())

    broken = _broken_by(lambda: DeactivationNotice.objects.filter(pk=notice.pk).update(status="acknowledged"))

    assert broken == "notice_confirmed_by_somebody"


def test_notice_revoked_by_another(db):
    notice = issued()
    changed = {"status": "revoked", "revoked_at": clock.now(), "revoked_by": notice.issued_by}

    broken = _broken_by(lambda: DeactivationNotice.objects.filter(pk=notice.pk).update(**changed))

    assert broken == "notice_revoked_by_another"


def test_notice_objection_answered_by_another(db):
    notice = objected(issued())
    answer = {
        "outcome": "upheld",
        "answer": "维持。",
        "answered_at": clock.now(),
        "answered_by": notice.issued_by,
    }

    broken = _broken_by(lambda: notice.objections.update(**answer))

    assert broken == "notice_objection_answered_by_another"


def test_notice_objection_answered_whole(db):
    notice = objected(issued())

    assert _broken_by(lambda: notice.objections.update(outcome="upheld")) == "notice_objection_answered_whole"


def test_notice_objection_one_at_a_time(db):
    notice = objected(issued())
    first = notice.objections.get()
    second = _another_version(first.version)

    def twice():
        NoticeObjection.objects.create(
            notice=notice,
            version=second,
            issued_by=first.issued_by,
            status_before="issued",
            text="又一次",
            raised_by=first.raised_by,
            raised_at=clock.now(),
            answer_due_on=clock.today(),
        )

    assert _broken_by(twice) == "notice_objection_one_at_a_time"


def test_notice_version_once(db):
    version = issued().current

    assert _broken_by(lambda: _another_version(version, number=1)) == "notice_version_once"


def test_notice_correction_says_why(db):
    version = issued().current

    assert _broken_by(lambda: _another_version(version, why="")) == "notice_correction_says_why"


def _another_version(version: NoticeVersion, **changed) -> NoticeVersion:
    kept = {f.name: getattr(version, f.name) for f in NoticeVersion._meta.fields if f.name != "id"}
    return NoticeVersion.objects.create(**{**kept, "number": 2, "why": "错别字", "token": "t" * 43} | changed)


def _names(model) -> set[str]:
    return {constraint.name for constraint in model._meta.constraints}


def _broken_by(act) -> str:
    """The name of the constraint that the act breaks, found by its sentence."""
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        act()
    sentence = sentence_for(broken.value)
    models = (DeactivationNotice, NoticeVersion, NoticeObjection)
    found = [
        c.name
        for model in models
        for c in model._meta.constraints
        if str(c.violation_error_message) == sentence
    ]
    text = f"{broken.value} {getattr(broken.value.__cause__, 'diag', None) and broken.value.__cause__.diag.constraint_name}"
    return next((name for name in found if name in text), found[0])
