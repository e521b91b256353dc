"""Charges: reckoned by tariff, each once, paid, or waived by as many people as the amount asks for."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from config.kernel import clock
from config.kernel.constraints import broken_constraint
from config.kernel.lifecycle import Refused
from config.kernel.message import OutboxMessage
from terminals.returns.charging import charges_for_return, raise_charge, reckon_late, reckon_loss
from terminals.returns.models import Charge, Tariff
from terminals.returns.models.steps import HandedIn
from terminals.returns.reckoned import words_of
from tests.accounts.factories import StaffFactory
from tests.merchants.factories import onboarded, owner_of
from tests.races import all_at_once
from tests.terminals.returns.factories import a_file, asked_back, line_of, only, returned, storekeeper

pytestmark = pytest.mark.django_db
Status = Charge.Status
DAY = timedelta(days=1)


def due(amount_fen=100_00, *, merchant=None, **given) -> Charge:
    said = {"reason": "赔偿", "by": StaffFactory(role="risk"), "now": clock.now()}
    return raise_charge(merchant=merchant or onboarded(), amount_fen=amount_fen, **said | given)


def person(**given):
    return StaffFactory(role="supervisor", **given)


def refusal(verb, **given) -> str:
    try:
        verb(**{"by": person(), "now": clock.now()} | given)
    except Refused as refused:
        return refused.code if refused.sentence else "without a sentence"
    return ""


def reached(state: str) -> Charge:
    charge = due()
    if state == "paid":
        charge.pay(reference="P1", by=person(), now=clock.now())
    if state == "waived":
        charge.ask_waiver(reason="首次", by=person(), now=clock.now())
    assert charge.status == state
    return charge


STEPS = {
    "pay": (lambda c: refusal(c.pay, reference="P2"), Status.PAID),
    "ask_waiver": (lambda c: refusal(c.ask_waiver, reason="首次"), Status.WAIVED),
}


@pytest.mark.parametrize(("status", "step"), list(product(Status, STEPS)))
def test_a_charge_goes_along_its_arrows_only(status, step):
    charge = reached(status)
    take, target = STEPS[step]

    refused = take(charge)

    charge.refresh_from_db()
    is_arrow = target in Charge.NEXT[status]
    assert (refused == "") == is_arrow
    assert charge.status == (target if is_arrow else status)


@pytest.mark.parametrize("superuser", [False, True])
def test_above_the_limit_a_second_person_grants_the_waiver(superuser):
    charge, asker = due(200_01), person(is_superuser=superuser)

    assert refusal(charge.waive) == "wrong_state"
    charge.ask_waiver(reason="首次违约", by=asker, now=clock.now())
    assert charge.status == "due"
    assert refusal(charge.waive, by=asker) == "wrong_state"
    assert refusal(charge.ask_waiver, reason="再次") == "wrong_state"
    assert refusal(charge.waive) == ""


def test_each_day_late_costs_the_same_up_to_the_price():
    tariff, order = Tariff.objects.get(pk="late_per_day"), asked_back(due_in=0)

    amounts = [reckon_late(tariff, order, on=order.due_on + n * DAY).amount_fen for n in (-1, 0, 1, 3, 1000)]

    assert amounts == [0, 0, 5_00, 15_00, 1200_00 + 60_00 + 2 * 15_00]


def test_a_lost_device_costs_what_the_months_have_left_of_it():
    tariff, order = Tariff.objects.get(pk="loss_depreciated"), asked_back()
    given = clock.local_date(order.device.issued_items.get(piece="terminal").issued_at)

    def after(years):
        return reckon_loss(tariff, order, on=given.replace(year=given.year + years, day=28)).amount_fen

    assert reckon_loss(tariff, order, on=given).amount_fen == 1200_00
    assert after(10) == 120_00
    months = 24 - (given.day > 28)
    assert after(2) == 1200_00 - 1200_00 * months // 60


def test_a_return_is_charged_for_lateness_and_pieces_once():
    order = asked_back(due_in=-2)
    clerk, now = storekeeper(order), clock.now()
    cable, charger = line_of(order, "cable"), line_of(order, "charger")
    damaged = HandedIn(charger.pk, quantity=1, condition="damaged", remark="外壳开裂", photo=a_file())
    order.receive(
        [only(order, "terminal"), HandedIn(cable.pk, missing=2, remark="找不到"), damaged], by=clerk, now=now
    )

    raised = charges_for_return(order, by=clerk, now=now)

    assert [(charge.tariff_id, charge.amount_fen) for charge in raised] == [
        ("late_per_day", 10_00),
        ("piece_by_price", 60_00),
        ("piece_by_price", 30_00),
    ]
    assert charges_for_return(order, by=clerk, now=now) == []
    owner = owner_of(order.terminal.merchant)
    assert OutboxMessage.objects.inbox_of(owner).filter(kind="charge_due").count() == 3
    browser = Client()
    browser.force_login(owner)
    assert "¥60.00" in browser.get("/returns/violations/").content.decode()
    assert words_of(raised[0]) in browser.get(f"/returns/charges/{raised[0]}/").content.decode()


def test_a_device_written_off_is_charged_for_at_the_desk():
    order, browser = returned("written_off"), Client()
    browser.force_login(storekeeper(order))

    page = browser.get(f"/admin/returns/returnorder/{order.pk}/change/").content.decode()
    answer = browser.post(f"/admin/returns/returnorder/{order.pk}/charges/")

    assert "step-charges" in page
    assert answer.status_code == 302
    assert list(Charge.objects.values_list("tariff", "amount_fen")) == [("loss_depreciated", 1200_00)]


def test_payment_and_waiver_at_the_desk():
    charge = due(500_00)
    clerk, first, second = (
        StaffFactory(role=role, branch=charge.branch) for role in ("settlement", "supervisor", "risk")
    )

    def post(by, noun, **said):
        browser = Client()
        browser.force_login(by)
        return browser.post(f"/admin/returns/charge/{charge.pk}/{noun}/", said).status_code

    assert post(clerk, "waiver", **{"waiver-reason": "首次"}) == 403
    assert post(first, "waiver", **{"waiver-reason": "首次"}) == 302
    assert post(first, "waiver-grant") == 409
    assert post(second, "waiver-grant") == 302
    assert post(clerk, "payment", **{"payment-reference": "P1"}) == 409


def breaks(name, write):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert broken_constraint(error.value).name == name


@pytest.mark.parametrize(
    ("name", "state", "values"),
    [
        ("charge_amount_positive", "due", {"amount_fen": 0}),
        ("charge_by_tariff_or_reason", "due", {"reason": ""}),
        ("charge_status_known", "due", {"status": "asleep"}),
        ("charge_paid_whole", "paid", {"payment_reference": ""}),
        ("charge_waiver_asked_whole", "due", {"waiver_reason": "首次"}),
        ("charge_waived_whole", "waived", {"waived_at": None}),
        ("charge_waived_by_second", "waived", {"needs_second": True}),
    ],
)
def test_of_a_charge(name, state, values):
    charge = reached(state)

    breaks(name, lambda: Charge.objects.filter(pk=charge.pk).update(**values))


@pytest.mark.parametrize(
    ("name", "values"),
    [("tariff_within_the_price", {"percent": 101}), ("tariff_per_day_has_a_rate", {"day_fen": 0})],
)
def test_of_a_tariff(name, values):
    breaks(name, lambda: Tariff.objects.filter(pk="late_per_day").update(**values))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_paid_and_waived_at_once_it_is_one_of_both():
    charge, by = due(), person()

    def act(number):
        mine = Charge.objects.get(pk=charge.pk)
        if number % 2:
            return mine.pay(reference=f"P{number}", by=by, now=clock.now())
        return mine.ask_waiver(reason="首次", by=by, now=clock.now())

    answers = all_at_once(6, act)

    assert sum(answer is None for answer in answers) == 1
