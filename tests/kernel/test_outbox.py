import json
from datetime import timedelta

import pytest
from django.db import transaction

from config.accounts.models import Role
from config.kernel import delivery
from config.kernel.audit import AuditEvent
from config.kernel.delivery import deliver_due, pause_after
from config.kernel.gateways import GatewayError
from config.kernel.lifecycle import Refused
from config.kernel.message import Failure
from config.kernel.outbox import Channel, OutboxMessage, State, enqueue, resend


class Broken:
    """A gateway that is down, as `settings.GATEWAYS` names it."""

    def send(self, letter):
        raise GatewayError("The line is dead.")


class Poisonous:
    def send(self, letter):
        raise ValueError(f"cannot say {letter.address}")


@pytest.fixture(autouse=True)
def gateways(settings, tmp_path):
    settings.MESSAGE_FILE = tmp_path / "messages.jsonl"
    settings.GATEWAYS = dict.fromkeys(("email", "sms"), "config.kernel.gateways.FileGateway")


@pytest.fixture
def left(settings):
    """What has left the house so far."""

    def lines():
        file = settings.MESSAGE_FILE
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    return lines


def tell(person, now, number="SQ-1", event=""):
    context = {"number": number}
    enqueue("application_submitted", recipient=person, subject=person, context=context, now=now, event=event)


def test_a_message_is_in_the_inbox_at_once_and_waits_on_the_other_channels(person, now, left):
    tell(person, now)

    assert dict(OutboxMessage.objects.values_list("channel", "state")) == {
        Channel.INBOX: State.SENT,
        Channel.EMAIL: State.PENDING,
        Channel.SMS: State.PENDING,
    }
    assert left() == []


def test_nobody_gets_an_sms_at_a_number_that_was_only_typed_in(person, now):
    person.mobile_verified_at = None

    tell(person, now)

    assert not OutboxMessage.objects.filter(channel=Channel.SMS).exists()


def test_a_channel_without_a_gateway_gets_nothing(person, now, settings):
    settings.GATEWAYS = {"email": "", "sms": ""}

    tell(person, now)

    assert OutboxMessage.objects.get().channel == Channel.INBOX


def test_one_event_is_told_once_however_often_it_happens(person, now, left):
    tell(person, now, event="approved:1")
    tell(person, now + timedelta(hours=1), event="approved:1")
    deliver_due(now)
    deliver_due(now + timedelta(hours=2))

    assert len(left()) == 2
    assert OutboxMessage.objects.count() == 3


def test_what_leaves_speaks_the_readers_language_and_an_sms_says_only_where_to_look(person, now, left):
    person.language = "en"
    person.save()
    tell(person, now)

    assert deliver_due(now) == 2

    by_address = {line["to"]: line for line in left()}
    assert by_address["wang@example.com"]["title"] == "Application SQ-1 received"
    assert by_address["wang@example.com"]["text"].startswith("We have your application.")
    told = "There is news about application SQ-1. Sign in to the portal to read it."
    assert by_address["13800138000"]["text"] == told


def test_the_inbox_shows_the_text_in_the_language_of_the_page(person, now):
    tell(person, now, number="A&B")
    message = OutboxMessage.objects.inbox_of(person).unread().get()

    assert message.title("en") == "Application A&B received"
    assert message.title("zh-hans") == "已收到申请 A&B"

    message.read(now=now)
    assert not OutboxMessage.objects.inbox_of(person).unread().exists()


def test_nothing_is_told_of_what_was_undone(person, now, undone):
    with undone():
        tell(person, now)

    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_commit_wakes_the_worker(person, now, left, settings, monkeypatch):
    monkeypatch.setattr(delivery.clock, "now", lambda: now)
    with transaction.atomic():
        tell(person, now)
        assert left() == []

    assert len(left()) == 2


def test_a_gateway_that_is_down_is_asked_again_later_and_the_message_then_leaves_once(
    person, now, left, settings
):
    settings.GATEWAYS |= {"email": f"{__name__}.Broken"}
    tell(person, now)
    deliver_due(now)
    mail = OutboxMessage.objects.get(channel=Channel.EMAIL)
    assert (mail.state, mail.attempts) == (State.PENDING, 1)
    assert mail.last_error == "GatewayError The line is dead."
    assert mail.failure == Failure.REFUSED
    assert now + timedelta(seconds=15) <= mail.next_attempt_at <= now + timedelta(seconds=40)
    assert len(left()) == 1

    settings.GATEWAYS |= {"email": "config.kernel.gateways.FileGateway"}
    deliver_due(mail.next_attempt_at)
    deliver_due(mail.next_attempt_at + timedelta(days=1))

    assert len(left()) == 2


def test_pauses_grow_and_are_capped():
    assert timedelta(seconds=15) <= pause_after(1) <= timedelta(seconds=30)
    assert timedelta(minutes=2) <= pause_after(4) <= timedelta(minutes=4)
    assert timedelta(hours=3) <= pause_after(40) <= timedelta(hours=6)


def test_after_the_last_attempt_a_message_is_given_up_and_staff_may_send_it_again(
    person, staff, now, left, settings
):
    clerk = staff(Role.ADMINISTRATOR)
    settings.GATEWAYS |= {"email": f"{__name__}.Broken"}
    tell(person, now)
    for hours in range(delivery.ATTEMPTS):
        deliver_due(now + timedelta(hours=7 * hours))
    mail = OutboxMessage.objects.dead().get()

    settings.GATEWAYS |= {"email": "config.kernel.gateways.FileGateway"}
    resend(mail, by=clerk, now=now)
    with pytest.raises(Refused) as twice:
        resend(mail, by=clerk, now=now)
    assert twice.value.code == "wrong_state"
    deliver_due(now)

    assert not OutboxMessage.objects.dead().exists()
    assert len(left()) == 2
    assert AuditEvent.objects.of(mail).get().action == "message_resent"


def test_a_message_that_cannot_be_made_does_not_stop_the_others_and_quotes_nobody(
    person, now, left, settings
):
    settings.GATEWAYS |= {"sms": f"{__name__}.Poisonous"}
    later = {"channel": Channel.EMAIL, "subject_label": "a.b", "subject_id": 1, "dedupe_key": "later"}
    row = OutboxMessage(
        kind="of_a_later_release", recipient=person, created_at=now, next_attempt_at=now, **later
    )
    row.save()
    tell(person, now)
    other = person._meta.model.objects.create_user("li@example.com")
    tell(other, now)

    deliver_due(now)

    assert [line["to"] for line in left()] == ["wang@example.com", "li@example.com"]
    assert "13800138000" not in str(list(OutboxMessage.objects.values()))
    row.refresh_from_db()
    assert (row.state, row.failure) == (State.PENDING, Failure.BROKEN)


def test_a_later_message_of_the_same_object_does_not_overtake(person, now, left, settings):
    settings.GATEWAYS |= {"email": f"{__name__}.Broken", "sms": ""}
    tell(person, now, number="first")
    deliver_due(now)
    settings.GATEWAYS |= {"email": "config.kernel.gateways.FileGateway"}
    tell(person, now, number="second", event="second")

    deliver_due(now)
    assert left() == []
    deliver_due(now + timedelta(minutes=1))

    assert [line["title"] for line in left()] == ["已收到申请 first", "已收到申请 second"]


def test_a_worker_that_slept_through_its_claim_writes_nothing(person, now, left):
    tell(person, now)
    [sleeper, _] = delivery._claim(now)
    later = now + delivery.CLAIM
    deliver_due(later)

    assert not delivery._attempt(sleeper, delivery._Run(later))
    delivery._put_off(sleeper, GatewayError("too late"), Failure.REFUSED, later)

    assert len(left()) == 2
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.SENT}


def test_a_message_claimed_by_a_worker_that_died_is_due_again(person, now, left):
    tell(person, now)
    delivery._claim(now)

    assert deliver_due(now) == 0
    assert deliver_due(now + delivery.CLAIM) == 2


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_every_message_once(person, now, left, settings, side_by_side):
    settings.GATEWAYS |= {"sms": ""}
    messages = [
        OutboxMessage(
            kind="application_submitted",
            channel=Channel.EMAIL,
            recipient=person,
            subject_label="a.b",
            subject_id=number,
            dedupe_key=str(number),
            next_attempt_at=now,
            created_at=now,
        )
        for number in range(30)
    ]
    OutboxMessage.objects.bulk_create(messages)

    sent = side_by_side(lambda: deliver_due(now), 4)

    assert sum(sent) == 30
    assert len({line["event"] for line in left()}) == len(left()) == 30


@pytest.mark.parametrize("name", ["outbox_message_once_per_event", "outbox_message_sent_has_moment"])
def test_constraints_of_the_outbox_have_a_sentence(name):
    constraint = next(c for c in OutboxMessage._meta.constraints if c.name == name)

    assert constraint.violation_error_message != constraint.default_violation_error_message
