"""What is on record changes: what differs is judged, key particulars wait and are told of, and terminals are tied anew."""

from datetime import timedelta

import pytest

from applications.contact_on_record import address_of
from applications.models import InformationChange
from applications.scheduled_effects import carry_out_due
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from tests.accounts.factories import StaffFactory
from tests.applications.portal import signed_in
from tests.applications.requests import approve, requested
from tests.merchants.factories import onboarded, owner_of
from tests.terminals.factories import activated

pytestmark = pytest.mark.django_db
OTHER_CARD = "6212260100000000008"
CONTACT = {"contact_phone": "075582345678"}
ACCOUNT = {"account_number": OTHER_CARD}


def released(one, *, now=None):
    second = StaffFactory(role="supervisor", branch=one.branch)
    one.release_decision(by=second, now=now or clock.now(), version=one.version)
    return one


def test_an_everyday_change_is_true_at_once():
    one = requested("change", merchant=onboarded(), state="approved", **CONTACT)

    one.merchant.refresh_from_db()
    assert one.has_taken_effect
    assert one.merchant.contact_phone == CONTACT["contact_phone"]
    assert one.decisions.get().account_verified is None


def test_only_what_differs_is_to_be_judged():
    one = requested("change", merchant=onboarded(), **CONTACT)

    judged = [item.key for item in one.own_items(revealed="") if item.is_reviewed]

    assert one.changed == {"contact_phone"}
    assert judged == ["field:contact", "field:reason_text"]


def test_a_new_account_needs_two_people_and_a_day():
    terminal, _done = activated()
    one = requested("change", merchant=terminal.merchant, state="under_review", **ACCOUNT)
    old = terminal.merchant.account_in_use
    approve(one)
    assert (one.status, one.reasons_to_hold("approved")) == ("under_review", ["key_particulars"])

    now = clock.now()
    released(one, now=now)

    assert (one.status, one.has_taken_effect) == ("approved", False)
    assert terminal.merchant.account_in_use == old
    assert carry_out_due(now + timedelta(hours=23)) == 0
    assert carry_out_due(now + timedelta(hours=24)) == 1
    account = terminal.merchant.account_in_use
    assert account.account_number == OTHER_CARD
    assert terminal.binding.account == account
    assert terminal.bindings.filter(valid_to=None).count() == 1


def test_the_contact_on_record_is_told_where_the_record_says():
    merchant = onboarded()
    old_mobile = merchant.contact_mobile
    changes = ACCOUNT | {"contact_mobile": "16600000002"}

    one = released(requested("change", merchant=merchant, state="approved", **changes))

    told = OutboxMessage.objects.filter(kind="particulars_changing", subject_id=one.pk)
    assert told.filter(elsewhere="contact_on_record", channel="sms").count() == 1
    assert told.filter(recipient=owner_of(merchant), channel="inbox").exists()
    assert address_of(one.pk, "sms") == old_mobile
    assert old_mobile not in str(list(told.values_list("context", "dedupe_key", "elsewhere")))


def test_what_was_granted_can_be_called_off_until_it_is_true():
    one = released(requested("change", merchant=onboarded(), state="approved", **ACCOUNT))
    account = one.merchant.account_in_use

    one.call_off(
        by=StaffFactory(role="reviewer", branch=one.branch), now=clock.now(), note="原联系人提出异议"
    )

    assert carry_out_due(clock.now() + timedelta(days=2)) == 0
    assert one.merchant.account_in_use == account


def test_another_credit_code_is_another_merchant():
    one = requested("change", merchant=onboarded(), uscc="91110000600037341L")

    with pytest.raises(Refused) as refused:
        one.submit(by=one.applicant, now=clock.now())

    assert "新商户" in refused.value.sentence


def test_a_change_that_changes_nothing_is_not_handed_in():
    one = requested("change", merchant=onboarded())

    with pytest.raises(Refused) as refused:
        one.submit(by=one.applicant, now=clock.now())

    assert refused.value.code == "incomplete"


@pytest.mark.parametrize(
    ("changes", "papers"),
    [
        (CONTACT, set()),
        (ACCOUNT, {"account_proof"}),
        ({"registered_name": "晴川超市"}, {"licence"}),
        ({"responsible_name": "李小红"}, {"id_front", "id_back"}),
    ],
)
def test_the_papers_follow_from_what_changes(changes, papers):
    one = requested("change", merchant=onboarded(), **changes)

    assert {need.paper.value for need in one.paper_needs()} == papers


def test_limits_are_those_of_every_live_terminal():
    terminal, _done = activated()
    limits = {"new_limit_single_fen": 100_000, "new_limit_day_fen": 500_000}

    requested("change", merchant=terminal.merchant, state="approved", **limits)

    terminal.refresh_from_db()
    assert (terminal.limit_single_fen, terminal.limit_day_fen) == (100_000, 500_000)


def test_the_record_before_stays_beside_the_application():
    merchant = onboarded()
    before = merchant.contact_phone

    one = requested("change", merchant=merchant, state="approved", **CONTACT)

    one = InformationChange.objects.get(pk=one.pk)
    assert one.before["contact_phone"] == before
    assert one.changed == {"contact_phone"}
    assert one.as_recorded().contact_phone == before


def test_the_page_shows_the_record_masked_and_keeps_what_is_written_over():
    merchant = onboarded()
    one = requested("change", merchant=merchant)
    browser = signed_in(owner_of(merchant))
    at = f"/applications/{one.number}/draft/request/"

    page = browser.get(at).content.decode()
    assert merchant.responsible_id_number not in page
    assert merchant.contact_mobile not in page
    shown = browser.get(at).context["form"]
    values = {name: shown[name].value() for name in shown.fields}
    sent = {
        name: "on" if value is True else value or "" for name, value in values.items() if value is not False
    }
    answer = browser.post(at, sent | {"contact_phone": "0755-82345678", "reason_text": "换号", "go": "next"})

    assert answer.status_code == 302, answer.context["form"].errors
    one.refresh_from_db()
    assert one.changed == {"contact_phone"}
