"""Returns, violations and charges asked by themselves: silent about what the verbs made, by name about what a raw UPDATE breaks."""

from datetime import timedelta

import pytest
from constance import config

from config.kernel import clock
from config.kernel.audit import record
from config.kernel.lifecycle import Refused
from config.kernel.numbering import NumberSeries
from terminals.returns.charging import raise_charge
from terminals.returns.invariants import OF_RETURNS
from terminals.returns.models import Charge, ReturnLine, ReturnReceipt
from terminals.returns.receipts import issue_receipt
from tests.accounts.factories import StaffFactory
from tests.merchants.factories import onboarded
from tests.terminals.returns.factories import returned, storekeeper
from tests.terminals.returns.violations import opened, reached

pytestmark = pytest.mark.django_db

STATES = ["open", "sent", "part_received", "received", "closed", "written_off", "called_off"]


def charged(*, violation=None, amount_fen=100, merchant=None) -> Charge:
    """Due for a violation that was decided."""
    violation = violation or reached("decided")
    return raise_charge(
        merchant=merchant or violation.merchant,
        violation=violation,
        amount_fen=amount_fen,
        reason="违约金",
        by=StaffFactory(branch=violation.branch),
        now=clock.now(),
    )


def waived(amount_fen: int) -> Charge:
    charge = charged(amount_fen=amount_fen)
    charge.ask_waiver(reason="首次", by=StaffFactory(), now=clock.now())
    if charge.status == Charge.Status.DUE:
        charge.waive(by=StaffFactory(), now=clock.now())
    return charge


def change(row, **values) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def found(name: str) -> list[str]:
    return [str(each) for each in OF_RETURNS[name][1]()]


def broken() -> set[str]:
    return {name for name in OF_RETURNS if found(name)}


def test_what_the_verbs_made_holds():
    merchant = onboarded()
    for state in STATES:
        returned(state, merchant=merchant)
    for state in ("open", "heard", "decided", "closed", "dismissed"):
        reached(state)
    charged()
    limit = config.waiver_limit_yuan * 100
    assert [waived(limit).needs_second, waived(limit + 1).needs_second] == [False, True]

    assert ReturnReceipt.objects.count() == 1
    assert broken() == set()


def ended_past_a_return():
    order = returned("part_received")
    change(order.terminal, status="deactivated", cleared_at=clock.now())
    return order.terminal


def received_past_a_line():
    order = returned("received")
    order.lines.filter(piece="cable").update(received=1)
    return order


def received_without_a_receipt_of_anything():
    order = returned("sent")
    order.lines.filter(piece="cable").update(received=1, condition="good")
    return order


def received_in_part_of_nothing():
    order = returned("part_received")
    order.lines.update(received=0, condition="")
    return order


def of_another_device():
    order = returned("open")
    order.lines.filter(piece="terminal").update(serial_number="SN000")
    return order


def closed_unseen():
    order = returned("closed")
    order.inspections.all().delete()
    return order


def closed_without_a_receipt():
    order = returned("received")
    change(order, status="closed")
    return order


def written_off_though_it_came():
    order = returned("written_off")
    order.lines.filter(piece="terminal").update(received=1, condition="good")
    return order


def a_number_left_out():
    receipt = issue_receipt(returned("received"), by=storekeeper(), now=clock.now())
    change(receipt, number=receipt.number[:-1] + "2")
    return NumberSeries.objects.get(series="return_receipt")


def a_number_too_many():
    issue_receipt(returned("received"), by=storekeeper(), now=clock.now())
    series = NumberSeries.objects.get(series="return_receipt")
    change(series, last=2)
    return series


def a_decision_gone():
    change(reached("decided"), decision_number="CL-X")
    return NumberSeries.objects.get(series="violation_decision")


def decided_without_its_paper():
    violation = reached("decided")
    change(violation, decision_token="")
    return violation


def charged_before_the_decision():
    charge, heard = charged(), reached("heard")
    change(heard, merchant=charge.merchant)
    change(charge, violation=heard)
    return charge


def charged_to_another():
    charge = charged()
    change(charge, merchant=onboarded())
    return charge


def closed_and_due():
    charge = charged()
    change(charge.violation, status="closed")
    return charge.violation


def waived_above_the_limit_by_one():
    charge = waived(config.waiver_limit_yuan * 100 + 1)
    change(charge, needs_second=False, waived_by=charge.waiver_asked_by)
    return charge


BREACHES = [
    ("ended_is_returned", ended_past_a_return),
    ("returns_add_up", received_past_a_line),
    ("returns_add_up", received_without_a_receipt_of_anything),
    ("returns_add_up", received_in_part_of_nothing),
    ("returns_name_their_device", of_another_device),
    ("closed_is_inspected", closed_unseen),
    ("closed_is_inspected", closed_without_a_receipt),
    ("written_off_by_two", written_off_though_it_came),
    ("receipts_numbered", a_number_left_out),
    ("receipts_numbered", a_number_too_many),
    ("decisions_numbered", a_decision_gone),
    ("violations_decided_by_two", decided_without_its_paper),
    ("charges_on_decisions", charged_before_the_decision),
    ("charges_to_the_right", charged_to_another),
    ("closed_owes_nothing", closed_and_due),
    ("waived_by_two", waived_above_the_limit_by_one),
]


@pytest.mark.parametrize(("name", "breach"), BREACHES, ids=lambda each: getattr(each, "__name__", each))
def test_a_breach_is_named(name, breach):
    row = breach()

    assert found(name) == [str(row)]


def test_every_invariant_has_a_breach():
    assert {name for name, _breach in BREACHES} == set(OF_RETURNS)


def test_more_back_than_went_out_is_named(unconstrained):
    order = returned("received")
    unconstrained(ReturnLine, "return_line_within_expected")

    order.lines.filter(piece="cable").update(received=3)

    assert found("returns_add_up") == [order.number]


def test_a_waiver_is_judged_by_the_limit_of_its_day():
    limit = config.waiver_limit_yuan
    below, above = waived(limit * 100), waived(limit * 100 + 1)
    for charge in (below, above):
        change(charge, needs_second=False, waived_by=charge.waiver_asked_by)
    config.waiver_limit_yuan = limit // 2
    now = clock.now() + timedelta(minutes=1)
    record("policy_changed", by=StaffFactory(), now=now, detail={"waiver_limit_yuan": [limit, limit // 2]})

    assert found("waived_by_two") == [str(above)]


def test_nothing_is_charged_for_a_violation_before_its_decision():
    violation = opened()

    with pytest.raises(Refused):
        charged(violation=violation)

    assert not Charge.objects.exists()
