"""What must never be false of terminals, each by the name of its constraint."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from config.kernel import clock
from config.kernel.constraints import broken_constraint
from terminals import models
from terminals.binding_reports import make_report
from terminals.models import DeviceKey, DeviceModel, ResponseCode, RiskCase
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.terminals.factories import activated, code_of, provisioned, reason_to_suspend

pytestmark = pytest.mark.django_db


def breaks(name, write) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert broken_constraint(error.value).name == name


def change(row, **values):
    return lambda: type(row)._base_manager.filter(pk=row.pk).update(**values)


def again(row, **values):
    """The same row once more, with these values of its own."""
    row.pk = None
    for name, value in values.items():
        setattr(row, name, value)
    return lambda: row.save(force_insert=True)


def test_device_model_once():
    model = provisioned().binding.device.model

    breaks("device_model_once", lambda: DeviceModel.objects.create(vendor=model.vendor, name=model.name))


def test_device_status_known():
    breaks("device_status_known", change(provisioned().binding.device, status="asleep"))


def test_terminal_status_known():
    breaks("terminal_status_known", change(provisioned(), status="asleep", activated_at=clock.now()))


@pytest.mark.parametrize("status", ["active", "suspended", "dormant_review", "settle_only"])
def test_terminal_active_since(status):
    breaks("terminal_active_since", change(provisioned(), status=status))


def test_terminal_stopped_is_cleared():
    breaks("terminal_stopped_is_cleared", change(activated()[0], status="deactivated"))


def test_terminal_cut_off_by_two():
    person = StaffFactory()

    breaks("terminal_cut_off_by_two", change(provisioned(), cut_off_by=person, cut_off_with=person))


def suspended(*, needs_second=False):
    terminal, _done = activated()
    reason = reason_to_suspend(needs_second=needs_second)
    return terminal.suspend(by=StaffFactory(), now=clock.now(), reason=reason, note="核实")


def test_suspension_one_at_a_time():
    breaks("suspension_one_at_a_time", again(suspended()))


def test_suspension_ended_whole():
    breaks("suspension_ended_whole", change(suspended(), ended_at=clock.now()))


def test_suspension_release_asked_whole():
    breaks("suspension_release_asked_whole", change(suspended(), release_asked_at=clock.now()))


def test_suspension_released_by_second():
    person = StaffFactory()
    asked = {"release_asked_by": person, "release_asked_at": clock.now(), "release_note": "已核实"}

    breaks(
        "suspension_released_by_second",
        change(suspended(needs_second=True), ended_at=clock.now(), ended_by=person, **asked),
    )


@pytest.mark.parametrize("days", [-1, 93])
def test_suspension_planned_within_limit(days):
    breaks("suspension_planned_within_limit", change(suspended(), until=clock.today() + timedelta(days=days)))


def test_a_suspension_for_risk_has_no_planned_end():
    row = suspended(needs_second=True)

    breaks("suspension_planned_within_limit", change(row, until=clock.today() + timedelta(days=30)))


def test_suspension_after_notice():
    breaks("suspension_after_notice", change(suspended(), needs_notice=True))


def announcement(**changed):
    given = {"terminal": provisioned(), "about": "stop", "due_on": clock.today(), "days_ahead": 7}
    return models.Announcement(**given | {"at": clock.now()} | changed)


def test_announcement_once():
    first = announcement()
    first.save()

    breaks("announcement_once", again(first))


def test_announcement_about_known():
    breaks("announcement_about_known", announcement(about="weather").save)


def test_terminal_unused_since():
    breaks("terminal_unused_since", change(activated()[0], status="dormant_review"))


def test_host_report_counts():
    given = {"reaches_to": clock.today(), "received_at": clock.now(), "received_by": StaffFactory()}

    breaks("host_report_counts", models.HostReport(line_count=1, newer_count=2, **given).save)


def reported():
    """A report with one line, and its sending."""
    provisioned()
    maker = StaffFactory(role="risk", branch=BranchFactory(code="HEAD", parent=None))
    report = make_report(by=maker, now=clock.now())
    return report, report.sendings.get()


def test_binding_report_line_once():
    line = reported()[1].line
    change(line, kind="cancel")()

    breaks("binding_report_line_once", again(line, kind="cancel"))


def test_binding_report_line_begins_once():
    breaks("binding_report_line_begins_once", again(reported()[1].line, kind="change"))


def test_binding_report_line_kind_known():
    breaks("binding_report_line_kind_known", change(reported()[1].line, kind="other"))


def test_binding_report_status_known():
    breaks("binding_report_status_known", change(reported()[0], status="lost"))


def test_binding_report_has_lines():
    breaks("binding_report_has_lines", change(reported()[0], new_count=0))


def test_binding_sending_once_per_report():
    _report, sending = reported()
    change(sending, outcome="refused", error_code="E104", answered_at=clock.now())()

    breaks("binding_sending_once_per_report", again(sending))


def test_binding_sending_one_in_force():
    report, sending = reported()
    other = models.BindingReport.objects.get(pk=report.pk)
    again(other, number="BD-2026-99999")()

    breaks("binding_sending_one_in_force", again(sending, report=other))


@pytest.mark.parametrize(
    "values",
    [{"outcome": "taken"}, {"outcome": "refused", "answered_at": clock.now()}, {"error_code": "E104"}],
)
def test_binding_sending_answered_whole(values):
    breaks("binding_sending_answered_whole", change(reported()[1], **values))


def test_binding_one_live_per_serial():
    first, second = provisioned(), provisioned()

    breaks("binding_one_live_per_serial", change(second.binding, serial_number=first.binding.serial_number))


def test_binding_one_live_per_terminal():
    breaks(
        "binding_one_live_per_terminal",
        again(provisioned().binding, serial_number="OTHER123", terminal_number="1"),
    )


def test_binding_one_live_per_number():
    first = provisioned()
    second = provisioned(merchant=first.merchant)

    breaks("binding_one_live_per_number", change(second.binding, terminal_number=first.number))


@pytest.mark.parametrize(
    "values",
    [
        {"acquirer_code": ""},
        {"merchant_number": ""},
        {"holder_index": ""},
        {"address": ""},
        {"division": None},
    ],
)
def test_binding_five_elements(values):
    breaks("binding_five_elements", change(provisioned().binding, **values))


def test_binding_ends_after_start():
    binding = provisioned().binding

    breaks("binding_ends_after_start", change(binding, valid_to=binding.valid_from - timedelta(seconds=1)))


def test_binding_point_is_whole():
    breaks("binding_point_is_whole", change(provisioned().binding, coord_system="wgs84"))


def test_code_one_live_per_terminal():
    breaks("code_one_live_per_terminal", again(code_of(provisioned()), receipt_token="t", slip_number="s"))


def test_code_status_known():
    breaks("code_status_known", change(code_of(provisioned()), status="asleep", sealed=None))


@pytest.mark.parametrize("status", ["expired", "revoked", "locked"])
def test_code_copy_only_while_issued(status):
    breaks("code_copy_only_while_issued", change(code_of(provisioned()), status=status))


def test_code_used_at_when_used():
    breaks("code_used_at_when_used", change(code_of(provisioned()), status="used", sealed=None))
    breaks("code_used_at_when_used", change(code_of(provisioned()), used_at=clock.now()))


def test_device_key_one_live():
    activated()

    breaks("device_key_one_live", again(DeviceKey.objects.get(), key_id="other"))


def test_response_code_once():
    breaks("response_code_once", again(ResponseCode.objects.get(code="97")))


def code(number: str = "97") -> ResponseCode:
    return ResponseCode.objects.get(code_set="unionpay", code=number)


@pytest.mark.parametrize("values", [{"code_set": "Union Pay"}, {"code_set": "newland", "code": "t4"}])
def test_response_code_written_plainly(values):
    breaks("response_code_written_plainly", change(code(), **values))


@pytest.mark.parametrize("spelling", ["3", "097"])
def test_response_code_unionpay_has_two(spelling):
    breaks("response_code_unionpay_has_two", change(code("03"), code=spelling))


@pytest.mark.parametrize("values", [{"group": "weather"}, {"action_class": "Z"}, {"desk": "canteen"}])
def test_response_code_choices_known(values):
    breaks("response_code_choices_known", change(code(), **values))


def test_response_code_retention_of_card():
    breaks("response_code_retention_of_card", change(code("97"), retains_card=True))


@pytest.mark.parametrize(
    "column", ["screen_text", "meaning_zh", "meaning_en", "merchant_step_zh", "merchant_step_en"]
)
def test_response_code_never_mute(column):
    breaks("response_code_never_mute", change(code(), **{column: ""}))


def test_response_code_changed_whole():
    breaks("response_code_changed_whole", change(code(), changed_at=clock.now()))


def test_response_code_version_once():
    breaks("response_code_version_once", again(code().versions.get()))


def test_response_code_version_changed_whole():
    breaks(
        "response_code_version_changed_whole", again(code().versions.get(), version=2, changed_at=clock.now())
    )


def suspicion(**given):
    return RiskCase.objects.create(
        kind=RiskCase.Kind.ASKED_ABOUT_ELSEWHERE,
        serial_number="P2A0000001",
        branch=given.pop("branch", None) or BranchFactory(),
        opened_at=clock.now(),
        **given,
    )


def test_risk_case_closed_whole():
    case = suspicion()

    breaks("risk_case_closed_whole", change(case, finding="looked into"))
    breaks("risk_case_closed_whole", change(case, closed_at=clock.now(), closed_by=StaffFactory()))
    case.close("looked into", by=StaffFactory(role="risk"), now=clock.now())
    breaks("risk_case_closed_whole", change(case, finding=""))


def test_risk_case_asked_about_once():
    case = suspicion()

    breaks("risk_case_asked_about_once", lambda: suspicion(branch=case.branch))
    case.close("looked into", by=StaffFactory(role="risk"), now=clock.now())

    assert suspicion(branch=case.branch).pk


def test_every_constraint_of_this_room_is_shown_here():
    named = {
        constraint.name for name in models.__all__ for constraint in getattr(models, name)._meta.constraints
    }
    room = Path(settings.BASE_DIR, "tests", "terminals")
    told = "".join(path.read_text(encoding="utf-8") for path in room.glob("test_*.py"))

    assert {name for name in named if name not in told} == set()
