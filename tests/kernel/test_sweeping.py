"""A sweep reaches every row that is due, past those that refuse and those that break."""

import pytest

from config.kernel.numbering import NumberSeries
from config.kernel.refusal import Refused
from config.kernel.sweeping import sweep_rows

pytestmark = pytest.mark.django_db
REFUSES, BREAKS = (1, 2, 3), 5


@pytest.fixture
def due():
    for year in range(1, 8):
        NumberSeries.objects.create(series="slip", scope="290001", year=year)
    return NumberSeries.objects.filter(last=0)


def count(row) -> None:
    if row.year in REFUSES:
        raise Refused("not now")
    if row.year == BREAKS:
        raise ZeroDivisionError
    NumberSeries.objects.filter(pk=row.pk).update(last=1)


@pytest.mark.parametrize("batch", [1, 2, 3, 200])
def test_rows_that_refuse_or_break_keep_nobody_waiting(due, batch):
    assert sweep_rows(due, count, batch=batch) == 3

    assert list(due.order_by("year").values_list("year", flat=True)) == [*REFUSES, BREAKS]


def test_what_is_done_is_not_done_again(due):
    sweep_rows(due, count)

    assert sweep_rows(due, count) == 0


def test_nothing_due_is_nothing_done():
    assert sweep_rows(NumberSeries.objects.all(), count) == 0
