"""Asking for a report: who gets it, what is on record before a byte leaves, and how many a day."""

from datetime import timedelta

import pytest
from constance import config

from config.files.exports.asking import DAY, ask
from config.files.exports.report import report_named
from config.files.models import Export
from config.kernel import clock
from config.kernel.audit import AccessRecord, AuditEvent
from config.kernel.lifecycle import Refused
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.files.exports.estate import parsed
from tests.merchants.factories import CARD, PERSON, onboarded
from tests.terminals.factories import DeviceFactory, provisioned

pytestmark = pytest.mark.django_db
Status = Export.Status


def refusal(*given, **named):
    with pytest.raises(Refused) as caught:
        ask(*given, now=clock.now(), **named)
    return caught.value.code


def test_a_short_report_comes_at_once_and_is_on_record_before(branch, supervisor, devices):
    DeviceFactory.create_batch(3, branch=branch)

    export, content = ask(devices, {}, by=supervisor, now=clock.now())

    assert len(parsed(content)) == 3
    assert (export.status, export.row_count, export.size) == (Status.HANDED_OUT, 3, len(content))
    look = AccessRecord.objects.of(export).get()
    assert (look.by, look.purpose) == (supervisor, "export_downloaded")
    assert look.detail == {"report": "devices", "format": "csv", "rows": 3, "plain": []}
    asked = AuditEvent.objects.of(export).get(action="export_asked")
    assert asked.by == supervisor


def test_one_row_over_the_limit_makes_it_a_job(branch, supervisor, devices):
    config.export_rows_at_once = 3
    DeviceFactory.create_batch(3, branch=branch)
    at_once, content = ask(devices, {}, by=supervisor, now=clock.now())
    DeviceFactory(branch=branch)

    job, nothing = ask(devices, {}, by=supervisor, now=clock.now())

    assert (at_once.status, job.status) == (Status.HANDED_OUT, Status.PENDING)
    assert content
    assert nothing is None
    assert not AccessRecord.objects.of(job).exists()


@pytest.mark.parametrize("role", ["manager", "field", "support", "administrator"])
def test_a_role_without_the_right_gets_nothing(role, devices):
    role = {"manager": "account_manager"}.get(role, role)

    assert refusal(devices, {}, by=StaffFactory(role=role)) == "forbidden"
    assert not Export.objects.exists()


def test_the_right_to_take_reports_is_not_the_right_to_every_list(devices):
    storekeeper = StaffFactory(role="storekeeper")

    assert refusal(report_named("applications"), {}, by=storekeeper) == "forbidden"
    assert ask(devices, {}, by=storekeeper, now=clock.now())[1] is not None


def test_plain_personal_data_asks_for_a_right_and_a_purpose(branch, supervisor, bindings):
    provisioned(merchant=onboarded(branch=branch))
    reviewer = StaffFactory(role="reviewer", branch=branch)

    assert refusal(bindings, {}, by=reviewer, plain=["account"], purpose="audit") == "forbidden"
    assert refusal(bindings, {}, by=supervisor, plain=["account"]) == "forbidden"
    assert refusal(bindings, {}, by=supervisor, plain=["account"], purpose="curiosity") == "forbidden"


def test_plain_is_only_the_column_that_was_asked_for_and_is_on_record(branch, supervisor, bindings):
    provisioned(merchant=onboarded("micro", branch=branch))

    export, content = ask(
        bindings, {}, by=supervisor, now=clock.now(), plain=["account", "serial_number"], purpose="audit"
    )

    assert CARD in content.decode()
    assert PERSON not in content.decode()
    assert (export.plain_columns, export.purpose) == (["account"], "audit")
    detail = AccessRecord.objects.of(export).get().detail
    assert (detail["plain"], detail["purpose"]) == (["account"], "audit")


@pytest.mark.parametrize(
    "conditions",
    [
        {"status": ["no such"]},
        {"branch": ["99999999"]},
        {"q": ["x" * 101]},
        {"q": ["a\x00b"]},
        {"ticked": ["1", "x"]},
        {"ticked": [str(key) for key in range(1, 202)]},
    ],
)
def test_conditions_that_the_list_does_not_know_give_no_file(conditions, supervisor, devices):
    assert refusal(devices, conditions, by=supervisor) == "conditions"
    assert not Export.objects.exists()


def test_only_ticked_rows_that_the_person_may_see(branch, supervisor, devices):
    mine, other = DeviceFactory.create_batch(2, branch=branch)
    foreign = DeviceFactory(branch=BranchFactory())

    ticked = {"ticked": [str(mine.pk), str(foreign.pk)]}
    rows = parsed(ask(devices, ticked, by=supervisor, now=clock.now())[1])

    assert [row[0] for row in rows] == [mine.serial_number]
    assert other.serial_number not in str(rows)


def test_a_person_takes_so_many_in_24_hours_and_no_more(supervisor, devices):
    config.exports_per_day = 2
    begun = clock.now()
    for _ in range(2):
        ask(devices, {}, by=supervisor, now=begun)

    assert refusal(devices, {}, by=supervisor) == "too_many"
    assert ask(devices, {}, by=StaffFactory(role="risk"), now=begun)
    assert ask(devices, {}, by=supervisor, now=begun + DAY + timedelta(seconds=1))


def test_what_was_searched_for_is_sealed_at_rest(supervisor, devices):
    ask(devices, {"q": ["P2A000000777"]}, by=supervisor, now=clock.now())

    stored = Export.objects.extra(select={"raw": "conditions || ''"}).values_list("raw", flat=True).get()

    assert "P2A000000777" not in stored
    assert Export.objects.get().conditions == {"q": ["P2A000000777"]}
