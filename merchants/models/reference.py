"""Administrative divisions (GB/T 2260) and merchant categories (ISO 18245): data, loaded and never typed."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

COUNTY = 3


class Division(models.Model):
    """A province, city or county by its six digits. Some cities have no counties, so codes ending in 00 may be final."""

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    full_name = models.CharField(_("full name"), max_length=120)
    level = models.PositiveSmallIntegerField(
        _("level"), choices=[(1, _("province")), (2, _("city")), (COUNTY, _("county"))]
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    # Then the bank's list says it, and the standard's data writes over it no more.
    is_from_list = models.BooleanField(_("from a list of the bank's"), default=False, editable=False)

    class Meta:
        verbose_name = _("administrative division")
        verbose_name_plural = _("administrative divisions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_divided(self) -> bool:
        """Whether an address must name a part of it; a county has none."""
        return self.level < COUNTY and self.parts.exists()


class MerchantCategory(models.Model):
    """A merchant category code; some the bank does not serve."""

    code = models.CharField(_("code"), max_length=4, primary_key=True)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=250)
    is_served = models.BooleanField(_("served by the bank"), default=True)
    needs_permit = models.BooleanField(_("needs a trade permit"), default=False)
    is_from_list = models.BooleanField(_("from a list of the bank's"), default=False, editable=False)

    class Meta:
        verbose_name = _("merchant category")
        verbose_name_plural = _("merchant categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name_en if get_language() == 'en' else self.name_zh}"
