"""Many people at the same return at the same moment."""

import pytest

from config.kernel import clock
from config.kernel.lifecycle import Refused
from terminals.models import Device
from terminals.returns.models import ReturnOrder
from terminals.returns.ordering import open_return
from tests.accounts.factories import StaffFactory
from tests.races import all_at_once
from tests.terminals.returns.factories import asked_back, line_of, only, stopping, storekeeper, whole

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
MANY = 6


def test_asked_for_at_once_there_is_one_return():
    terminal, device = stopping()
    person, now = StaffFactory(), clock.now()

    def ask(_number):
        return open_return(
            terminal,
            Device.objects.get(pk=device.pk),
            way="branch",
            address="示范路 18 号",
            due_on=clock.today(),
            application_number="",
            by=person,
            now=now,
        ).pk

    answers = all_at_once(MANY, ask)

    assert set(answers) == {ReturnOrder.objects.get().pk}


def test_received_at_once_every_piece_is_counted_once():
    order = asked_back()
    clerk, cable = storekeeper(order), only(order, "cable", quantity=1)

    def take(_number):
        return ReturnOrder.objects.get(pk=order.pk).receive([cable], by=clerk, now=clock.now())

    answers = all_at_once(MANY, take)

    assert answers.count([]) == 2
    assert all(isinstance(answer, Refused) for answer in answers if answer != [])
    assert line_of(order, "cable").received == 2


def test_received_and_called_off_at_once_it_is_one_of_both():
    order = asked_back()
    clerk, pieces = storekeeper(order), whole(order)

    def act(number):
        mine = ReturnOrder.objects.get(pk=order.pk)
        if number % 2:
            return mine.receive(pieces, by=clerk, now=clock.now())
        return mine.call_off(by=clerk, now=clock.now(), note="撤销")

    answers = all_at_once(MANY, act)

    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert all(isinstance(answer, Refused) for answer in answers if isinstance(answer, Exception))
