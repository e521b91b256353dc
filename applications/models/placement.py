from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from merchants.models.outlet import Place
from terminals.models.device import Device
from terminals.models.terms import TerminalTerms


class Placement(TerminalTerms, Place):
    """One terminal asked for: a device by its serial number, or a model from the bank's stock, and where it will stand."""

    registration = models.ForeignKey(
        "applications.Registration", models.CASCADE, related_name="placements", verbose_name=_("registration")
    )
    position = models.PositiveSmallIntegerField(_("line"))
    serial_number = models.CharField(_("serial number"), max_length=50, blank=True)
    device_model = models.ForeignKey(
        "terminals.DeviceModel",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("model"),
    )
    ownership = models.CharField(
        _("ownership"), max_length=8, choices=Device.Ownership, default=Device.Ownership.BANK
    )
    # Set by the approval.
    terminal = models.OneToOneField(
        "terminals.Terminal", models.PROTECT, null=True, blank=True, editable=False, related_name="placement"
    )
    expected_install_on = models.DateField(_("wished date of installation"), null=True, blank=True)

    class Meta(Place.Meta):
        verbose_name = _("terminal asked for")
        verbose_name_plural = _("terminals asked for")
        ordering = ["position"]
        indexes = [
            # Who else asks for this device: most lines name a model of the stock and no number.
            models.Index(
                fields=["serial_number"], condition=~Q(serial_number=""), name="placement_serial_number"
            )
        ]
        constraints = [
            *Place.Meta.constraints,
            models.UniqueConstraint(
                fields=["registration", "position"],
                name="placement_line_once",
                violation_error_message=_("This line is already taken."),
            ),
            models.UniqueConstraint(
                fields=["registration", "serial_number"],
                condition=~Q(serial_number=""),
                name="placement_serial_once",
                violation_error_message=_("This serial number is already on the list of this application."),
            ),
            models.CheckConstraint(
                name="placement_names_device",
                condition=~Q(serial_number="") | Q(device_model__isnull=False),
                violation_error_message=_(
                    "Give the serial number on the device, or choose a model from the bank's stock."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.serial_number
