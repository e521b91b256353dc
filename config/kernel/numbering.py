"""Numbers without gaps for notices, slips and receipts: per series, scope (a branch) and year.

Merchant and terminal numbers do not come from here: they are unique, not gap-free, and must not wait for a lock.
"""

from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _


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
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A number without gaps is taken inside a transaction.")
    row, _created = NumberSeries.objects.get_or_create(series=series, scope=scope, year=year)
    rows = NumberSeries.objects.all()
    if not settings.RACE_WITHOUT_LOCKS:
        rows = rows.select_for_update()
    row = rows.get(pk=row.pk)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last
