"""A worker that is a process of its own, so that it can really be killed. Shown on PostgreSQL, where another process sees the rows."""

import os
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

PATIENCE_S = 60
# Which job and in which folder files lie is told by the arguments.
BEGIN = """
import sys
import django
from django.conf import settings
settings.STORAGES["default"].setdefault("OPTIONS", {})["location"] = sys.argv[2]
django.setup()
from config.kernel import clock
"""


def worker(program: str, job, vault: Path) -> subprocess.Popen:
    """A process that runs `program`, where `sys.argv[1]` is the key of the job."""
    where = connection.settings_dict
    keys = ",".join(settings.FIELD_KEYS) if isinstance(settings.FIELD_KEYS, list) else settings.FIELD_KEYS
    told = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"postgres://{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}/{where['NAME']}",
        "FIELD_KEYS": keys,
    }
    command = [sys.executable, "-c", BEGIN + program, str(job.pk), str(vault)]
    return subprocess.Popen(command, env=os.environ | told)


def killed_at(process: subprocess.Popen, reached) -> None:
    """SIGKILL once the worker has come so far; one that is done before is done."""
    until = time.monotonic() + PATIENCE_S
    while not reached() and process.poll() is None:
        assert time.monotonic() < until
    process.kill()
    process.wait()
