from django.db import models
from django.utils.translation import gettext_lazy as _


class CoordSystem(models.TextChoices):
    """Chinese maps speak GCJ-02, devices WGS-84: a point without its system is off by 100 to 700 metres."""

    WGS84 = "wgs84", "WGS-84"
    GCJ02 = "gcj02", "GCJ-02"


class Place(models.Model):
    """Where something stands: division, address and, where known, a point with its coordinate system."""

    division = models.ForeignKey(
        "merchants.Division",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("division of the place"),
    )
    address = models.CharField(_("address of the place"), max_length=64, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    coord_system = models.CharField(_("coordinate system"), max_length=5, choices=CoordSystem, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_point_is_whole",
                condition=models.Q(latitude=None, longitude=None, coord_system="")
                # Said outright: a CHECK whose answer is NULL passes.
                | models.Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(3, 54),
                    longitude__range=(73, 136),
                    coord_system__in=CoordSystem.values,
                ),
                violation_error_message=_(
                    "Give latitude, longitude and coordinate system of a place in China together."
                ),
            )
        ]


class Outlet(Place):
    """A shop or counter of a merchant where terminals stand."""

    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, related_name="outlets", verbose_name=_("merchant")
    )
    name = models.CharField(_("outlet name"), max_length=60)

    class Meta(Place.Meta):
        verbose_name = _("outlet")
        verbose_name_plural = _("outlets")
        constraints = [
            *Place.Meta.constraints,
            models.UniqueConstraint(
                fields=["merchant", "division", "address"],
                name="outlet_once_per_address",
                violation_error_message=_("This merchant already has an outlet at this address."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
