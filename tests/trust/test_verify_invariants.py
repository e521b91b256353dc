"""The command that asks the rows themselves: silent about what the verbs made, by name about what a raw UPDATE breaks."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from applications.invariants import INVARIANTS
from applications.invariants.codes import OF_CODES
from config.kernel import clock
from config.kernel.audit import record
from config.kernel.lifecycle import Refused
from terminals.activation import activate
from terminals.codes import collect
from tests.applications.requests import requested

# What breaks each invariant of codes, in SQL, with the rows of merchant A by name.
BREACHES = {
    "approved_has_codes": [
        "UPDATE terminals_registrationcode SET application_number = 'SQ-20200101-000001' WHERE id = {code}"
    ],
    "one_code_per_terminal": [
        "UPDATE terminals_registrationcode SET terminal_id = {live} WHERE id = {code}",
    ],
    "codes_come_from_approvals": [
        "UPDATE applications_application SET status = 'withdrawn' WHERE id = {submitted}",
        "UPDATE terminals_registrationcode SET application_number = '{number}' WHERE id = {code}",
    ],
    "used_means_activated": [
        "UPDATE terminals_registrationcode SET status = 'used', sealed = NULL, used_at = issued_at WHERE id = {code}"
    ],
    "activated_once": [],
    "in_use_by_a_code": [
        "UPDATE terminals_terminal SET status = 'active', activated_at = provisioned_at WHERE id = {terminal}"
    ],
    "used_means_in_use": [
        "UPDATE terminals_registrationcode SET status = 'used', sealed = NULL, used_at = issued_at WHERE id = {code}"
    ],
    "one_binding": ["UPDATE terminals_binding SET valid_to = valid_from WHERE terminal_id = {terminal}"],
    "five_elements": [
        "UPDATE terminals_binding SET merchant_number = '000000000000000' WHERE terminal_id = {terminal}"
    ],
    "ended_holds_nothing": ["UPDATE terminals_terminal SET status = 'cancelled' WHERE id = {terminal}"],
}


@pytest.fixture
def live(world):
    """Merchant B's terminal is in use; merchant A's waits."""
    b = world.b
    digits = collect(b.code, by=b.owner, now=clock.now())
    return activate(
        serial_number=b.device.serial_number, registration_code=digits, ip="192.0.2.7", now=clock.now()
    ).terminal


def complaint() -> str:
    with pytest.raises(CommandError) as error:
        call_command("verify_invariants")
    return str(error.value)


def test_what_the_verbs_made_holds(live, capsys):
    call_command("verify_invariants")

    assert f"{len(INVARIANTS)} invariants hold" in capsys.readouterr().out


def test_each_is_one_question(live, django_assert_max_num_queries):
    """One question for each invariant, and a few that several of them share."""
    with django_assert_max_num_queries(len(INVARIANTS) + 10):
        call_command("verify_invariants")


def test_what_a_replacement_made_holds(live, capsys):
    """The terminal waits again, then works on another device: two codes used, two activations, one terminal."""
    swap = requested("replacement", terminal=live, state="approved")
    call_command("verify_invariants")
    code = swap.terminal.codes.latest("id")
    digits = collect(code, by=swap.applicant, now=clock.now())
    activate(serial_number=code.serial_number, registration_code=digits, ip="192.0.2.7", now=clock.now())

    call_command("verify_invariants")

    assert swap.terminal.codes.filter(status="used").count() == 2
    assert f"{len(INVARIANTS)} invariants hold" in capsys.readouterr().out


def test_every_invariant_has_a_breach():
    assert list(BREACHES) == list(OF_CODES)


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_named(world, live, name):
    a = world.a
    rows = {
        "code": a.code.pk,
        "terminal": a.terminal.pk,
        "live": live.pk,
        "submitted": a.submitted.pk,
        "number": a.submitted.number,
    }
    if name == "activated_once":
        record("terminal_activated", by=None, now=clock.now(), subject=live)
    if name == "one_code_per_terminal":
        rows["live"] = a.terminal.pk
        rows["code"] = world.b.code.pk
    with connection.cursor() as cursor:
        for statement in BREACHES[name]:
            cursor.execute(statement.format(**rows))

    said = complaint()

    assert f"{name}: " in said
    named = (a.terminal.number, a.code.slip_number, world.b.code.slip_number, a.approved.number, live.number)
    assert any(number in said for number in named)


def test_a_refused_step_breaks_nothing(world):
    with pytest.raises(Refused):
        world.a.approved.withdraw(by=world.a.owner, now=clock.now())

    call_command("verify_invariants")
