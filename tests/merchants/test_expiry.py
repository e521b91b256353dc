"""Particulars that run out: reminders ahead, each once, then formal notice with a time of grace; the merchant's yearly word."""

from datetime import date, timedelta

import pytest
from constance import config as policy

from config.kernel.audit import AuditEvent
from config.kernel.lifecycle import Refused
from config.kernel.outbox import OutboxMessage
from merchants.expiry import attest, attest_objection, formal_notices, overdue_notices, tell_all
from merchants.models import ExpiryNotice
from merchants.onboarding import amend
from tests.accounts.factories import MerchantUserFactory, StaffFactory
from tests.merchants.expiring import LICENCE_TO, START, expiring, operator_of, told
from tests.merchants.factories import PERSON, onboarded, owner_of
from tests.terminals.unused import at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "left"),
    [
        (at(2026, 7, 31), []),
        (at(2026, 8, 1), [60]),
        (at(2026, 8, 31), [30]),
        (at(2026, 9, 23), [7]),
        (at(2026, 9, 29), [1]),
        (at(2026, 9, 30), []),
    ],
)
def test_on_each_of_the_days_the_reminder_says_what_is_left(day, left):
    expiring()

    tell_all(day)

    assert told("licence_expiring") == left


def test_every_reminder_comes_once_and_all_people_of_the_merchant_hear_it():
    merchant = expiring()
    operator = operator_of(merchant)

    counts = [
        tell_all(at(2026, 8, 1) + timedelta(days=days))
        for days in (0, 0, 1, 29, 30, 30, 31, 52, 53, 53, 59, 60)
    ]

    assert counts == [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
    for person in (owner_of(merchant), operator):
        assert told("licence_expiring", person=person) == [60, 30, 7]


def test_after_days_off_only_the_nearest_is_said():
    expiring()

    tell_all(at(2026, 9, 26))
    tell_all(at(2026, 9, 27))

    assert told("licence_expiring") == [4]


def test_after_days_off_past_the_end_only_the_notice_is_given():
    expiring()

    tell_all(at(2026, 11, 15))

    assert told("licence_expiring") == []
    assert told("licence_expired") == [30]


def test_the_day_after_the_last_good_one_notice_is_given_once_with_its_grace():
    merchant = expiring()

    counts = [tell_all(at(2026, 10, 1)), tell_all(at(2026, 10, 1)), tell_all(at(2026, 10, 20))]

    notice = merchant.expiry_notices.get(days_ahead=0)
    assert counts == [1, 0, 0]
    assert (notice.about, notice.good_until, notice.suspends_on) == (
        "licence",
        LICENCE_TO,
        date(2026, 10, 31),
    )
    assert [len(overdue_notices(merchant, on=date(2026, 10, day))) for day in (30, 31)] == [0, 1]


def test_the_document_of_the_responsible_person_runs_out_in_the_same_way():
    merchant = expiring(licence_is_long_term=True, licence_to=None, responsible_id_to=LICENCE_TO)

    for day in (at(2026, 8, 1), at(2026, 8, 31), at(2026, 9, 23), at(2026, 10, 1)):
        tell_all(day)

    assert told("identity_expiring") == [60, 30, 7]
    assert told("identity_expired") == [30]
    assert {notice.about for notice in merchant.expiry_notices.all()} == {"identity"}


@pytest.mark.parametrize(
    "merchant",
    [
        lambda: expiring(licence_is_long_term=True),
        lambda: expiring("micro"),
        lambda: expiring(
            licence_is_long_term=True, responsible_id_is_long_term=True, responsible_id_to=LICENCE_TO
        ),
    ],
    ids=["long-term licence", "no licence", "both long-term"],
)
def test_what_does_not_run_out_is_not_spoken_of(merchant):
    merchant()

    assert [tell_all(at(2026, 9, 1)), tell_all(at(2026, 10, 5))] == [0, 0]


def test_nothing_is_said_to_a_merchant_that_is_no_customer_any_more():
    merchant = expiring()
    merchant.close(by=StaffFactory(), now=at(2026, 3, 1), on=date(2026, 3, 1))

    assert tell_all(at(2026, 10, 5)) == 0


def test_new_dates_end_the_notice_and_begin_anew():
    merchant = expiring()
    tell_all(at(2026, 10, 1))

    amend(merchant, {"licence_to": date(2029, 9, 30)}, by=StaffFactory(), now=at(2026, 10, 5))

    assert formal_notices(merchant, on=date(2026, 11, 30)) == []
    assert tell_all(at(2026, 11, 30)) == 0
    amend(merchant, {"licence_to": date(2027, 1, 31)}, by=StaffFactory(), now=at(2026, 12, 1))
    tell_all(at(2026, 12, 2))
    assert told("licence_expiring") == [60]


def test_the_days_are_the_policys():
    policy.expiry_days_first, policy.expiry_grace_days = 90, 10
    merchant = expiring()

    tell_all(at(2026, 7, 2))
    tell_all(at(2026, 10, 1))

    assert told("licence_expiring") == [90]
    assert merchant.expiry_notices.get(days_ahead=0).suspends_on == date(2026, 10, 11)


def test_no_message_names_anybody():
    expiring()
    for day in (at(2026, 8, 1), at(2026, 10, 1)):
        tell_all(day)

    for message in OutboxMessage.objects.all():
        said = f"{message.title()} {message.body()} {message.context} {message.dedupe_key}"
        assert "王小明" not in said
        assert PERSON not in said
        assert "晴川" not in said


# -- the merchant's own word -------------------------------------------------------------------------------------------


def test_once_a_year_the_merchant_is_asked_for_its_word():
    merchant = onboarded(now=START)
    for day in (at(2026, 11, 11), at(2026, 12, 11), at(2027, 1, 3), at(2027, 1, 10)):
        tell_all(day)

    attest(merchant, by=owner_of(merchant), now=at(2027, 1, 10))
    tell_all(at(2027, 1, 11))
    tell_all(at(2027, 11, 11))

    assert told("attestation_expiring") == [60, 30, 7, 60]
    assert told("attestation_expired") == []
    assert AuditEvent.objects.of(merchant).filter(action="particulars_attested").count() == 1


def test_a_merchant_that_does_not_answer_has_notice():
    merchant = onboarded(now=START)

    tell_all(at(2027, 1, 11))

    assert told("attestation_expired") == [30]
    attest(merchant, by=owner_of(merchant), now=at(2027, 1, 20))
    assert formal_notices(merchant, on=date(2027, 3, 1)) == []


def test_a_granted_change_counts_as_the_word():
    merchant = onboarded(now=START)

    amend(merchant, {"contact_phone": "075582345678"}, by=StaffFactory(), now=at(2026, 12, 1))

    assert [tell_all(at(2027, 1, 11)), tell_all(at(2027, 9, 30)), tell_all(at(2027, 10, 2))] == [0, 0, 1]


def test_nobody_but_an_owner_gives_the_word_and_only_when_it_is_asked_for():
    merchant = onboarded(now=START)
    early, now = at(2026, 11, 10), at(2026, 11, 11)

    for person in (MerchantUserFactory(), StaffFactory(), operator_of(merchant)):
        with pytest.raises(Refused):
            attest(merchant, by=person, now=now)
    with pytest.raises(Refused, match="2027-01-10"):
        attest(merchant, by=owner_of(merchant), now=early)
    assert not merchant.attestations.exists()

    attest(merchant, by=owner_of(merchant), now=now)
    with pytest.raises(Refused):
        attest(merchant, by=owner_of(merchant), now=now)
    assert merchant.attestations.get().by == owner_of(merchant)


def test_nobody_says_that_all_is_right_over_a_document_that_has_run_out():
    merchant = expiring(responsible_id_to=date(2026, 12, 20))
    amend(merchant, {"licence_is_long_term": True}, by=StaffFactory(), now=START)

    before = attest_objection(merchant, by=owner_of(merchant), now=at(2026, 12, 20))
    after = attest_objection(merchant, by=owner_of(merchant), now=at(2026, 12, 21))

    assert before == ""
    assert "证件" in after


def test_what_was_told_stays_on_record_by_the_day_it_speaks_of():
    merchant = expiring()
    for day in (at(2026, 8, 1), at(2026, 9, 23), at(2026, 10, 1)):
        tell_all(day)

    rows = ExpiryNotice.objects.filter(merchant=merchant).order_by("pk")
    assert list(rows.values_list("days_ahead", "suspends_on")) == [
        (60, None),
        (7, None),
        (0, date(2026, 10, 31)),
    ]
