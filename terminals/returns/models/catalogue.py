"""What the bank holds against merchants and what it does then, kept as data: categories, measures, tariffs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from terminals.models.suspension import Wording


class ViolationCategory(Wording):
    """A way of breaking the agreement, with the clause that speaks of it. Of a confidential one the merchant is told nothing."""

    clause_zh = models.CharField(_("clause (Chinese)"), max_length=200)
    clause_en = models.CharField(_("clause (English)"), max_length=200)

    class Meta(Wording.Meta):
        verbose_name = _("category of violations")
        verbose_name_plural = _("categories of violations")

    @property
    def clause(self) -> str:
        return self.clause_en if get_language() == "en" else self.clause_zh


class Measure(Wording):
    """What the agreement lets the bank do. A bank levies no fines."""

    class Meta(Wording.Meta):
        verbose_name = _("measure")
        verbose_name_plural = _("measures")


class Tariff(Wording):
    """How an amount is reckoned: so much a day, a share of the price, or the price less what the time has used up."""

    class Basis(models.TextChoices):
        PER_DAY = "per_day", _("for each day late")
        BY_PRICE = "by_price", _("a share of the price when new")
        DEPRECIATED = "depreciated", _("the price less depreciation by months")

    basis = models.CharField(_("basis"), max_length=12, choices=Basis)
    day_fen = models.PositiveIntegerField(_("for each day, fen"), default=0)
    # Of the price; for depreciation the share that always remains.
    percent = models.PositiveSmallIntegerField(_("percent of the price"), default=100)
    life_months = models.PositiveSmallIntegerField(_("months of use until nothing is left"), default=60)

    class Meta(Wording.Meta):
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")
        constraints = [
            models.CheckConstraint(
                name="tariff_within_the_price",
                condition=Q(percent__lte=100, life_months__gte=1),
                violation_error_message=_("A tariff takes at most the price, over one month or more."),
            ),
            models.CheckConstraint(
                name="tariff_per_day_has_a_rate",
                condition=~Q(basis="per_day") | Q(day_fen__gt=0),
                violation_error_message=_("Enter what a day costs."),
            ),
        ]
