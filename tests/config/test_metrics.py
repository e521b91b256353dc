"""What Prometheus reads: by a token only, of the whole register, and without anybody's number in it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve

from config.kernel import clock
from config.kernel.outbox import OutboxMessage
from config.metrics import metrics
from tests.config.test_settings import settings_with
from tests.house.tree import ROOT
from tests.terminals.factories import activated

TOKEN = "m" * 32


def asked(token: str = TOKEN):
    return metrics(RequestFactory().get("/metrics", headers={"Authorization": f"Bearer {token}"}))


def test_without_a_token_there_is_no_such_address():
    with pytest.raises(Http404):
        resolve("/metrics")


@pytest.mark.parametrize("sent", ["", "m" * 31, "m" * 33, "ü" * 32])
def test_who_does_not_send_the_token_finds_nothing(settings, sent):
    settings.METRICS_TOKEN = TOKEN

    with pytest.raises(Http404):
        asked(sent)


def test_an_empty_token_opens_nothing(settings):
    settings.METRICS_TOKEN = ""

    with pytest.raises(Http404):
        asked("")


@pytest.mark.django_db
def test_the_register_is_counted_and_nobody_is_named(settings):
    settings.METRICS_TOKEN = TOKEN
    terminal, _told = activated()

    text = asked().content.decode()

    assert 'portal_rows{status="active",table="terminals_terminal"} 1.0' in text
    waiting = OutboxMessage.objects.due(clock.now()).count()
    assert waiting
    assert f"portal_messages_due {waiting}.0" in text
    assert terminal.number not in text
    assert terminal.merchant.number not in text


def test_a_short_token_is_refused(tmp_path):
    assert "32 characters" in settings_with(tmp_path, "METRICS_TOKEN", METRICS_TOKEN="short")


def test_a_deployment_measures_its_requests_for_all_its_processes(tmp_path):
    ask = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "client = Client(HTTP_HOST='localhost')\n"
        "client.get('/healthz')\n"
        "from config.metrics import _requests\n"
        "import prometheus_client\n"
        "print(prometheus_client.generate_latest(_requests()).decode())\n"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path),
        "METRICS_TOKEN": TOKEN,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }

    told = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert 'django_http_responses_total_by_status_view_method_total{method="GET",status="200"' in told.stdout
    assert list((tmp_path / "metrics").glob("*.db"))
