"""Two workers find the same schedule due. Shown on PostgreSQL: SQLite lets one writer in at a time."""

import pytest

from config.files.exports import asking
from config.files.exports.schedule import ReportSchedule, ScheduleRun
from config.files.exports.scheduling import run_due
from config.files.models import Export
from tests.files.exports.test_schedules import at, scheduled  # noqa: F401
from tests.races import all_at_once, without_unique

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
WORKERS = 6
ONCE = [("files_schedulerun", "schedule_runs_once")]


@pytest.fixture(autouse=True)
def nobody_works_at_once(monkeypatch):
    monkeypatch.setattr(asking, "make_soon", lambda _pk: None)


def run_by_many():
    all_at_once(WORKERS, lambda _number: run_due(at("2026-09-15 07:00")))


def test_many_workers_make_it_once(scheduled):  # noqa: F811
    scheduled()

    run_by_many()

    assert Export.objects.count() == ScheduleRun.objects.count() == 1
    assert ReportSchedule.objects.get().next_at == at("2026-09-16 07:00")


def test_without_the_lock_the_constraint_still_holds(scheduled, settings):  # noqa: F811
    settings.RACE_WITHOUT_LOCKS = True
    scheduled()

    run_by_many()

    assert Export.objects.count() == ScheduleRun.objects.count() == 1


def test_without_both_it_is_made_more_than_once(scheduled, settings):  # noqa: F811
    """The negative control: what the lock and the constraint hold."""
    settings.RACE_WITHOUT_LOCKS = True
    scheduled()

    with without_unique(ONCE):
        run_by_many()
        runs = ScheduleRun.objects.count()

    assert runs > 1
