"""What must never be false of clearances, each by the name of its constraint, and what only their invariants see."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import F

from config.kernel import clock
from config.kernel.constraints import broken_constraint, sentence_for
from terminals.models import Terminal
from terminals.settlement.invariants import OF_CLEARANCES
from terminals.settlement.models import Clearance
from tests.accounts.factories import StaffFactory
from tests.terminals.factories import activated, cut_off
from tests.terminals.settlement.factories import (
    after_emergency,
    agreed,
    cleared,
    completed,
    confirmed,
    stopping,
    swapping,
)

pytestmark = pytest.mark.django_db


def change(row, **values):
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def again(row):
    row.pk = None
    row.save(force_insert=True)


def item(code="batch"):
    return stopping().items.get(code=code)


BREACHES = {
    "clearance_one_open_per_reason": lambda: again(stopping()),
    "clearance_closed_whole": lambda: change(stopping(), closed_at=clock.now()),
    "clearance_item_once": lambda: again(item()),
    "clearance_item_checked_by_second": lambda: change(agreed(item()), checked_by=F("confirmed_by")),
    "clearance_item_has_evidence": lambda: change(confirmed(item()), evidence=""),
    "clearance_item_names_amount": lambda: change(confirmed(item("payout")), amount_fen=None),
    "clearance_item_names_voucher": lambda: change(confirmed(item()), way="host_totals"),
    "clearance_item_stands_whole": lambda: change(confirmed(item()), confirmed_at=None),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_broken_constraint_says_its_sentence(name):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        BREACHES[name]()

    assert broken_constraint(error.value).name == name
    assert len(sentence_for(error.value)) > 5


@pytest.mark.parametrize(
    ("name", "row", "field"),
    [
        ("clearance_status_known", stopping, "status"),
        ("clearance_reason_known", stopping, "reason"),
        ("clearance_item_code_known", item, "code"),
        ("clearance_item_source_known", item, "source"),
    ],
)
def test_a_word_that_no_table_has_is_not_kept(name, row, field):
    """Which of two broken constraints a database names is its own affair, so these are asked by themselves."""
    row = row()
    setattr(row, field, "asleep")
    constraint = next(c for c in row._meta.constraints if c.name == name)

    with pytest.raises(ValidationError):
        constraint.validate(type(row), row)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(row, **{field: "asleep"})


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "open"},
        {"status": "checked"},
        {"confirmed_by": None},
        {"way": "reported", "voucher_number": "SG-1"},
        {"code": "preauth", "way": "host_totals", "voucher_number": "SG-1"},
        {"amount_fen": -1},
    ],
)
def test_half_a_confirmation_is_not_kept(changed):
    row = confirmed(item())

    with pytest.raises(IntegrityError), transaction.atomic():
        change(row, **changed)


# -- invariants -------------------------------------------------------------------------------------------------------


def found(name: str) -> list[str]:
    return list(OF_CLEARANCES[name][1]())


@pytest.mark.parametrize("name", OF_CLEARANCES)
def test_what_the_verbs_made_holds(name):
    cleared(activated()[0])
    completed(swapping())
    completed(after_emergency())
    agreed(stopping().items.get(code="upload"))

    assert found(name) == []


def stopped_past_its_clearance():
    clearance = stopping()
    change(clearance.terminal, status="deactivated", cleared_at=clock.now())
    return clearance.terminal


def settled_past_an_item():
    clearance = completed(swapping())
    change(
        clearance.items.first(),
        status="open",
        confirmed_at=None,
        confirmed_by=None,
        checked_at=None,
        checked_by=None,
    )
    return clearance.terminal


def settled_without_an_item():
    clearance = completed(swapping())
    clearance.items.first().delete()
    return clearance.terminal


def restored_beside_its_clearance():
    clearance = stopping()
    clearance.terminal.restore(by=StaffFactory(), now=clock.now(), note="撤销停用")
    return clearance.terminal


def by_hand_without_an_emergency():
    clearance = after_emergency()
    change(clearance.terminal, cut_off_by=None, cut_off_with=None, cleared_at=clock.now())
    return clearance.terminal


@pytest.mark.parametrize(
    ("name", "breach"),
    [
        ("stopped_is_cleared", stopped_past_its_clearance),
        ("cleared_by_two", settled_past_an_item),
        ("cleared_by_two", settled_without_an_item),
        ("clearances_in_place", restored_beside_its_clearance),
        ("by_hand_after_emergencies", by_hand_without_an_emergency),
    ],
)
def test_a_breach_is_named(name, breach):
    terminal = breach()

    assert found(name) == [terminal.number]


def test_an_emergency_stop_and_a_stop_of_former_times_need_no_clearance():
    terminal = activated()[0]
    cut_off(terminal)
    former = stopped_past_its_clearance()
    change(former, cleared_at="2000-01-01T00:00Z")

    assert found("stopped_is_cleared") == []
    assert Terminal.objects.filter(status="deactivated").count() == 2


def test_the_register_asks_them(capsys):
    assert Clearance.objects.count() == 0
    call_command("verify_invariants")

    assert "invariants hold" in capsys.readouterr().out
