"""Settings are read from the environment by a process of its own, as in a deployment."""

import json
import os
import subprocess
import sys

import pytest

from tests.house.tree import ROOT

KEY = "A" * 43 + "="
PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "s" * 64,
    "FIELD_KEYS": f"k2:{KEY},k1:{KEY}",
    "INDEX_KEY": KEY,
    "AUDIT_KEY": KEY,
    "ALLOWED_HOSTS": "portal.bank.example",
    "DATABASE_URL": "postgres://portal:secret@db:5432/portal",
    "CACHE_URL": "rediscache://cache:6379/1",
    "EMAIL_URL": "smtp://mail:25",
    "DEFAULT_FROM_EMAIL": "portal@bank.example",
}


def settings_with(folder, *names, **environment):
    """The named settings under that environment, or the error of the process that read them."""
    ask = f"import json; from config import settings as s; print(json.dumps([getattr(s, n) for n in {names!r}], default=str))"
    answer = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(answer.stdout) if answer.returncode == 0 else answer.stderr


def test_a_demonstration_needs_nothing_and_keeps_its_secrets(tmp_path):
    first = settings_with(tmp_path, "SECRET_KEY", "FIELD_KEYS", "DEMO_MODE")
    second = settings_with(tmp_path, "SECRET_KEY", "FIELD_KEYS", "DEMO_MODE")

    assert first == second
    assert first[2] is True
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("missing", [name for name in PRODUCTION if name != "PRODUCTION"])
def test_half_a_configuration_is_refused_with_what_to_set(tmp_path, missing):
    given = {name: value for name, value in PRODUCTION.items() if name != missing}

    assert f"Set {missing}: " in settings_with(tmp_path, "SECRET_KEY", **given)


def test_production_refuses_demonstration_data(tmp_path):
    assert "Set DEMO_MODE=0" in settings_with(tmp_path, "SECRET_KEY", **PRODUCTION, DEMO_MODE="1")


def test_production_cookies_and_connections(tmp_path):
    asked = [
        "SESSION_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_NAME",
        "CSRF_COOKIE_SECURE",
        "SECURE_HSTS_SECONDS",
    ]

    values = settings_with(
        tmp_path, *asked, "STAFF_SECOND_FACTOR", "INSTALLED_APPS", "DATABASES", **PRODUCTION
    )

    assert values[:6] == ["__Host-sid", True, "__Host-csrf", True, 63072000, True]
    assert "terminals.simulator" not in values[6]
    assert values[7]["default"]["CONN_HEALTH_CHECKS"] is True


def test_proxies_are_addresses_and_networks(tmp_path):
    assert settings_with(tmp_path, "TRUSTED_PROXIES", **PRODUCTION) == [[]]
    own = settings_with(tmp_path, "TRUSTED_PROXIES", **PRODUCTION, TRUSTED_PROXIES="10.0.0.0/24,192.0.2.7")
    assert own == [["10.0.0.0/24", "192.0.2.7"]]


@pytest.mark.parametrize("written", ["proxy.bank.example", "10.0.0.1/8", "*", "0.0.0.0/0", "::/0", "1"])
def test_a_proxy_that_is_none_is_refused(tmp_path, written):
    said = settings_with(tmp_path, "TRUSTED_PROXIES", **PRODUCTION, TRUSTED_PROXIES=written)

    assert "Set TRUSTED_PROXIES" in said


SMS = {"SMS_GATEWAY_URL": "https://sms.bank.example/v1/messages", "SMS_GATEWAY_KEY": "k" * 32}


@pytest.mark.parametrize("where", [PRODUCTION, {}], ids=["production", "demonstration"])
def test_an_address_and_a_key_make_an_sms_gateway(tmp_path, where):
    values = settings_with(tmp_path, "GATEWAYS", "SMS_GATEWAY_SECONDS", "EMAIL_TIMEOUT", **where, **SMS)

    assert values[0]["sms"] == "config.kernel.sms_gateway.HttpSmsGateway"
    assert values[1:] == [10.0, 10]


def test_without_an_address_no_sms_leaves_production_and_the_console_is_the_telephone_elsewhere(tmp_path):
    assert settings_with(tmp_path, "GATEWAYS", **PRODUCTION)[0]["sms"] == ""
    assert settings_with(tmp_path, "GATEWAYS")[0]["sms"] == "config.kernel.gateways.ConsoleGateway"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"SMS_GATEWAY_KEY": ""}, "Set SMS_GATEWAY_KEY: "),
        ({"SMS_GATEWAY_KEY": "short"}, "Set SMS_GATEWAY_KEY: "),
        ({"SMS_GATEWAY_URL": ""}, "Set SMS_GATEWAY_URL: "),
        ({"SMS_GATEWAY_URL": "http://sms.bank.example/"}, "do not travel in the clear"),
        ({"SMS_GATEWAY": "bank.Sms"}, "not both"),
        ({"SMS_GATEWAY_SECONDS": "0"}, "Set SMS_GATEWAY_SECONDS"),
        ({"SMS_GATEWAY_SECONDS": "600"}, "Set SMS_GATEWAY_SECONDS"),
    ],
)
def test_half_an_sms_gateway_is_refused_with_what_to_set(tmp_path, changed, sentence):
    assert sentence in settings_with(tmp_path, "GATEWAYS", **PRODUCTION, **(SMS | changed))


def test_naming_the_http_gateway_without_an_address_is_refused(tmp_path):
    answer = settings_with(tmp_path, "GATEWAYS", SMS_GATEWAY="config.kernel.sms_gateway.HttpSmsGateway")

    assert "Set SMS_GATEWAY_URL: " in answer
    assert "Set SMS_GATEWAY_KEY: " in answer


@pytest.mark.parametrize(
    ("url", "engine"),
    [
        ("sqlite:////tmp/q.sqlite3", "huey.SqliteHuey"),
        ("postgres://db/portal", "huey.PostgresHuey"),
        ("redis://cache:6379/2", "huey.RedisHuey"),
    ],
)
def test_one_setting_names_the_queue(tmp_path, url, engine):
    assert settings_with(tmp_path, "HUEY", QUEUE_URL=url)[0]["huey_class"] == engine


def test_an_unknown_queue_is_refused(tmp_path):
    assert "Set QUEUE_URL to" in settings_with(tmp_path, "HUEY", QUEUE_URL="amqp://broker")
