"""A provider that is down costs the reviewer nothing: the approval stands at once, and its news arrives once, in order."""

import socket
import time
from datetime import timedelta

import pytest
from huey.contrib.djhuey import HUEY

from applications.models import Application
from config.kernel import clock
from config.kernel.delivery import deliver_due
from config.kernel.outbox import Channel, OutboxMessage, State
from tests.accounts.factories import MerchantUserFactory
from tests.applications.factories import RegistrationFactory, all_in_order
from tests.kernel.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = 0.3


@pytest.fixture
def sink(settings, monkeypatch):
    # As in a deployment: the commit leaves a note for the worker, and the test is the worker.
    monkeypatch.setattr(HUEY, "immediate", False)
    sink = Sink()
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_KEY = sink.url, "k" * 32
    settings.SMS_GATEWAY_SECONDS = LIMIT
    settings.GATEWAYS = {"email": "", "sms": "config.kernel.sms_gateway.HttpSmsGateway"}
    yield sink
    sink.close()


def under_review():
    applicant = MerchantUserFactory(mobile="19912340177", mobile_verified_at=clock.now())
    return RegistrationFactory(applicant=applicant, state="under_review")


def approve(registration):
    registration.approve(
        by=registration.assignee,
        now=clock.now(),
        version=registration.version,
        verdicts=all_in_order(registration),
        account_verified=True,
    )


def waiting():
    return OutboxMessage.objects.filter(channel=Channel.SMS, state=State.PENDING)


@pytest.mark.parametrize("fault", ["refuse", "hang", "500", "cut", "drip"])
def test_an_approval_waits_for_no_gateway_and_its_news_arrives_once(sink, settings, monkeypatch, fault):
    registration = under_review()
    sink.mode = fault
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        if fault == "refuse":
            settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        asked = []
        with monkeypatch.context() as watched:
            watched.setattr(socket, "create_connection", lambda *args, **kwargs: asked.append(args))
            began = time.monotonic()
            approve(registration)
            took = time.monotonic() - began
        told = waiting().count()
        assert deliver_due(clock.now()) == 0

    assert Application.objects.get(pk=registration.pk).status == "approved"
    assert took < 1
    assert asked == []
    assert told == waiting().count() == 3

    sink.mode, settings.SMS_GATEWAY_URL = "good", sink.url
    later = clock.now() + timedelta(minutes=10)
    assert deliver_due(later) == 3
    assert deliver_due(later + timedelta(days=1)) == 0

    kinds = [one["event"].partition(":")[0] for one in sink.told]
    assert kinds == ["application_submitted", "application_accepted", "application_approved"]
    assert len({one["event"] for one in sink.told}) == 3
    assert {one["to"] for one in sink.told} == {"19912340177"}


def test_what_leaves_is_news_of_a_number_and_nothing_else(sink):
    registration = under_review()
    approve(registration)

    deliver_due(clock.now())

    assert {one["text"] for one in sink.told} == {f"申请 {registration.number} 有新消息，请登录门户查看。"}
