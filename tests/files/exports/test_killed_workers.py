"""A worker that is really killed, at the beginning, on the way and near the end."""

from hashlib import sha256
from pathlib import Path

import pytest

from config.files import worker_job
from config.files.exports import sweeps
from config.files.models import Export
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from terminals.models import Device
from tests.files.exports.estate import parsed
from tests.files.exports.test_making import file_of, stored
from tests.files.killing import killed_at, worker
from tests.terminals.factories import DeviceFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROWS = 3_000
# Its file comes in small pieces so that there is a way to be killed on.
WORKER = """
from config.files.exports import parts, rowfile
from config.files.exports.making import make
from config.files.models import Export
parts.PART = rowfile.BLOCK = 4096
make(Export.objects.get(pk=int(sys.argv[1])), now=clock.now())
"""


@pytest.fixture
def long_export(waiting, branch):
    first = DeviceFactory(branch=branch)
    columns = [field.attname for field in Device._meta.concrete_fields if not field.primary_key]
    same = {name: getattr(first, name) for name in columns}
    Device.objects.bulk_create(
        Device(**same | {"serial_number": f"K9{number:06d}"}) for number in range(ROWS - 1)
    )
    return waiting(0)


def parts_in(vault: Path) -> int:
    return len(list(vault.glob("exports/*")))


@pytest.mark.parametrize("part_count", [0, 1, 40])
def test_nothing_is_left_to_download_and_the_job_goes_on(part_count, long_export, vault):
    export = long_export
    is_begun = lambda: Export.objects.filter(pk=export.pk, status="running").exists()  # noqa: E731
    killed_at(worker(WORKER, export, vault), lambda: is_begun() and parts_in(vault) >= part_count)
    export.refresh_from_db()

    assert export.status == "running"
    assert not export.sha256
    with pytest.raises(Refused):
        export.open_file(by=export.asked_by, now=clock.now())
    # The queue of tests works at once: the sweep takes it up and it is made again.
    sweeps.look_after(clock.now() + worker_job.SILENT * 2)

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
        killed_at(worker(WORKER, export, vault), lambda: parts_in(vault) >= 1)
        sweeps.look_after(clock.now() + worker_job.SILENT * 2)

    export.refresh_from_db()
    assert (export.status, export.failure, export.blob) == ("failed", "lost", "")
    assert stored() == []
    assert set(OutboxMessage.objects.values_list("kind", flat=True)) == {"export_failed"}
