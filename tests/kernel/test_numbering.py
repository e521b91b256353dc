from itertools import repeat

import pytest
from django.db import IntegrityError, transaction

from applications.models import Application, Registration
from config.kernel import clock
from config.kernel.numbering import MOST_DRAWS, NumberSeries, draw_number, take_number
from config.kernel.refusal import Refused
from tests.accounts.factories import MerchantUserFactory
from tests.races import all_at_once


def take(scope="290001", year=2026):
    with transaction.atomic():
        return take_number("slip", scope=scope, year=year)


def test_numbers_count_up_from_one_per_scope_and_year(db):
    assert [take(), take(), take(scope="290002"), take(year=2027), take()] == [1, 2, 1, 1, 3]


def test_a_number_comes_back_when_its_transaction_is_undone(db, undone):
    take()
    with undone():
        take_number("slip", scope="290001", year=2026)

    assert take() == 2


@pytest.mark.django_db(transaction=True)
def test_a_number_is_refused_outside_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        take_number("slip", scope="290001", year=2026)


@pytest.mark.django_db(transaction=True)
def test_takers_side_by_side_get_every_number_once(side_by_side):
    assert sorted(side_by_side(take, 16)) == list(range(1, 17))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_takers_get_one_number(side_by_side, settings):
    settings.RACE_WITHOUT_LOCKS = True
    take()

    taken = [number for _ in range(10) for number in side_by_side(take, 16)]

    assert len(set(taken)) < len(taken)


def test_number_series_once(db):
    series = NumberSeries(series="slip", scope="1", year=2026)
    series.save()

    assert "number_series_once" in [c.name for c in NumberSeries._meta.constraints]
    assert NumberSeries.objects.bulk_create(
        [NumberSeries(series="slip", scope="1", year=2026)], ignore_conflicts=True
    )
    assert NumberSeries.objects.count() == 1


POOL = [f"SQ-20260911-{number:06d}" for number in range(16)]


def unnumbered(person) -> Registration:
    now = clock.now()
    return Registration(kind="registration", applicant=person, filed_by=person, created_at=now, edited_at=now)


def test_a_row_gets_the_first_number_that_nobody_has(db):
    first, second = (unnumbered(MerchantUserFactory()) for _ in range(2))

    draw_number(first, iter(POOL))
    draw_number(second, iter(POOL))

    assert [first.number, second.number] == POOL[:2]
    assert Application.objects.get(pk=second.pk).number == POOL[1]


def test_where_none_is_free_the_step_is_refused_and_ends(db):
    draw_number(unnumbered(MerchantUserFactory()), iter(POOL))
    asked = []

    with pytest.raises(Refused) as refused:
        draw_number(
            unnumbered(MerchantUserFactory()), (asked.append(1) or number for number in repeat(POOL[0]))
        )

    assert refused.value.code == "no_number"
    assert len(asked) == MOST_DRAWS
    assert Application.objects.count() == 1


def test_what_else_is_wrong_with_the_row_is_not_drawn_again(db):
    nobodys = unnumbered(MerchantUserFactory())
    nobodys.created_at = None
    asked = []

    with pytest.raises(IntegrityError), transaction.atomic():
        draw_number(nobodys, (asked.append(1) or number for number in POOL))

    assert len(asked) == 1


def sixteen_draw(draw) -> list:
    people = [MerchantUserFactory() for _ in POOL]
    return all_at_once(len(people), lambda number: draw(unnumbered(people[number])))


@pytest.mark.django_db(transaction=True)
def test_sixteen_who_draw_from_sixteen_numbers_get_one_each():
    assert sixteen_draw(lambda row: draw_number(row, iter(POOL))) == [None] * 16

    assert sorted(Application.objects.values_list("number", flat=True)) == POOL


@pytest.mark.django_db(transaction=True)
def test_looking_whether_a_number_is_free_is_not_enough():
    """The negative control: without the second draw some of the sixteen fail."""

    def look_and_save(row) -> None:
        row.number = next(each for each in POOL if not Application.objects.filter(number=each).exists())
        row.save()

    answers = [answer for _round in range(3) for answer in sixteen_draw_anew(look_and_save)]

    assert any(isinstance(answer, IntegrityError) for answer in answers)


def sixteen_draw_anew(draw) -> list:
    Registration.objects.all().delete()
    return sixteen_draw(draw)
