"""Whose address is on record: the caller's where our proxies vouch for it, never one that a stranger makes up."""

import pytest
from django.conf import settings
from django.test import Client

from config.kernel.audit import AccessRecord
from config.wsgi import behind
from terminals.models import ActivationAttempt
from tests.merchants.factories import owner_of
from tests.terminals.factories import provisioned

PROXY, STRANGER, CALLER, FORGED = "192.0.2.10", "198.51.100.66", "203.0.113.5", "203.0.113.99"
PROXIES = ["192.0.2.0/24", "2001:db8::7"]
CASES = [
    # the peer, what X-Forwarded-For says, and whose address counts
    (PROXY, CALLER, CALLER),
    (PROXY, f"{FORGED}, {CALLER}", CALLER),
    (PROXY, f"{FORGED}, {CALLER}, 192.0.2.11", CALLER),
    ("2001:db8::7", CALLER, CALLER),
    (PROXY, None, PROXY),
    (STRANGER, FORGED, STRANGER),
    (STRANGER, f"{FORGED}, {PROXY}", STRANGER),
    (STRANGER, None, STRANGER),
]


def client_behind(proxies: list[str], peer: str, forwarded: str | None, **more) -> Client:
    """A browser whose requests come from this peer with this header, through the application as a server runs it."""
    client = Client(REMOTE_ADDR=peer, **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}), **more)
    inner = client.handler
    served = behind(proxies, lambda scope, start: inner(scope))
    client.handler = lambda environ: served(environ, None)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(("peer", "forwarded", "seen"), CASES)
def test_a_record_of_access_carries_the_address_that_counts(peer, forwarded, seen):
    terminal = provisioned()
    client = client_behind(PROXIES, peer, forwarded)
    client.force_login(owner_of(terminal.merchant))

    assert client.post(f"/terminals/{terminal.number}/code/").status_code == 200

    assert AccessRecord.objects.get().ip == seen


@pytest.mark.django_db
def test_a_refused_device_is_on_record_under_the_address_that_counts():
    body = {"serial_number": "P2A000000001", "registration_code": "123456789015"}
    for peer, forwarded, _seen in CASES:
        client = client_behind(PROXIES, peer, forwarded)
        client.post("/api/v1/activations", body, content_type="application/json")

    # An IPv6 caller counts as its network; here there is none but the proxy.
    assert [attempt.ip for attempt in ActivationAttempt.objects.order_by("id")] == [
        seen for *_, seen in CASES
    ]


@pytest.mark.django_db
def test_without_proxies_nobody_is_believed():
    terminal = provisioned()
    client = client_behind([], PROXY, FORGED)
    client.force_login(owner_of(terminal.merchant))

    client.post(f"/terminals/{terminal.number}/code/")

    assert AccessRecord.objects.get().ip == PROXY


@pytest.mark.parametrize(("peer", "is_secure"), [(PROXY, True), (STRANGER, False)])
def test_only_a_proxy_says_that_the_caller_came_over_https(peer, is_secure):
    asked = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": CALLER, "REMOTE_ADDR": peer}
    scope = asked | {"wsgi.url_scheme": "http"}

    behind(PROXIES, lambda scope, start: None)(scope, None)

    assert (scope["wsgi.url_scheme"] == "https") is is_secure
    assert not hasattr(settings, "SECURE_PROXY_SSL_HEADER") or settings.SECURE_PROXY_SSL_HEADER is None


@pytest.mark.django_db
def test_what_is_no_address_leaves_none():
    terminal = provisioned()
    client = client_behind(PROXIES, PROXY, "unknown")
    client.force_login(owner_of(terminal.merchant))

    assert client.post(f"/terminals/{terminal.number}/code/").status_code == 200

    assert AccessRecord.objects.get().ip is None
