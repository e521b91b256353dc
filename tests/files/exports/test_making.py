"""A long report in the worker: its file, its progress, what stops it, and what becomes of a job whose worker was killed."""

import itertools
from contextlib import closing
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from config.files import worker_job
from config.files.exports import making, parts, rowfile, sweeps
from config.files.exports.making import make
from config.files.exports.parts import content_of, part_name
from config.files.exports.sheet import Sheet
from config.files.models import Export
from config.files.tidying import GRACE, every_blob, tidy
from config.kernel import clock
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from tests.files.exports.estate import parsed
from tests.terminals.factories import DeviceFactory

pytestmark = pytest.mark.django_db
Status = Export.Status
# What happens while rows are read needs rows that a second connection sees.
SEEN_MEANWHILE = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """The worker is gone: nothing of ours runs afterwards."""


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Every row is a block and every block a part, so that a few rows make a long file."""
    monkeypatch.setattr(parts, "PART", 10)
    monkeypatch.setattr(rowfile, "BLOCK", 10)


@pytest.fixture(autouse=True)
def own_vault(settings, tmp_path):
    vault = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": vault}


def made(export):
    make(export, now=clock.now())
    export.refresh_from_db()
    return export


def file_of(export):
    return b"".join(content_of(export.blob, export.part_count))


def stored():
    return [name for name in every_blob() if name.startswith("exports/")]


def kinds_told():
    return set(OutboxMessage.objects.values_list("kind", flat=True))


def on_block(monkeypatch, number, act):
    """`act` is called when the given block has been written."""
    keep = making.keep_part
    written = []

    def and_then(blob, at, content):
        keep(blob, at, content)
        written.append(at)
        if len(written) == number:
            act()

    monkeypatch.setattr(making, "keep_part", and_then)


def test_the_file_is_whole_and_the_person_is_told(waiting, supervisor, branch):
    export = made(waiting(3))

    content = file_of(export)
    serials = set(branch.devices.values_list("serial_number", flat=True))
    assert {row[0] for row in parsed(content)} == serials
    assert (export.status, export.row_count, export.rows_done, export.rows_expected) == ("ready", 3, 3, 3)
    assert export.size == len(content)
    assert export.part_count > 1
    assert export.expires_at - export.finished_at == timedelta(days=7)
    message = OutboxMessage.objects.filter(kind="export_ready").first()
    assert (message.recipient, message.context) == (supervisor, {"number": export.number})


def test_the_file_is_sealed_at_rest(waiting, tmp_path):
    export = made(waiting(1))
    serial = parsed(file_of(export))[0][0].encode()

    held = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]

    assert len(held) == export.part_count
    assert not [content for content in held if serial in content]


def test_columns_and_words_are_in_the_language_of_who_asked(waiting, client):
    chinese = waiting(1)
    Export.objects.filter(pk=chinese.pk).update(language="zh-hans")
    chinese.refresh_from_db()

    text = file_of(made(chinese)).decode()

    assert "序列号" in text
    assert "在库" in text


def test_a_role_revoked_meanwhile_makes_no_file(waiting, supervisor):
    export = waiting()
    supervisor.role = "field"
    supervisor.save()

    made(Export.objects.get(pk=export.pk))

    export.refresh_from_db()
    assert (export.status, export.failure, export.blob) == ("failed", "rights", "")
    assert stored() == []
    assert kinds_told() == {"export_failed"}


def test_a_branch_changed_meanwhile_makes_no_file(waiting, supervisor, branch):
    export = waiting()
    supervisor.branch = DeviceFactory().branch
    supervisor.save()

    assert made(Export.objects.get(pk=export.pk)).failure == "rights"


@SEEN_MEANWHILE
def test_what_breaks_leaves_no_half_file_and_can_be_tried_again(waiting, supervisor, monkeypatch):
    export = waiting(3)

    def break_off():
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        on_block(patched, 2, break_off)
        made(export)
    assert (export.status, export.failure, export.blob) == ("failed", "broken", "")
    assert stored() == []

    export.retry(by=supervisor, now=clock.now())

    assert made(export).status == "ready"
    assert len(parsed(file_of(export))) == 3


def test_only_who_asked_calls_off_or_tries_again(waiting):
    export = waiting()
    other = DeviceFactory().branch
    colleague = type(export.asked_by).objects.create(
        email="c@bank.example", is_staff=True, role="supervisor", branch=other
    )

    with pytest.raises(Refused):
        export.call_off(by=colleague, now=clock.now())

    export.refresh_from_db()
    assert export.status == Status.PENDING


@SEEN_MEANWHILE
def test_called_off_while_it_is_made_it_stops_and_leaves_nothing(waiting, supervisor, monkeypatch):
    export = waiting(20)
    monkeypatch.setattr(worker_job, "BEAT_SECONDS", 0)
    on_block(
        monkeypatch, 2, lambda: Export.objects.get(pk=export.pk).call_off(by=supervisor, now=clock.now())
    )

    made(export)

    assert (export.status, export.blob) == ("cancelled", "")
    assert stored() == []
    assert kinds_told() == set()


@SEEN_MEANWHILE
def test_progress_is_written_down_while_it_goes(waiting, monkeypatch):
    export = waiting(20)
    monkeypatch.setattr(worker_job, "BEAT_SECONDS", 0)
    seen = []
    on_block(monkeypatch, 8, lambda: seen.append(Export.objects.get(pk=export.pk)))
    assert not connection.in_atomic_block

    made(export)

    [halfway] = seen
    assert halfway.status == Status.RUNNING
    assert halfway.rows_expected == 20
    assert 0 < halfway.rows_done < 20


@SEEN_MEANWHILE
def test_a_killed_worker_leaves_a_job_that_the_sweep_takes_up_and_nothing_to_download(waiting, monkeypatch):
    export = waiting(5)

    def die():
        raise Killed

    with monkeypatch.context() as patched:
        on_block(patched, 3, die)
        with pytest.raises(Killed):
            make(export, now=clock.now())
    export.refresh_from_db()
    left = export.blob
    assert export.status == Status.RUNNING
    assert len(stored()) == 3
    assert export.objection_to_download(by=export.asked_by, now=clock.now())

    now = clock.now()
    sweeps.look_after(now + worker_job.SILENT - timedelta(seconds=2))
    export.refresh_from_db()
    assert export.status == Status.RUNNING

    sweeps.look_after(now + worker_job.SILENT + timedelta(seconds=2))
    export.refresh_from_db()
    # The queue of tests works at once, so it was taken up and made in the same sweep.
    assert (export.status, export.attempts) == ("ready", 2)
    assert len(parsed(file_of(export))) == 5
    assert export.blob != left


def test_what_a_killed_worker_left_is_tidied(waiting, monkeypatch):
    export = waiting(2)
    made(export)
    orphan = part_name(f"exports/{'0' * 64}", 0)
    default_storage.save(orphan, default_storage.open(part_name(export.blob, 0)))

    tidy(clock.now() + GRACE + timedelta(minutes=1))

    assert orphan not in stored()
    assert len(parsed(file_of(export))) == 2


def test_a_job_lost_three_times_is_given_up_and_says_so(waiting):
    export = waiting()
    system = type(export.asked_by).objects.system("exports")
    for _ in range(3):
        export.begin(by=system, now=clock.now())
        if not export.is_lost:
            export.take_up_again(by=system, now=clock.now())

    sweeps.look_after(clock.now() + worker_job.SILENT + timedelta(seconds=1))

    export.refresh_from_db()
    assert (export.status, export.failure) == ("failed", "lost")
    assert kinds_told() == {"export_failed"}


def test_an_attempt_that_was_overtaken_writes_nothing_of_its_own(waiting, monkeypatch):
    export = waiting(3)
    system = type(export.asked_by).objects.system("exports")
    export.begin(by=system, now=clock.now())
    slow = Export.objects.get(pk=export.pk)
    export.take_up_again(by=system, now=clock.now())
    made(export)

    with pytest.raises(Refused):
        slow.finish(
            Sheet(Export.objects.none(), ()), blob=slow.blob, part_count=1, by=system, now=clock.now()
        )

    export.refresh_from_db()
    assert len(parsed(file_of(export))) == 3


def test_a_waiting_job_that_the_queue_lost_is_made_by_the_sweep(waiting, django_capture_on_commit_callbacks):
    export = waiting(2)

    with django_capture_on_commit_callbacks(execute=True):
        sweeps.look_after(clock.now() + worker_job.WAITED + timedelta(seconds=1))

    export.refresh_from_db()
    assert export.status == Status.READY


def test_after_its_days_the_file_is_gone_and_the_row_stays(waiting, django_capture_on_commit_callbacks):
    export = made(waiting(2))
    assert stored()

    with django_capture_on_commit_callbacks(execute=True):
        sweeps.look_after(export.expires_at)

    export.refresh_from_db()
    assert (export.status, export.blob, export.row_count) == ("expired", "", 2)
    assert stored() == []


def test_a_long_list_is_never_in_memory(waiting, branch, monkeypatch):
    """Blocks come while rows are still being read: the first is given out before the last row was asked for."""
    export = waiting(60)
    with closing(iter(export.sheet(now=clock.now()))) as blocks:
        next(blocks)
        first = next(blocks)

    assert 0 < first.count(b"\n") < 60


# -- beside others ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("others", "rest"), [(0, 0), (1, 0.25), (4, 1.0), (20, making.LONGEST_REST)])
def test_a_file_rests_for_every_other_that_is_made(others, rest, monkeypatch):
    """A block takes a quarter of a second by the clock that is read here."""
    moments = itertools.count(step=0.25)
    rests = []
    monkeypatch.setattr(making.time, "monotonic", lambda: next(moments))
    monkeypatch.setattr(making.time, "sleep", rests.append)

    assert list(making.Pace(beside=others).kept([b"a", b"b"])) == [b"a", b"b"]
    assert rests == [rest, rest]


def test_the_others_are_those_that_are_really_made(waiting):
    now = clock.now()
    mine, alive, lost, _pending = (waiting(3) for _ in range(4))
    system = Export.at_work()
    for export, moment in ((mine, now), (alive, now), (lost, now - worker_job.SILENT * 2)):
        export.begin(by=system, now=moment)

    assert making._made_beside(mine) == 1
    assert making._made_beside(lost) == 2
