"""Work is done by another process on every engine that QUEUE_URL can name, and Redis counts for all processes: by settings alone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from tests.config.test_settings import settings_with
from tests.house.tree import ROOT

POSTGRES = os.environ.get("DATABASE_URL", "")
PATIENCE_S = 90
# What is at hand: SQLite always, Redis where its server is installed, PostgreSQL where the suite runs on it.
ENGINES = [
    "sqlite",
    *(["redis"] if shutil.which("redis-server") else []),
    *(["postgres"] if POSTGRES.startswith("postgres") else []),
]


@contextmanager
def redis_server(folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder), "--bind", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_until(lambda: _answers(port))
            yield port
        finally:
            server.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_until(holds) -> None:
    """A process that starts says nothing: it is asked until it answers."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.05)


@pytest.fixture(params=ENGINES)
def queue(request, tmp_path):
    """The address of an empty queue."""
    if request.param == "redis":
        with redis_server(tmp_path) as port:
            yield f"redis://127.0.0.1:{port}/2"
    elif request.param == "postgres":
        yield POSTGRES.rpartition("/")[0] + "/postgres"
    else:
        yield f"sqlite:///{tmp_path / 'queue.sqlite3'}"


def test_a_task_runs_in_a_worker_of_its_own(queue, tmp_path):
    environment = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
    } | {"VAR_DIR": str(tmp_path), "QUEUE_URL": queue, "DJANGO_SETTINGS_MODULE": "tests.engines.settings"}
    word = tmp_path / "word"
    ask = f"import django; django.setup(); from tests.engines.tasks import leave_word; leave_word.enqueue({str(word)!r}, 'done')"

    subprocess.run([sys.executable, "-c", ask], cwd=ROOT, env=environment, check=True, capture_output=True)
    assert not word.exists()  # nobody works yet, and the word is kept
    with subprocess.Popen(
        [sys.executable, "-m", "django", "run_huey"],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    ) as worker:
        try:
            _wait_until(word.exists)
            _wait_until(lambda: word.read_text() != "")
        finally:
            worker.terminate()

    assert word.read_text() == f"{worker.pid} done"


@pytest.mark.parametrize(
    ("address", "engine"),
    [
        ("redis://:secret@cache:6379/2", "huey.RedisHuey"),
        ("rediss://cache:6379/2", "huey.RedisHuey"),
        ("postgres://portal:secret@db/portal", "huey.PostgresHuey"),
    ],
)
def test_the_engine_follows_from_the_address(tmp_path, address, engine):
    [huey] = settings_with(tmp_path, "HUEY", QUEUE_URL=address)

    assert huey["huey_class"] == engine


def test_an_engine_that_is_not_known_is_refused(tmp_path):
    assert "Set QUEUE_URL" in settings_with(tmp_path, "HUEY", QUEUE_URL="amqp://rabbit/")


def test_a_cache_by_its_address_counts_for_all_processes(tmp_path):
    """Two processes count the same tries where Redis is at hand; where it is not, that they would ask it is all there is to see."""
    if "redis" not in ENGINES:
        [caches] = settings_with(tmp_path, "CACHES", CACHE_URL="rediscache://cache:6379/1")
        assert caches["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
        return
    count = "import django; django.setup(); from django.core.cache import cache; cache.add('tries', 0); print(cache.incr('tries'))"
    with redis_server(tmp_path) as port:
        environment = {
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        environment["CACHE_URL"] = f"rediscache://127.0.0.1:{port}/1"
        told = [
            subprocess.run(
                [sys.executable, "-c", count],
                cwd=ROOT,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()
            for _ in range(2)
        ]

    assert told == ["1", "2"]
