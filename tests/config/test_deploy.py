"""The outline of a deployment fits together: what it starts, what each part is told, and what the proxy lets through."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml

from config.files.judge import limits
from config.settings import REQUIRED_IN_PRODUCTION, SECRETS
from tests.house.tree import ROOT, read

DEPLOY = Path("deploy")
COMPOSE = yaml.safe_load(read(DEPLOY / "compose.yaml"))
SERVICES = COMPOSE["services"]
PORTAL = [name for name, service in SERVICES.items() if service["image"] == "terminal-portal"]
PROXY = read(DEPLOY / "nginx/portal.conf")
UNITS = sorted(path.name for path in (ROOT / DEPLOY / "systemd").iterdir())
EXAMPLE = dict(re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", read(DEPLOY / "portal.env.example"), re.MULTILINE))


def test_every_part_is_there():
    assert sorted(SERVICES) == ["cache", "database", "prepare", "proxy", "web", "worker"]
    assert PORTAL == ["prepare", "web", "worker"]
    assert all(
        (ROOT / DEPLOY / SERVICES[name]["build"]["dockerfile"].removeprefix("deploy/")).is_file()
        for name in PORTAL
    )


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_part_uses_what_is_declared(name):
    service = SERVICES[name]

    assert set(service["networks"]) <= set(COMPOSE["networks"])
    named = [volume.split(":")[0] for volume in service.get("volumes", [])]
    assert all(volume in COMPOSE["volumes"] or volume.startswith("./") for volume in named)
    for other, condition in service.get("depends_on", {}).items():
        # Whoever is waited for to be healthy says how that is found out; whoever is to end does.
        healthy = condition["condition"] == "service_healthy"
        assert ("healthcheck" in SERVICES[other]) if healthy else SERVICES[other]["restart"] == "no"
    # No registry is named: whose it is, is the operator's choice.
    assert "." not in service["image"].split(":")[0]


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["back"] == {"internal": True}
    assert [name for name in ("database", "cache") if SERVICES[name]["networks"] != ["back"]] == []


@pytest.mark.parametrize("name", PORTAL)
def test_the_portal_is_told_all_that_it_needs(name):
    service = SERVICES[name]
    told = set(service["environment"]) | set(EXAMPLE)

    assert set(SECRETS | REQUIRED_IN_PRODUCTION) <= told
    assert service["env_file"] == "portal.env"
    # Where they are told: no password stands in the file itself.
    signed_in = re.findall(
        r"://[^@ ]*?:(\S+?)@", "\n".join(service["environment"].values()).replace(" ", "_")
    )
    assert len(signed_in) == 3
    assert all(secret.startswith("${") for secret in signed_in)
    assert service["environment"]["QUEUE_URL"].startswith("redis://")


def test_every_name_of_the_example_means_something():
    """Read by the settings, by the compose file or by the library for object stores."""
    settings, compose = read(Path("config/settings.py")), read(DEPLOY / "compose.yaml")
    unknown = [
        name
        for name in EXAMPLE
        if f'"{name}"' not in settings and name not in compose and not name.startswith("AWS_")
    ]
    # Put together from its parts.
    assert [name for name in unknown if not name.startswith(("SMS_GATEWAY", "EMAIL_URL"))] == []


def test_the_proxy_speaks_to_the_server_that_is_started():
    listening = re.search(r'"--port", "(\d+)"', read(DEPLOY / "Dockerfile"))[1]
    upstream = re.search(r"server (\w+):(\d+);", PROXY)

    assert upstream.groups() == ("web", listening)
    assert f":{listening}/readyz" in " ".join(SERVICES["web"]["healthcheck"]["test"])
    assert set(SERVICES["proxy"]["networks"]) & set(SERVICES["web"]["networks"]) == {"front"}


def test_the_proxy_is_believed_and_says_the_truth():
    trusted = ip_network(SERVICES["web"]["environment"]["TRUSTED_PROXIES"])
    [front] = COMPOSE["networks"]["front"]["ipam"]["config"]

    assert trusted == ip_network(front["subnet"])
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in PROXY
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in PROXY
    assert "proxy_set_header Host $host;" in PROXY


def test_the_proxy_lets_through_what_the_portal_takes_and_no_probe(settings):
    largest = int(re.search(r"client_max_body_size (\d+)m;", PROXY)[1]) * 1024 * 1024

    assert (
        largest
        >= settings.DATA_UPLOAD_MAX_NUMBER_FILES * limits.MOST_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    )
    hidden = re.search(r"location ~ (\S+) \{ return 404; \}", PROXY)[1]
    assert all(re.match(hidden, path) for path in ("/healthz", "/readyz", "/metrics"))
    assert not re.match(hidden, "/help/")
    assert "TLSv1.1" not in PROXY
    assert PROXY.count("{") == PROXY.count("}")


def test_the_image_holds_what_runs_and_nothing_of_the_workshop():
    dockerfile = read(DEPLOY / "Dockerfile")
    copied = re.findall(r"^COPY (?:--from=\S+ )?(\S+)", dockerfile, re.MULTILINE)
    taken = {
        line.removeprefix("!") for line in read(Path(".dockerignore")).splitlines() if line.startswith("!")
    }

    assert {
        "config",
        "merchants",
        "terminals",
        "applications",
        "templates",
        "static",
        "locale",
        "manage.py",
    } <= set(copied)
    assert {name for name in copied if not name.startswith("/")} == taken
    assert "--require-hashes" in dockerfile
    assert "\nUSER portal\n" in dockerfile


def test_the_server_is_started_alike_everywhere():
    image = (
        re.search(r"^CMD \[(.+)\]$", read(DEPLOY / "Dockerfile"), re.MULTILINE)[1]
        .replace('"', "")
        .split(", ")
    )
    unit = _unit("terminal-portal-web.service")["Service"]["ExecStart"].rpartition("/bin/")[2].split()
    [web, worker] = [line.partition(": exec ")[2].split() for line in read(Path("Procfile")).splitlines()]

    def same(words: list[str]) -> list[str]:
        return [word for word in words if word not in ("127.0.0.1", "0.0.0.0", "$PORT", "8000")]  # noqa: S104 - read, not bound to

    assert same(image) == same(unit) == same(web)
    assert _unit("terminal-portal-worker.service")["Service"]["ExecStart"].endswith(" ".join(worker))
    assert SERVICES["worker"]["command"] == worker


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_runs_as_nobody_special_and_is_installed(name):
    unit = _unit(name)

    if "Service" in unit:
        service = unit["Service"]
        assert service["User"] == "portal"
        assert service["EnvironmentFile"] == "/etc/terminal-portal/portal.env"
        assert (service["NoNewPrivileges"], service["ProtectSystem"]) == ("yes", "strict")
        assert service["ExecStart"].startswith(service["WorkingDirectory"])
    assert "Install" in unit or name == "terminal-portal-backup.service"


def test_systemd_understands_the_units():
    """Where systemd is at hand it says so itself; else the sections and their spelling are all that can be seen."""
    folder = ROOT / DEPLOY / "systemd"
    judge = shutil.which("systemd-analyze")
    if judge is None:
        assert all(set(_unit(name)) <= {"Unit", "Service", "Timer", "Install"} for name in UNITS)
        return

    told = subprocess.run(
        [judge, "verify", *(str(folder / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )

    said = [
        line
        for line in told.stderr.splitlines()
        if "terminal-portal" in line and "is not executable" not in line
    ]
    assert said == []


def _unit(name: str) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    unit.optionxform = str
    unit.read_string(read(DEPLOY / "systemd" / name))
    return unit
