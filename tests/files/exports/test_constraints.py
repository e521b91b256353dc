"""What must never be false of an export, each by the name of its constraint."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from config.files.models import Export, ReportSchedule, ScheduleRun
from config.kernel.constraints import broken_constraint
from tests.files.exports.test_schedules import scheduled  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("export_status_known", {"status": "odd"}),
        ("export_format_known", {"file_format": "exe"}),
        ("export_ready_is_whole", {"status": "ready"}),
        ("export_file_only_while_made_or_ready", {"blob": "exports/x"}),
        ("export_plain_for_a_purpose", {"plain_columns": ["account"]}),
        ("export_failed_says_why", {"status": "failed"}),
    ],
)
def test_what_must_never_be_false(name, changed, waiting):
    export = waiting(1)

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Export.objects.filter(pk=export.pk).update(**changed)

    assert broken_constraint(caught.value).name == name


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("schedule_status_known", {"status": "odd"}),
        ("schedule_format_known", {"file_format": "exe"}),
        ("schedule_time_exists", {"hour": 24}),
        ("schedule_time_exists", {"weekday": 8}),
        ("schedule_time_exists", {"month_day": 0}),
        ("schedule_time_exists", {"every": "odd"}),
        ("schedule_stopped_says_why", {"status": "stopped"}),
        ("schedule_stopped_says_why", {"reason": "rights"}),
    ],
)
def test_what_must_never_be_false_of_a_schedule(name, changed, scheduled):  # noqa: F811
    row = scheduled()

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        ReportSchedule.objects.filter(pk=row.pk).update(**changed)

    assert broken_constraint(caught.value).name == name


def test_a_schedule_comes_once_for_each_day(scheduled, waiting):  # noqa: F811
    row = scheduled()
    ScheduleRun.objects.create(schedule=row, period=date(2026, 9, 15), export=waiting(1))

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        ScheduleRun.objects.create(schedule=row, period=date(2026, 9, 15), export=waiting(1))

    assert broken_constraint(caught.value).name == "schedule_runs_once"
