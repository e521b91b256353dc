"""The SMS provider refuses, hangs, fails, cuts the line, drips: what was told stays told, and each event has one effect."""

import hmac
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import transaction
from huey.contrib.djhuey import HUEY

from config.kernel import delivery
from config.kernel.delivery import deliver_due
from config.kernel.gateways import GatewayDown, GatewayError, Letter, MailGateway
from config.kernel.message import Channel, Failure, OutboxMessage, State
from config.kernel.outbox import enqueue
from config.kernel.sms_gateway import HttpSmsGateway, signature
from tests.kernel.sink import Sink

KEY = "k" * 32
LIMIT = 0.3
DOWN = ["refuse", "hang", "500", "401", "302", "cut", "cut_early", "drip", "not_http"]
# The provider had the letter before the line went: only its own bookkeeping keeps the person from a second SMS.
HEARD_ANYWAY = {"hang", "500", "401", "302", "cut", "cut_early", "drip", "not_http"}


@pytest.fixture
def sink():
    sink = Sink()
    yield sink
    sink.close()


@pytest.fixture(autouse=True)
def gateway(settings, sink, monkeypatch):
    # As in a deployment: the commit leaves a note for the worker, and the test is the worker.
    monkeypatch.setattr(HUEY, "immediate", False)
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_KEY = sink.url, KEY
    settings.SMS_GATEWAY_SECONDS = LIMIT
    settings.GATEWAYS = {"email": "", "sms": "config.kernel.sms_gateway.HttpSmsGateway"}


@pytest.fixture
def nobody_there():
    """A port that refuses: taken, so that nobody else can listen there, and deaf."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{deaf.getsockname()[1]}/"


def tell(person, now, number, **kwargs):
    kwargs.setdefault("event", f"told:{number}")
    enqueue(
        "application_submitted",
        recipient=person,
        subject=kwargs.pop("subject", person),
        context={"number": number},
        now=now,
        **kwargs,
    )


def send(event="told:1"):
    HttpSmsGateway().send(Letter(event, "13800138000", "title", "正文"))


def waiting():
    return OutboxMessage.objects.filter(channel=Channel.SMS, state=State.PENDING)


def test_what_arrives_is_signed_named_and_whole(sink):
    send("told:7")

    [request] = sink.heard
    assert request.told == {"event": "told:7", "to": "13800138000", "text": "正文"}
    assert request.head["idempotency-key"] == "told:7"
    stamp = request.head["x-portal-timestamp"]
    assert abs(int(stamp) - time.time()) < 60
    assert request.head["x-portal-signature"] == signature(request.body, timestamp=stamp, key=KEY)
    assert request.head["host"] == f"127.0.0.1:{sink.port}"


def test_a_signature_holds_for_these_bytes_this_moment_and_this_key_only():
    good = signature(b"{}", timestamp="1", key=KEY)

    assert good == "v1=" + hmac.new(KEY.encode(), b"1.{}", "sha256").hexdigest()
    assert good != signature(b"{ }", timestamp="1", key=KEY)
    assert good != signature(b"{}", timestamp="2", key=KEY)
    assert good != signature(b"{}", timestamp="1", key="j" * 32)


@pytest.mark.parametrize("fault", DOWN)
def test_a_fault_is_known_within_the_limit_and_blames_the_gateway(sink, settings, nobody_there, fault):
    sink.mode = fault
    if fault == "refuse":
        settings.SMS_GATEWAY_URL = nobody_there
    began = time.monotonic()

    with pytest.raises(GatewayDown) as down:
        send()

    assert time.monotonic() - began < LIMIT + 0.5
    assert "13800138000" not in str(down.value)
    assert len(sink.heard) == (fault in HEARD_ANYWAY)


def test_a_letter_the_gateway_refuses_blames_the_letter(sink):
    sink.mode = "422"

    with pytest.raises(GatewayError) as refused:
        send()

    assert not isinstance(refused.value, GatewayDown)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", DOWN)
def test_nothing_is_lost_and_after_recovery_each_event_has_one_effect(
    person, now, sink, settings, nobody_there, fault
):
    sink.mode = fault
    if fault == "refuse":
        settings.SMS_GATEWAY_URL = nobody_there
    others = [person._meta.model.objects.create_user(f"{name}@example.com") for name in "abc"]
    for subject in others:
        tell(person, now, f"{subject.pk}-1", subject=subject)
        tell(person, now, f"{subject.pk}-2", subject=subject)
    assert waiting().count() == 6

    assert deliver_due(now) == 0
    assert waiting().count() == 6
    assert set(waiting().exclude(attempts=0).values_list("failure", flat=True)) == {Failure.UNREACHABLE}

    sink.mode, settings.SMS_GATEWAY_URL = "good", sink.url
    later = now + timedelta(minutes=10)
    assert deliver_due(later) == 6
    assert deliver_due(later + timedelta(days=1)) == 0

    assert not waiting().exists()
    assert len(sink.told) == 6
    for subject in others:
        numbers = [one["event"] for one in sink.told if f":{subject.pk}-" in one["event"]]
        assert [event.split(":")[1] for event in numbers] == [f"{subject.pk}-1", f"{subject.pk}-2"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["refuse", "hang", "drip"])
def test_the_event_itself_waits_for_no_gateway(person, now, sink, settings, nobody_there, monkeypatch, fault):
    """The transaction and what follows its commit open no connection, whatever the far side does."""
    sink.mode = fault
    if fault == "refuse":
        settings.SMS_GATEWAY_URL = nobody_there
    asked = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: asked.append(args))
    began = time.monotonic()

    with transaction.atomic():
        tell(person, now, "SQ-1")

    assert time.monotonic() - began < 1
    assert (asked, sink.lines) == ([], 0)
    assert waiting().count() == 1


def test_a_dead_gateway_is_left_alone_and_the_other_channel_goes_on(person, now, sink, settings, tmp_path):
    settings.GATEWAYS |= {"email": "config.kernel.gateways.FileGateway"}
    settings.MESSAGE_FILE = tmp_path / "mail.jsonl"
    sink.mode = "500"
    for number in range(20):
        subject = person._meta.model.objects.create_user(f"{number}@example.com")
        tell(person, now, number, subject=subject)

    assert deliver_due(now) == 20

    assert sink.lines == delivery.PATIENCE
    assert len(settings.MESSAGE_FILE.read_text().splitlines()) == 20
    untried = waiting().filter(attempts=0)
    assert untried.count() == 20 - delivery.PATIENCE
    assert all(now < message.next_attempt_at < now + timedelta(minutes=1) for message in untried)


def test_a_gateway_that_is_known_to_be_down_is_asked_once_a_minute_and_not_by_every_event(
    person, now, sink, monkeypatch
):
    monkeypatch.setattr(delivery.clock, "now", lambda: now)
    sink.mode = "500"
    people = [person._meta.model.objects.create_user(f"{number}@example.com") for number in range(6)]
    tell(person, now, 0, subject=people[0])
    deliver_due(now)
    for number in range(1, 6):
        tell(person, now, number, subject=people[number])
        assert delivery.deliver_soon.call() == 0
    assert sink.lines == 1

    deliver_due(now)
    assert sink.lines == 2
    assert waiting().filter(attempts=0).count() == 4

    sink.mode = "good"
    assert deliver_due(now + timedelta(minutes=1)) == 6
    assert len(sink.told) == 6


def test_a_worker_killed_between_the_effect_and_its_note_leaves_one_effect(person, now, sink):
    tell(person, now, "SQ-1")
    [message] = delivery._claim(now)
    delivery._write(message, attempts=1, next_attempt_at=now + delivery.CLAIM)
    HttpSmsGateway().send(delivery._letter(message))  # and here it is killed

    assert deliver_due(now + timedelta(seconds=1)) == 0
    assert deliver_due(now + delivery.CLAIM) == 1

    assert len(sink.heard) == 2
    assert len(sink.told) == 1


@pytest.mark.parametrize("fault", ["refuse", "hang", "not_http"])
def test_a_mail_server_in_trouble_is_known_within_its_limit(sink, settings, nobody_there, fault):
    url = nobody_there if fault == "refuse" else sink.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(url.split(":")[2].split("/")[0])
    settings.EMAIL_TIMEOUT = LIMIT
    sink.mode = fault
    began = time.monotonic()

    with pytest.raises(GatewayDown) as down:
        MailGateway().send(Letter("told:1", "wang@example.com", "title", "text"))

    assert time.monotonic() - began < 2 * LIMIT + 0.5
    assert "wang" not in str(down.value)


def test_a_poisoned_message_is_parked_and_keeps_nobody_waiting(person, now, sink):
    other = person._meta.model.objects.create_user("li@example.com")
    tell(person, now, "SQ-1", subject=other)
    OutboxMessage.objects.filter(channel=Channel.SMS).update(context={})
    tell(person, now, "SQ-2")

    for hours in range(delivery.ATTEMPTS):
        deliver_due(now + timedelta(hours=7 * hours))

    assert [one["event"].split(":")[1] for one in sink.told] == ["SQ-2"]
    poisoned = OutboxMessage.objects.dead().get()
    assert (poisoned.attempts, poisoned.failure) == (delivery.ATTEMPTS, Failure.BROKEN)
    assert poisoned.last_error == "KeyError"


def test_a_refused_message_does_not_rest_the_gateway(person, now, sink):
    sink.mode = "422"
    for number in range(delivery.PATIENCE + 2):
        subject = person._meta.model.objects.create_user(f"{number}@example.com")
        tell(person, now, number, subject=subject)

    deliver_due(now)

    assert sink.lines == delivery.PATIENCE + 2


def test_a_worker_that_stood_still_past_its_claim_neither_sends_nor_writes(person, now, sink):
    tell(person, now, "SQ-1")
    [still] = delivery._claim(now)
    later = now + delivery.CLAIM
    assert deliver_due(later) == 1

    assert not delivery._attempt(still, delivery._Run(later))

    assert len(sink.heard) == 1
    assert OutboxMessage.objects.get(channel=Channel.SMS).state == State.SENT


def test_a_worker_that_stood_still_inside_its_attempt_does_not_undo_what_the_second_one_wrote(
    person, now, sink
):
    """The fencing number, not the time, decides: without it the late failure would send the message a third time."""
    tell(person, now, "SQ-1")
    [still] = delivery._claim(now)
    assert delivery._write(still, attempts=1, next_attempt_at=now + delivery.CLAIM)
    later = now + delivery.CLAIM
    assert deliver_due(later) == 1

    delivery._put_off(still, GatewayDown("cut"), Failure.UNREACHABLE, later)

    message = OutboxMessage.objects.get(channel=Channel.SMS)
    assert (message.state, message.failure) == (State.SENT, "")


def test_sending_a_message_again_does_not_give_an_old_claim_back(person, now, sink):
    tell(person, now, "SQ-1")
    [still] = delivery._claim(now)
    OutboxMessage.objects.filter(pk=still.pk).update(attempts=0, next_attempt_at=now)
    [second] = delivery._claim(now)

    assert second.claim > still.claim
    assert not delivery._attempt(still, delivery._Run(now))
    assert delivery._attempt(second, delivery._Run(now))
    assert len(sink.heard) == 1


def sent_side_by_side(person, now, sink, side_by_side):
    OutboxMessage.objects.all().delete()
    for number in range(20):
        subject = person._meta.model.objects.create_user(f"{number}-{len(sink.heard)}@example.com")
        tell(person, now, number, subject=subject, event=f"{number}-{len(sink.heard)}-{subject.pk}")
    before = len(sink.heard)
    side_by_side(lambda: deliver_due(now), 4)
    return len(sink.heard) - before


@pytest.mark.django_db(transaction=True)
def test_four_workers_send_each_message_once(person, now, sink, settings, side_by_side):
    settings.SMS_GATEWAY_SECONDS = 10

    assert sent_side_by_side(person, now, sink, side_by_side) == 20


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_four_would_send_some_twice(person, now, sink, settings, side_by_side):
    settings.SMS_GATEWAY_SECONDS = 10
    settings.RACE_WITHOUT_LOCKS = True

    assert any(sent_side_by_side(person, now, sink, side_by_side) > 20 for _ in range(10))


def test_pauses_double_from_half_a_minute_to_six_hours_and_are_spread():
    for attempts, least, most in [
        (1, 15, 30),
        (2, 30, 60),
        (5, 240, 480),
        (9, 3840, 7680),
        (12, 10800, 21600),
    ]:
        pauses = [delivery.pause_after(attempts).total_seconds() for _ in range(200)]
        assert least <= min(pauses)
        assert max(pauses) <= most
        assert max(pauses) - min(pauses) > (most - least) / 2

    assert max(delivery.pause_after(10**6).total_seconds() for _ in range(50)) <= 6 * 3600


# -- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1 that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sms.bank.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "sms.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return file


@pytest.fixture
def safe_sink(certificate, settings):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    sink = Sink(tls=context)
    settings.SMS_GATEWAY_URL = sink.url
    yield sink
    sink.close()


def test_a_certificate_that_nobody_vouches_for_gets_no_telephone_number(safe_sink):
    with pytest.raises(GatewayDown, match="SSLCertVerificationError"):
        send()

    assert safe_sink.heard == []


def test_the_bank_s_own_authority_is_trusted_where_it_is_named(safe_sink, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    send()

    assert [one["to"] for one in safe_sink.told] == ["13800138000"]


@pytest.mark.parametrize("fault", ["silent_handshake", "drip"])
def test_a_handshake_or_an_answer_that_never_ends_is_cut_off(safe_sink, certificate, monkeypatch, fault):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    safe_sink.mode = fault
    began = time.monotonic()

    with pytest.raises(GatewayDown):
        send()

    assert time.monotonic() - began < LIMIT + 0.5
