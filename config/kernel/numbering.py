"""Two ways to a number: counted without gaps for notices, slips and receipts (per series, branch and year), or drawn.

Application, merchant and terminal numbers are drawn: unique, with gaps, and nobody waits for a lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.kernel.constraints import broken_constraint
from config.kernel.refusal import Refused

# Where so many are taken one after the other, the pool is as good as empty.
MOST_DRAWS = 200


class NumberSeries(models.Model):
    series = models.CharField(_("series"), max_length=40)
    scope = models.CharField(_("scope"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveBigIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(
                fields=["series", "scope", "year"],
                name="number_series_once",
                violation_error_message=_("This number series exists already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.scope} {self.year}"


def take_number(series: str, *, scope: str, year: int) -> int:
    """The next number of the series, from 1; nobody else gets it, and it comes back if the transaction rolls back.

    The row stays locked until the caller's transaction ends, so take it last, after every other lock.
    """
    row = hold_series(series, scope=scope, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def hold_series(series: str, *, scope: str, year: int) -> NumberSeries:
    """Nobody else takes a number of the series until the caller's transaction ends: for finding out alone what is to be numbered."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A number without gaps is taken inside a transaction.")
    rows = NumberSeries.objects.filter(series=series, scope=scope, year=year)
    if not settings.RACE_WITHOUT_LOCKS:
        rows = rows.select_for_update()
    row = rows.first()
    if row is None:
        NumberSeries.objects.get_or_create(series=series, scope=scope, year=year)
        row = rows.get()
    return row


def draw_number(row: Any, numbers: Iterable[str]) -> None:
    """`row` is saved for the first time, under the first of `numbers` that nobody has.

    The first is nearly always free and tried as it is; after one that was taken, the others are asked for before they are tried.
    Two who draw the same at the same moment both go on: the second takes the next. Raises `Refused` ("no_number") where none of
    the first 200 is free; what else is wrong with the row stays the error it is.
    """
    everybody = row._meta.get_field("number").model._base_manager
    for tried, number in enumerate(islice(numbers, MOST_DRAWS)):
        taken = everybody.filter(number=number)
        if tried and taken.exists():
            continue
        row.number = number
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            # The number is unique by its column; a broken constraint with a name is another matter.
            if broken_constraint(error) is not None or not taken.exists():
                raise
        else:
            return
    raise Refused(gettext("No number is free. Please tell the bank's IT desk."), code="no_number")
