"""Many people at the same ticket, and at the same caller, at the same moment."""

import pytest

from applications.support.callers import check_caller
from applications.support.models import CallerCheck, Ticket
from config.kernel import clock
from config.kernel.history import changes_of
from config.kernel.lifecycle import Refused
from tests.applications.portal import signed_in
from tests.applications.support.factories import helper, opened, owner_of, shop
from tests.applications.support.test_portal import checked
from tests.races import all_at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
MANY = 6


def taken_at_once(ticket) -> list:
    people = [helper(ticket.branch) for _ in range(MANY)]

    def take(number):
        Ticket.objects.get(pk=ticket.pk).take(by=people[number], now=clock.now())
        return people[number]

    return all_at_once(MANY, take)


def test_taken_at_once_one_has_it_and_the_others_read_whose_it_is():
    ticket = opened()

    answers = taken_at_once(ticket)

    ticket.refresh_from_db()
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == MANY - 1
    assert ticket.assignee in answers
    assert all(ticket.assignee.full_name in answer.sentence for answer in refused)
    assert changes_of(ticket).count() == 1


def test_without_the_lock_several_believe_they_have_it(settings):
    """The negative control: what the test above would see if nobody locked."""
    settings.RACE_WITHOUT_LOCKS = True
    believers = 0
    for _round in range(20):
        answers = taken_at_once(opened())
        believers = max(believers, sum(not isinstance(answer, Exception) for answer in answers))
        if believers > 1:
            break

    assert believers > 1


def test_a_button_pressed_many_times_opens_one_ticket():
    merchant = shop()
    phones = [signed_in(owner_of(merchant)) for _ in range(MANY)]
    said = {"category": "other", "text": "多次点击", "idempotency_key": "k" * 32}

    answers = all_at_once(MANY, lambda number: phones[number].post("/support/new/", said))

    assert {answer["Location"] for answer in answers} == {f"/support/{Ticket.objects.get()}/"}


def test_asked_at_once_from_one_self_check_there_is_one_live_ticket():
    merchant = shop()
    check = checked(merchant)
    phones = [signed_in(owner_of(merchant)) for _ in range(MANY)]
    path = f"/support/new/?check={check.number}"

    answers = all_at_once(MANY, lambda number: phones[number].post(path, {"category": "other", "text": "x"}))

    assert sorted(answer.status_code for answer in answers) == [200] * (MANY - 1) + [302]
    assert Ticket.objects.get().messages.count() == 1


def tried_at_once(merchant) -> list:
    people = [helper(merchant.branch) for _ in range(MANY)]
    wrong = {"contact_name": "李四", "id_last4": "0000"}
    return all_at_once(MANY, lambda number: check_caller(merchant, wrong, by=people[number], now=clock.now()))


def test_guessed_at_once_no_guess_slips_past_the_limit():
    merchant = shop()

    answers = tried_at_once(merchant)

    assert sorted(answer.code for answer in answers) == ["no_match"] * 3 + ["too_many"] * 3
    assert CallerCheck.objects.count() == 3


def test_without_the_lock_a_guess_slips_past_the_limit(settings):
    settings.RACE_WITHOUT_LOCKS = True
    most = 0
    for _round in range(20):
        tried_at_once(merchant := shop())
        most = max(most, CallerCheck.objects.filter(merchant=merchant).count())
        if most > 3:
            break

    assert most > 3
