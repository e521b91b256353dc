"""Another device for a terminal: asked for, decided, the old one called back, and live again by the new code."""

import pytest

from applications.models import Replacement
from config.kernel import clock
from config.kernel.lifecycle import Refused
from terminals.activation import activate
from tests.accounts.factories import StaffFactory
from tests.applications.factories import photo
from tests.applications.portal import hidden_of, signed_in
from tests.applications.requests import approve, requested
from tests.merchants.factories import owner_of
from tests.terminals.factories import (
    DeviceFactory,
    activated,
    code_of,
    cut_off,
    digits_of,
    provisioned,
    reason_to_suspend,
)
from tests.terminals.settlement.factories import completed

pytestmark = pytest.mark.django_db


def in_use_again(terminal):
    """The terminal, activated on its new device."""
    terminal.refresh_from_db()
    activate(
        serial_number=terminal.binding.serial_number,
        registration_code=digits_of(terminal),
        ip="192.0.2.7",
        now=clock.now(),
    )
    terminal.refresh_from_db()
    return terminal


def pages_of(terminal):
    owner = signed_in(owner_of(terminal.merchant)).get(f"/terminals/{terminal.number}/")
    desk = signed_in(StaffFactory(role="supervisor", branch=terminal.branch)).get(
        f"/admin/terminals/terminal/{terminal.pk}/change/"
    )
    return owner.content.decode(), desk.content.decode()


def test_a_device_on_loan_is_called_so_at_its_terminal_and_on_its_return():
    one = requested("replacement", is_loan=True, state="approved")
    terminal, lent = one.terminal, one.terminal.binding.device
    owner, desk = pages_of(terminal)
    assert "借用：待送修的机具修好后交回" in owner
    assert "是，旧机具修好后换回" in desk

    back = requested("replacement", terminal=in_use_again(terminal), state="approved")

    order = terminal.returns.get(device=lent)
    assert str(order.lines.get(piece="terminal")).endswith("（借用）")
    assert "（借用）" in signed_in(back.applicant).get(f"/returns/{order.number}/").content.decode()
    assert not [page for page in pages_of(terminal) if "借用" in page]


def test_a_device_for_good_is_not_called_a_loan():
    one = requested("replacement", state="approved")

    assert not [page for page in pages_of(one.terminal) if "借用" in page]
    assert not one.terminal.issued_items.filter(is_loan=True).exists()


def test_approved_the_terminal_waits_for_its_new_device():
    one = requested("replacement", state="under_review")
    number, old = one.terminal.number, one.terminal.binding.device

    approve(one)

    terminal = one.terminal
    terminal.refresh_from_db()
    old.refresh_from_db()
    assert (terminal.number, terminal.status) == (number, "pending_activation")
    assert terminal.binding.serial_number == one.serial_number
    assert old.status == "returning"
    assert terminal.bindings.filter(valid_to=None).count() == 1


def test_the_new_code_makes_it_live_on_the_new_device():
    one = requested("replacement", state="approved")

    activate(
        serial_number=one.serial_number,
        registration_code=digits_of(one.terminal),
        ip="192.0.2.1",
        now=clock.now(),
    )

    one.terminal.refresh_from_db()
    assert one.terminal.status == "active"
    assert code_of(one.terminal).application_number == one.number


def test_a_device_comes_from_the_stock_where_only_a_model_is_named():
    one = requested("replacement", serial_number="", state="approved")

    assert one.terminal.binding.device.model == one.device_model


@pytest.mark.parametrize("field", ["fault", "reason_text", "old_batch", "old_batch_number"])
def test_everything_that_is_needed_is_asked_for(field):
    one = requested("replacement", **{field: ""})

    with pytest.raises(Refused) as refused:
        one.submit(by=one.applicant, now=clock.now())

    assert refused.value.code == "incomplete"


def test_a_lost_device_needs_the_receipt_of_the_police():
    one = requested("replacement")
    assert [need.paper for need in one.paper_needs()] == ["device_label"]

    with one.revising(by=one.applicant, now=clock.now()):
        one.fault = "lost"

    assert [need.paper for need in one.paper_needs()] == ["police_receipt"]


def test_the_old_device_is_not_the_new_one():
    one = requested("replacement")

    with pytest.raises(Exception, match="replacement_by_another_device"):
        Replacement.objects.filter(pk=one.pk).update(serial_number=one.old_serial_number)


def test_two_replacements_do_not_ask_for_the_same_device():
    first = requested("replacement", state="submitted")
    other, _done = activated(merchant=first.merchant)
    second = requested("replacement", terminal=other, serial_number=first.serial_number)

    with pytest.raises(Refused) as refused:
        second.submit(by=second.applicant, now=clock.now())

    assert refused.value.code == "constraint"


def test_what_happened_to_the_terminal_meanwhile_blocks_the_approval():
    one = requested("replacement", state="under_review")
    cut_off(one.terminal)

    with pytest.raises(Refused) as refused:
        approve(one)

    assert refused.value.code == "blocked"


def test_a_suspended_terminal_is_not_swapped():
    terminal, _done = activated()
    terminal.suspend(
        by=terminal.merchant.memberships.first().user,
        now=clock.now(),
        reason=reason_to_suspend(),
        note="核实",
    )

    with pytest.raises(Refused) as refused:
        requested("replacement", terminal=terminal)

    assert refused.value.code == "not_now"


@pytest.mark.parametrize(
    ("given", "code", "level"),
    [
        ({"fault": "tamper"}, "device_tampered", "bad"),
        ({"old_batch": "unsettled", "old_batch_number": ""}, "old_batch_unsettled", "warn"),
        ({"serial_number": "NOSUCHDEVICE1"}, "device_unknown", "bad"),
        ({}, "device_in_estate", "ok"),
    ],
)
def test_the_checks_say_what_the_approval_would_meet(given, code, level):
    one = requested("replacement", **given)

    assert {finding.code: finding.level for finding in one.findings(on=clock.today())}[code] == level


def test_a_waiting_terminal_can_be_given_another_device():
    terminal = provisioned()

    one = requested("replacement", terminal=terminal, state="approved")

    assert one.terminal.codes.filter(status="issued").count() == 1


def test_the_way_through_the_pages_without_a_script():
    terminal, _done = activated()
    device = DeviceFactory(branch=terminal.branch)
    browser = signed_in(owner_of(terminal.merchant))
    begin = browser.get(f"/applications/new/replacement/?terminal={terminal.number}")
    page = browser.post("/applications/new/replacement/", hidden_of(begin) | {"terminal": terminal.number})
    answers = {
        "fault": "printer",
        "reason_text": "不出纸",
        "old_batch": "settled",
        "old_batch_number": "０００１２３",
        "source": "received",
        "serial_number": device.serial_number.lower(),
        "go": "next",
    }

    answer = browser.post(page.headers["Location"], answers)

    assert answer.status_code == 302, answer.context["form"].errors
    one = Replacement.objects.get()
    assert (one.old_batch_number, one.serial_number) == ("000123", device.serial_number)
    browser.post(f"/applications/{one.number}/documents/device_label/", {"file": photo("label.jpg")})
    check = browser.get(browser.post(answer.headers["Location"], {"go": "next"}).headers["Location"])
    submission = f"/applications/{one.number}/submission/"
    browser.post(submission, hidden_of(check, submission))
    one.refresh_from_db()
    assert one.status == "submitted"


def test_the_old_serial_number_is_told_on_the_page():
    one = requested("replacement")
    answers = {"source": "received", "serial_number": one.old_serial_number, "go": "next"}

    answer = signed_in(one.applicant).post(f"/applications/{one.number}/draft/request/", answers)

    assert "serial_number" in answer.context["form"].errors
    one.refresh_from_db()
    assert one.serial_number != one.old_serial_number


def unsettled(**given):
    return requested("replacement", old_batch="unsettled", old_batch_number="", **given)


def test_a_batch_that_could_not_be_settled_is_cleared_before_the_approval():
    one = unsettled(state="under_review")
    [clearance] = one.terminal.clearances.all()
    assert (clearance.reason, clearance.application_number) == ("swap", one.number)

    with pytest.raises(Refused) as refused:
        approve(one)
    assert refused.value.code == "blocked"
    completed(clearance)
    approve(one)

    assert one.status == "approved"


def test_what_is_withdrawn_needs_no_clearance():
    one = unsettled(state="submitted")

    one.withdraw(by=one.applicant, now=clock.now())

    assert one.terminal.clearances.get().status == "void"


def test_the_old_device_is_asked_back():
    one = requested("replacement", state="under_review")
    old = one.terminal.binding.device

    approve(one)

    order = one.terminal.returns.get()
    assert (order.device, order.application_number, order.status) == (old, one.number, "open")
