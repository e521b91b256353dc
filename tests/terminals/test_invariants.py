"""The register of bindings asked by itself: silent about what the verbs made, by name about what a raw UPDATE breaks."""

import pytest
from django.db.models import F

from config.kernel import clock
from terminals.binding_reports import make_report, resend
from terminals.invariants import OF_BINDINGS, OF_RESPONSE_CODES
from terminals.models import Binding, BindingReport, BindingReportLine, BindingSending, ResponseCode
from tests.accounts.factories import BranchFactory, StaffFactory
from tests.terminals.factories import activated, cut_off
from tests.terminals.test_binding_reports import answer, move
from tests.terminals.wording import revised

pytestmark = pytest.mark.django_db


@pytest.fixture
def reports():
    """A new, a changed and a cancelled binding: refused, and sent again; then one that waits for its answer."""
    maker = StaffFactory(role="supervisor", branch=BranchFactory(code="HEAD", parent=None))
    terminal, _done = activated()
    refused = make_report(by=maker, now=clock.now())
    answer(refused, maker, "E07")
    again = resend(BindingReport.objects.get(pk=refused.pk), by=maker, now=clock.now())
    answer(again, maker, "ok")
    move(terminal)
    answer(make_report(by=maker, now=clock.now()), maker, "ok")
    cut_off(terminal)
    make_report(by=maker, now=clock.now())
    return list(BindingReport.objects.order_by("pk"))


def broken() -> set[str]:
    return {name for name, (_sentence, ask) in OF_BINDINGS.items() if list(ask())}


def lines(kind):
    return BindingReportLine.objects.filter(kind=kind)


def test_what_the_verbs_made_holds(reports):
    assert [report.status for report in reports] == ["resent", "acknowledged", "acknowledged", "made"]
    assert broken() == set()


BREACHES = {
    "a line in no file": (
        "bindings_reported_once",
        lambda: BindingSending.objects.filter(line__kind="cancel").delete(),
    ),
    "a refused line sent no more": (
        "bindings_reported_once",
        lambda: BindingSending.objects.filter(report=BindingReport.objects.order_by("pk")[1]).delete(),
    ),
    "another serial number": (
        "lines_say_their_bindings",
        lambda: lines("new").update(serial_number="X"),
    ),
    "the end of what goes on": (
        "lines_say_their_bindings",
        lambda: Binding.objects.filter(report_lines__kind="cancel").update(valid_to=None),
    ),
    "new for a second time": ("lines_say_their_bindings", lambda: lines("change").update(kind="new")),
    "a change of nothing": ("lines_say_their_bindings", lambda: lines("new").update(kind="change")),
    "another control total": (
        "reports_add_up",
        lambda: BindingReport.objects.filter(status="made").update(control_total=F("control_total") + 1),
    ),
    "another count": (
        "reports_add_up",
        lambda: BindingReport.objects.filter(status="made").update(new_count=1, cancel_count=0),
    ),
    "acknowledged without an answer": (
        "reports_stand_as_answered",
        lambda: BindingReport.objects.filter(status="made").update(status="acknowledged"),
    ),
    "taken and not acknowledged": (
        "reports_stand_as_answered",
        lambda: lines("change").update(acknowledged_at=None),
    ),
}


@pytest.mark.parametrize("fault", BREACHES)
def test_a_breach_is_named(reports, fault):
    name, plant = BREACHES[fault]
    assert broken() == set()

    plant()

    assert name in broken()


def test_every_invariant_has_a_breach():
    assert {name for name, _plant in BREACHES.values()} == set(OF_BINDINGS)


def untrue_of_codes() -> dict[str, list[str]]:
    found = {name: [str(row) for row in ask()] for name, (_sentence, ask) in OF_RESPONSE_CODES.items()}
    return {name: rows for name, rows in found.items() if rows}


def test_what_the_help_line_changed_holds():
    revised("97", meaning_zh="一")
    revised("97", meaning_zh="二")

    assert untrue_of_codes() == {}


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"meaning_zh": "绕过"}, {"response_codes_say_their_newest_version"}),
        ({"version": 7}, set(OF_RESPONSE_CODES)),
        ({"version": 1}, set(OF_RESPONSE_CODES)),
    ],
)
def test_a_code_changed_past_the_verb_is_named(values, names):
    revised("97", meaning_zh="一")

    ResponseCode.objects.filter(code="97").update(**values)

    assert untrue_of_codes() == {key: ["unionpay 97"] for key in names}
