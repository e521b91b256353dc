"""One person in many windows takes no more than the day's number. Shown on PostgreSQL: SQLite lets one writer in at a time."""

import pytest
from constance import config

from config.files.exports.asking import ask
from config.files.exports.making import make
from config.files.models import Export
from config.kernel import clock
from config.kernel.history import StatusChange
from tests.files.exports.test_making import file_of, own_vault  # noqa: F401
from tests.races import all_at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
WINDOWS, MOST = 8, 3


def asked_at_once(person, report):
    config.exports_per_day = MOST
    return all_at_once(WINDOWS, lambda _number: ask(report, {}, by=person, now=clock.now()))


def test_eight_windows_at_once_take_the_days_number_and_no_more(supervisor, devices):
    answers = asked_at_once(supervisor, devices)

    assert Export.objects.count() == MOST
    assert sum(getattr(answer, "code", "") == "too_many" for answer in answers) == WINDOWS - MOST


def test_without_the_lock_they_take_more(supervisor, devices, settings):
    """The negative control: what the lock holds."""
    settings.RACE_WITHOUT_LOCKS = True

    asked_at_once(supervisor, devices)

    assert Export.objects.count() > MOST


def test_workers_that_come_at_once_make_one_file(waiting):
    export = waiting(3)

    all_at_once(4, lambda _number: make(Export.objects.get(pk=export.pk), now=clock.now()))

    export.refresh_from_db()
    assert (export.status, export.attempts) == ("ready", 1)
    assert StatusChange.objects.filter(subject_id=export.pk, to_status="ready").count() == 1
    assert file_of(export)
