"""A worker that is really killed, at the beginning, on the way and near the end. Shown on PostgreSQL, where it is a process of its own."""

import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from config.files.exports import sweeps
from config.files.models import Export
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from terminals.models import Device
from tests.files.exports.estate import parsed
from tests.files.exports.test_making import file_of, stored
from tests.terminals.factories import DeviceFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROWS, PATIENCE_S = 3_000, 60
# A worker of its own, whose file comes in small pieces so that there is a way to be killed on.
WORKER = """
import sys
import django
from django.conf import settings
settings.STORAGES["default"].setdefault("OPTIONS", {})["location"] = sys.argv[2]
django.setup()
from config.files.exports import parts, rowfile
from config.files.exports.making import make
from config.files.models import Export
from config.kernel import clock
parts.PART = rowfile.BLOCK = 4096
make(Export.objects.get(pk=int(sys.argv[1])), now=clock.now())
"""


@pytest.fixture
def vault(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


@pytest.fixture
def long_export(waiting, branch):
    first = DeviceFactory(branch=branch)
    columns = [field.attname for field in Device._meta.concrete_fields if not field.primary_key]
    same = {name: getattr(first, name) for name in columns}
    Device.objects.bulk_create(
        Device(**same | {"serial_number": f"K9{number:06d}"}) for number in range(ROWS - 1)
    )
    return waiting(0)


def worker_on(export, vault):
    where = connection.settings_dict
    keys = ",".join(settings.FIELD_KEYS) if isinstance(settings.FIELD_KEYS, list) else settings.FIELD_KEYS
    told = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"postgres://{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}/{where['NAME']}",
        "FIELD_KEYS": keys,
    }
    return subprocess.Popen([sys.executable, "-c", WORKER, str(export.pk), str(vault)], env=os.environ | told)


def parts_in(vault: Path) -> int:
    return len(list(vault.glob("exports/*")))


def killed_at(worker, reached) -> None:
    """SIGKILL once the worker has come so far; one that is done before is done."""
    until = time.monotonic() + PATIENCE_S
    while not reached() and worker.poll() is None:
        assert time.monotonic() < until
    worker.kill()
    worker.wait()


@pytest.mark.parametrize("part_count", [0, 1, 40])
def test_nothing_is_left_to_download_and_the_job_goes_on(part_count, long_export, vault):
    export = long_export
    is_begun = lambda: Export.objects.filter(pk=export.pk, status="running").exists()  # noqa: E731
    killed_at(worker_on(export, vault), lambda: is_begun() and parts_in(vault) >= part_count)
    export.refresh_from_db()

    assert export.status == "running"
    assert not export.sha256
    with pytest.raises(Refused):
        export.open_file(by=export.asked_by, now=clock.now())
    # The queue of tests works at once: the sweep takes it up and it is made again.
    sweeps.look_after(clock.now() + sweeps.SILENT * 2)

    export.refresh_from_db()
    content = file_of(export)
    assert (export.status, export.attempts) == ("ready", 2)
    assert {row[0] for row in parsed(content)} == set(Device.objects.values_list("serial_number", flat=True))
    assert export.row_count == ROWS
    assert export.sha256 == sha256(content).hexdigest()
    assert {name.rpartition(".")[0] for name in stored()} == {export.blob}


def test_one_that_is_killed_every_time_is_given_up_and_says_so(long_export, vault, monkeypatch):
    export = long_export
    monkeypatch.setattr(sweeps, "make_soon", lambda _pk: None)
    for _ in range(3):
        killed_at(worker_on(export, vault), lambda: parts_in(vault) >= 1)
        sweeps.look_after(clock.now() + sweeps.SILENT * 2)

    export.refresh_from_db()
    assert (export.status, export.failure, export.blob) == ("failed", "lost", "")
    assert stored() == []
    assert set(OutboxMessage.objects.values_list("kind", flat=True)) == {"export_failed"}
