"""A long list in the worker: it ends as a short one does, its progress is seen, and what stops it leaves nothing behind."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from config.files import worker_job
from config.files.exports.parts import part_name
from config.files.imports import sweeps
from config.files.imports.asking import MOST_OPEN, ask, import_what_was_looked_at
from config.files.imports.importer import importers
from config.files.imports.job import KEPT_AFTER_LOOK
from config.files.imports.running import take_in
from config.files.lists import Taking, Unreadable
from config.files.models import ImportJob
from config.files.tidying import GRACE, tidy
from config.kernel import clock
from config.kernel.audit import AuditEvent
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from merchants.models import BlacklistEntry, Division, MerchantCategory
from merchants.reference_lists import CATEGORY_LIST, DIVISION_LIST
from terminals import estate
from terminals.estate import DEVICES, import_devices
from terminals.models import Device
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.files.imports.conftest import devices_list, kept

pytestmark = pytest.mark.django_db
Status = ImportJob.Status
# What happens meanwhile needs rows that are really written.
SEEN_MEANWHILE = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """The worker is gone: nothing of ours runs afterwards."""


def taken(job):
    take_in(job, now=clock.now())
    job.refresh_from_db()
    return job


def kinds_told():
    return set(OutboxMessage.objects.values_list("kind", flat=True))


def on_line(monkeypatch, number, act):
    """`act` is called when so many lines of devices have been judged; progress is noted after every line."""
    monkeypatch.setattr(worker_job, "BEAT_SECONDS", 0)
    judge, judged = estate._problem, []

    def and_then(*line):
        judged.append(line)
        if len(judged) == number:
            act()
        return judge(*line)

    monkeypatch.setattr(estate, "_problem", and_then)


def of_devices(rows):
    names = [
        field.attname
        for field in Device._meta.concrete_fields
        if field.name not in {"id", "serial_number", "joined_at"}
    ]
    return list(rows.order_by("serial_number").values(*names))


# -- it ends as a short one does --------------------------------------------------------------------------------------


def test_a_long_list_ends_as_a_short_one_does(
    waiting, branch, storekeeper, django_capture_on_commit_callbacks
):
    import_devices(devices_list(3, first=900), branch=branch, by=storekeeper, now=clock.now())
    short = of_devices(Device.objects.all())
    with django_capture_on_commit_callbacks(execute=True):
        job = taken(waiting(devices_list(3)))

    assert (job.status, job.good_count, job.added_count, job.error_count) == ("done", 3, 3, 0)
    assert (job.lines_done, job.lines_expected) == (3, 3)
    assert of_devices(Device.objects.filter(serial_number__lt="P2A000000900")) == short
    by_short, by_job = AuditEvent.objects.filter(action="devices_imported").order_by("pk")
    assert (by_job.by, by_job.detail, by_job.subject_id) == (
        by_short.by,
        by_short.detail,
        by_short.subject_id,
    )
    assert kinds_told() == {"import_done"}
    assert {message.recipient for message in OutboxMessage.objects.all()} == {storekeeper}
    assert (job.blob, kept()) == ("", [])


def test_what_is_asked_beside_the_list_reaches_its_rows(nobody_begins, lists, risk):
    _devices, blacklist = lists
    text = "类型,号码,原因\n名称,老王烟酒,套现\n"
    taken(ask(blacklist.importer, text, {"source": "清算协会"}, by=risk, now=clock.now()))

    entry = BlacklistEntry.objects.get()
    assert (entry.source, entry.added_by) == ("清算协会", risk)
    assert AuditEvent.objects.get(action="blacklist_imported").detail == {"count": 1}


def test_a_table_is_taken_by_a_job_too(nobody_begins):
    supervisor = StaffFactory(role="supervisor")

    job = taken(ask(DIVISION_LIST, "代码,名称\n449800,新市\n", {}, by=supervisor, now=clock.now()))

    assert (job.status, job.added_count) == ("done", 1)
    assert Division.objects.get(pk="449800").full_name == "广东省新市"


def test_looking_only_writes_nothing_and_shows_the_first_lines(waiting, storekeeper):
    job = taken(waiting(devices_list(30), only_look=True))

    assert (job.status, job.good_count, job.added_count) == ("done", 30, 0)
    assert len(job.preview) == estate.MOST_SHOWN
    assert job.preview[0][0] == "P2A000000000"
    assert not Device.objects.exists()
    assert not AuditEvent.objects.filter(action="devices_imported").exists()


# -- looked through first ---------------------------------------------------------------------------------------------


def test_what_was_looked_through_is_imported_without_its_file(
    waiting, branch, storekeeper, django_capture_on_commit_callbacks
):
    look = taken(waiting(devices_list(3), only_look=True))
    assert look.expires_at == look.finished_at + KEPT_AFTER_LOOK

    job = import_what_was_looked_at(look, by=storekeeper, now=clock.now())

    assert (job.only_look, job.given, job.importer) == (False, look.given, look.importer)
    with django_capture_on_commit_callbacks(execute=True):
        taken(job)
    look.refresh_from_db()
    assert (job.status, job.added_count, look.status, look.added_count) == ("done", 3, "done", 0)
    assert Device.objects.filter(branch=branch).count() == 3
    assert (look.blob, job.blob, kept()) == ("", "", [])


def test_a_list_is_taken_from_its_look_once(waiting, storekeeper):
    look = taken(waiting(only_look=True))
    import_what_was_looked_at(look, by=storekeeper, now=clock.now())

    with pytest.raises(Refused):
        import_what_was_looked_at(ImportJob.objects.get(pk=look.pk), by=storekeeper, now=clock.now())

    assert ImportJob.objects.count() == 2


@pytest.mark.parametrize(
    "hinder",
    [
        lambda look, waiting: [waiting() for _ in range(MOST_OPEN)],
        lambda look, waiting: type(look.asked_by).objects.filter(pk=look.asked_by_id).update(role="auditor"),
        lambda look, waiting: look.forget_list(by=look.asked_by, now=clock.now()),
    ],
    ids=["too many", "right withdrawn", "deleted"],
)
def test_what_hinders_the_import_leaves_the_look_as_it_was(waiting, storekeeper, hinder):
    look = taken(waiting(only_look=True))
    hinder(look, waiting)
    before = ImportJob.objects.filter(pk=look.pk).values().get()
    count = ImportJob.objects.count()

    with pytest.raises(Refused):
        import_what_was_looked_at(look, by=type(storekeeper).objects.get(pk=storekeeper.pk), now=clock.now())

    assert ImportJob.objects.filter(pk=look.pk).values().get() == before
    assert ImportJob.objects.count() == count


def test_nobody_else_imports_what_somebody_looked_through(waiting, branch):
    look = taken(waiting(only_look=True))

    with pytest.raises(Refused):
        import_what_was_looked_at(look, by=StaffFactory(role="storekeeper", branch=branch), now=clock.now())


def test_a_list_with_wrong_lines_is_not_kept_for_an_import(
    waiting, storekeeper, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        look = taken(waiting(devices_list(2) + "12,P2\n", only_look=True))

    assert (look.status, kept()) == ("failed", [])
    with pytest.raises(Refused):
        import_what_was_looked_at(look, by=storekeeper, now=clock.now())


def test_what_changed_since_the_look_stops_the_import(waiting, branch, storekeeper):
    look = taken(waiting(devices_list(3), only_look=True))
    import_devices(devices_list(1), branch=branch, by=storekeeper, now=clock.now())

    job = taken(import_what_was_looked_at(look, by=storekeeper, now=clock.now()))

    assert (job.status, job.failure, [line for line, _ in job.errors]) == ("failed", "lines", [2])
    assert Device.objects.count() == 1


def test_a_list_nobody_imports_is_deleted_after_a_day(waiting, django_capture_on_commit_callbacks):
    look = taken(waiting(only_look=True))

    with django_capture_on_commit_callbacks(execute=True):
        sweeps.look_after(look.expires_at - timedelta(seconds=1))
    assert len(kept()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        sweeps.look_after(look.expires_at)

    look.refresh_from_db()
    assert (look.status, look.blob, kept()) == ("done", "", [])


# -- wrong lines ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("only_look", [True, False])
def test_of_a_list_with_wrong_lines_nothing_is_written_and_each_is_named(
    waiting, only_look, django_capture_on_commit_callbacks
):
    with translation.override("en"), django_capture_on_commit_callbacks(execute=True):
        job = taken(
            waiting(devices_list(3) + "12,P2\nP2A000000901,P9\nP2A000000000,P2\n", only_look=only_look)
        )

    assert (job.status, job.failure, job.error_count) == ("failed", "lines", 3)
    assert [line for line, _sentence in job.errors] == [5, 6, 7]
    assert (
        job.errors[1][1]
        == "The bank has no certified model of this name. Compare it with the list of models."
    )
    assert not Device.objects.exists()
    assert kinds_told() == {"import_failed"}
    assert kept() == []


def test_of_many_wrong_lines_the_first_hundred_are_kept_and_all_are_counted(waiting):
    job = taken(waiting("序列号,型号\n" + "12,P2\n" * 130))

    assert job.error_count == 130
    assert [line for line, _sentence in job.errors] == list(range(2, 102))


def test_a_device_that_somebody_adds_meanwhile_stops_the_whole_list(
    waiting, branch, storekeeper, monkeypatch
):
    def meanwhile():
        import_devices(devices_list(1), branch=branch, by=storekeeper, now=clock.now())

    job = waiting(devices_list(3))
    with monkeypatch.context() as patched:
        patched.setattr(estate, "_present", _once(meanwhile, estate._present))
        taken(job)

    assert (job.status, job.failure) == ("failed", "lines")
    assert Device.objects.count() == 1


def _once(act, present):
    """What is present is asked before somebody else acts, and then not again."""
    called = []

    def ask_and_act(serials):
        found = present(serials)
        if not called:
            called.append(1)
            act()
        return found

    return ask_and_act


class _AfterSomebodyElse(Taking):
    """While the lines are judged, a colleague stops serving a category."""

    def told(self, lines):
        MerchantCategory.objects.filter(pk="5812").update(is_served=False)
        return lines


def test_a_table_that_somebody_changes_meanwhile_is_not_written_over():
    supervisor, text = StaffFactory(role="supervisor"), "代码,中文名称,英文名称\n5812,食肆,Eateries\n"

    report = CATEGORY_LIST.take(text, by=supervisor, now=clock.now(), taking=_AfterSomebodyElse())

    assert [error.line for error in report.errors] == [0]
    category = MerchantCategory.objects.get(pk="5812")
    assert (category.is_served, category.name_zh == "食肆") == (False, False)


# -- progress ---------------------------------------------------------------------------------------------------------


@SEEN_MEANWHILE
def test_progress_is_seen_growing_while_nothing_is_written(waiting, monkeypatch):
    job, seen = waiting(devices_list(20)), []
    look = lambda: seen.append((ImportJob.objects.get(pk=job.pk).lines_done, Device.objects.count()))  # noqa: E731
    on_line(monkeypatch, 8, lambda: (look(), on_line(monkeypatch, 4, look)))
    assert not connection.in_atomic_block

    taken(job)

    (first, none), (second, still_none) = seen
    assert 0 < first < second < 20
    assert (none, still_none) == (0, 0)
    assert (job.lines_done, job.lines_expected) == (20, 20)


# -- rights -----------------------------------------------------------------------------------------------------------


def test_a_right_withdrawn_before_it_runs_imports_nothing(
    waiting, storekeeper, django_capture_on_commit_callbacks
):
    job = waiting()
    storekeeper.role = "field"
    storekeeper.save()

    with django_capture_on_commit_callbacks(execute=True):
        taken(ImportJob.objects.get(pk=job.pk))

    job.refresh_from_db()
    assert (job.status, job.failure, kept()) == ("failed", "rights", [])
    assert not Device.objects.exists()


@SEEN_MEANWHILE
def test_a_right_withdrawn_while_it_runs_imports_nothing(waiting, storekeeper, monkeypatch):
    job = waiting(devices_list(5))

    def withdraw():
        type(storekeeper).objects.filter(pk=storekeeper.pk).update(role="field")

    on_line(monkeypatch, 3, withdraw)
    taken(job)

    assert (job.status, job.failure) == ("failed", "rights")
    assert not Device.objects.exists()


def test_a_branch_that_left_the_persons_reach_gets_no_devices(waiting, storekeeper):
    job = waiting()
    storekeeper.branch = BranchFactory()
    storekeeper.save()

    assert taken(job).failure == "rights"
    assert not Device.objects.exists()


def test_who_may_not_import_asks_for_no_job(branch):
    reviewer = StaffFactory(role="reviewer", branch=branch)

    with pytest.raises(Refused) as caught:
        ask(DEVICES, devices_list(3), {"branch": branch}, by=reviewer, now=clock.now())

    assert caught.value.code == "forbidden"
    assert kept() == []


# -- asking -----------------------------------------------------------------------------------------------------------


def test_the_list_is_sealed_at_rest_and_asking_is_on_record(waiting, vault, storekeeper):
    job = waiting()

    held = [path.read_bytes() for path in vault.rglob("*") if path.is_file()]
    assert len(held) == job.part_count == 1
    assert not [content for content in held if b"P2A0000" in content]
    asked = AuditEvent.objects.of(job).get(action="import_asked")
    assert (asked.by, asked.detail) == (storekeeper, {"list": "devices", "only_look": False})


@pytest.mark.parametrize("text", ["x" * 300, "a,b\n1,2\n", '"\n'])
def test_what_is_no_list_waits_for_nobody(waiting, text):
    with pytest.raises(Unreadable):
        waiting(text)

    assert not ImportJob.objects.exists()
    assert kept() == []


def test_a_list_with_more_lines_than_the_worker_takes_is_refused_at_once(
    waiting, monkeypatch, branch, storekeeper
):
    few = type(DEVICES)(**{**vars(DEVICES), "most_lines": 10})

    with pytest.raises(Unreadable) as caught, translation.override("en"):
        ask(few, devices_list(11), {"branch": branch}, by=storekeeper, now=clock.now())

    assert caught.value.error.sentence == "The list has more than 10 lines. Split it."
    assert ask(few, devices_list(10), {"branch": branch}, by=storekeeper, now=clock.now()).pk


def test_nobody_has_more_than_three_at_a_time(waiting):
    jobs = [waiting() for _ in range(MOST_OPEN)]

    with pytest.raises(Refused) as caught:
        waiting()
    assert caught.value.code == "too_many"

    jobs[0].call_off(by=jobs[0].asked_by, now=clock.now())
    assert waiting().status == Status.PENDING


def test_a_job_that_cannot_be_written_leaves_no_list(waiting, monkeypatch):
    monkeypatch.setattr("config.files.imports.asking.record", _breaks)

    with pytest.raises(OSError, match="gone"):
        waiting()

    assert not ImportJob.objects.exists()
    assert kept() == []


def _breaks(*_args, **_kwargs):
    raise OSError("gone")


# -- what stops it ----------------------------------------------------------------------------------------------------


@SEEN_MEANWHILE
def test_called_off_while_it_runs_it_stops_and_leaves_nothing(waiting, storekeeper, monkeypatch):
    job = waiting(devices_list(20))
    on_line(
        monkeypatch, 8, lambda: ImportJob.objects.get(pk=job.pk).call_off(by=storekeeper, now=clock.now())
    )

    taken(job)

    assert (job.status, job.blob, kept()) == ("cancelled", "", [])
    assert not Device.objects.exists()
    assert kinds_told() == set()


def test_only_who_asked_calls_it_off(waiting, branch):
    job = waiting()

    with pytest.raises(Refused):
        job.call_off(by=StaffFactory(role="storekeeper", branch=branch), now=clock.now())


@SEEN_MEANWHILE
def test_what_breaks_while_rows_are_written_leaves_none_of_them(waiting, monkeypatch):
    job = waiting(devices_list(5))
    monkeypatch.setattr(estate, "record", _breaks)

    taken(job)

    assert (job.status, job.failure, kept()) == ("failed", "broken", [])
    assert not Device.objects.exists()


@SEEN_MEANWHILE
@pytest.mark.parametrize("where", ["judging", "writing", "ending"])
def test_a_killed_worker_leaves_nothing_written_and_the_sweep_takes_the_list_up(waiting, monkeypatch, where):
    job = waiting(devices_list(5))

    def die(*_args, **_kwargs):
        raise Killed

    with monkeypatch.context() as patched:
        if where == "judging":
            on_line(patched, 3, die)
        else:
            # The last thing of the rows, and the last thing of the job.
            patched.setattr(*((estate, "record") if where == "writing" else (worker_job, "enqueue")), die)
        with pytest.raises(Killed):
            take_in(job, now=clock.now())
    job.refresh_from_db()
    assert (job.status, Device.objects.count()) == ("running", 0)

    now = clock.now()
    sweeps.look_after(now + worker_job.SILENT - timedelta(seconds=5))
    job.refresh_from_db()
    assert job.status == Status.RUNNING

    sweeps.look_after(now + worker_job.SILENT + timedelta(seconds=5))
    job.refresh_from_db()
    # The queue of tests works at once, so it was taken up and taken in by the same sweep.
    assert (job.status, job.attempts, job.added_count) == ("done", 2, 5)
    assert Device.objects.count() == 5
    assert kept() == []


def test_a_job_lost_three_times_is_given_up_and_says_so(waiting, django_capture_on_commit_callbacks):
    job = waiting()
    system = type(job.asked_by).objects.system("imports")
    for _ in range(3):
        job.begin(by=system, now=clock.now())
        if not job.is_lost:
            job.take_up_again(by=system, now=clock.now())

    with django_capture_on_commit_callbacks(execute=True):
        sweeps.look_after(clock.now() + worker_job.SILENT + timedelta(seconds=1))

    job.refresh_from_db()
    assert (job.status, job.failure, kept()) == ("failed", "lost", [])
    assert kinds_told() == {"import_failed"}


def test_an_attempt_that_was_overtaken_writes_nothing(waiting, monkeypatch):
    job = waiting(devices_list(4))
    system = type(job.asked_by).objects.system("imports")

    def overtaken():
        other = ImportJob.objects.get(pk=job.pk)
        other.take_up_again(by=system, now=clock.now())
        other.begin(by=system, now=clock.now())

    with monkeypatch.context() as patched:
        on_line(patched, 4, overtaken)
        # The last note comes after the last line: it must not be what stops this attempt.
        patched.setattr(ImportJob, "note", lambda *_args, **_columns: None)
        take_in(job, now=clock.now())

    job.refresh_from_db()
    assert (job.status, job.attempts, Device.objects.count()) == ("running", 2, 0)


def test_a_waiting_job_that_the_queue_lost_is_taken_in_by_the_sweep(
    waiting, django_capture_on_commit_callbacks
):
    job = waiting()

    with django_capture_on_commit_callbacks(execute=True):
        sweeps.look_after(clock.now() + worker_job.WAITED + timedelta(seconds=1))

    job.refresh_from_db()
    assert (job.status, Device.objects.count()) == ("done", 3)


def test_a_list_that_waits_is_not_tidied_away_and_an_orphan_is(waiting):
    job = waiting()
    orphan = part_name(f"imports/{'0' * 64}", 0)
    default_storage.save(orphan, default_storage.open(part_name(job.blob, 0)))

    tidy(clock.now() + GRACE + timedelta(minutes=1))

    assert kept() == [part_name(job.blob, 0)]


# -- the cost ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [0, 1], ids=["devices", "blacklist"])
def test_judging_asks_once_for_five_hundred_lines(nobody_begins, lists, at):
    one = lists[at]

    def queries(count):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            report = one.importer.take(
                one.text(count), by=one.by, now=clock.now(), only_look=True, **one.given
            )
        assert (report.errors, report.count) == ([], count)
        return len(asked)

    few, many = queries(500), queries(3000)

    assert many - few == 5


def test_judging_a_table_asks_no_more_for_more_lines():
    supervisor = StaffFactory(role="supervisor")

    def queries(count):
        text = "代码,名称\n" + "".join(
            f"44{number:04d},新区{number}\n" for number in range(9000, 9000 + count)
        )
        with CaptureQueriesContext(connection) as asked:
            report = DIVISION_LIST.take(text, by=supervisor, now=clock.now(), only_look=True)
        assert report.count
        return len(asked)

    assert queries(300) == queries(900)


def test_importers_are_told_apart_by_their_names():
    names = [importer.name for importer in importers()]

    assert len(set(names)) == len(names)
    assert {"devices", "blacklist", "response_codes", "divisions", "merchant_categories", "tariffs"} <= set(
        names
    )
