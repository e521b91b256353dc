"""A worker that is really killed while it judges and while it writes a long list."""

import pytest
from django.db import connection

from config.files import worker_job
from config.files.imports import sweeps
from config.files.models import ImportJob
from config.kernel import clock
from terminals.models import Device
from tests.files.imports.conftest import devices_list, kept
from tests.files.killing import killed_at, worker

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
LINES = 2_000
WORKER = """
from config.files import worker_job
from config.files.imports.running import take_in
from config.files.models import ImportJob
worker_job.BEAT_SECONDS = 0.02
take_in(ImportJob.objects.get(pk=int(sys.argv[1])), now=clock.now())
"""


def lines_judged(job):
    return ImportJob.objects.filter(pk=job.pk).values_list("lines_done", flat=True).get()


def is_written():
    """Rows of devices wait for the end of somebody's transaction: what writes them has asked for its lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = 'terminals_device'::regclass AND mode = 'RowExclusiveLock' "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone()[0] > 0


@pytest.mark.parametrize("where", ["judging", "writing"])
def test_nothing_is_written_and_the_list_is_taken_up_again(where, waiting, own_vault):
    job = waiting(devices_list(LINES))
    reached = is_written if where == "writing" else lambda: lines_judged(job) > LINES // 10
    killed_at(worker(WORKER, job, own_vault), reached)
    job.refresh_from_db()

    assert (job.status, job.attempts, Device.objects.count()) == ("running", 1, 0)
    assert len(kept()) == job.part_count
    # The queue of tests works at once: the sweep takes it up and it is taken in again.
    sweeps.look_after(clock.now() + worker_job.SILENT * 2)

    job.refresh_from_db()
    assert (job.status, job.attempts, job.added_count) == ("done", 2, LINES)
    assert Device.objects.count() == LINES
    assert kept() == []
