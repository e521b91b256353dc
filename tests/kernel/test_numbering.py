import pytest
from django.db import transaction

from config.kernel.numbering import NumberSeries, take_number


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
