"""What goes out with a device: the standard kit of its model, and what a terminal was really given."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Piece(models.TextChoices):
    """What a merchant may be given with a terminal, in the order of the check at its return."""

    TERMINAL = "terminal", pgettext_lazy("piece", "terminal")
    PIN_PAD = "pin_pad", _("PIN pad")
    CHARGER = "charger", _("power adapter")
    BASE = "base", _("charging base")
    BATTERY = "battery", _("battery")
    CABLE = "cable", _("data or telephone cable")
    SIM = "sim", _("SIM card")
    SAM = "sam", _("SAM card")
    OPERATOR_CARD = "operator_card", _("operator card")
    PAPER = "paper", _("printing paper")
    MANUAL = "manual", _("manual")
    SIGN = "sign", _("acceptance sign")
    SLIPS = "slips", _("sales slips")
    QR_STAND = "qr_stand", _("QR code stand")


class KitItem(models.Model):
    """One line of the standard kit that goes out with every device of a model, with its price when new."""

    model = models.ForeignKey(
        "terminals.DeviceModel", models.CASCADE, related_name="kit", verbose_name=_("model")
    )
    piece = models.CharField(_("piece"), max_length=16, choices=Piece)
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    price_fen = models.PositiveIntegerField(_("price when new, fen"), default=0)

    class Meta:
        verbose_name = _("piece of the kit")
        verbose_name_plural = _("standard kit")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "piece"],
                name="kit_item_once",
                violation_error_message=_("This piece is in the kit already. Change its quantity."),
            ),
            models.CheckConstraint(
                name="kit_item_some",
                condition=Q(quantity__gte=1, quantity__lte=99),
                violation_error_message=_("A kit holds 1 to 99 of a piece."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_piece_display()


class IssuedItemQuerySet(models.QuerySet):
    def out(self) -> IssuedItemQuerySet:
        """What has been given and not been accounted for."""
        return self.filter(settled_at=None)


class IssuedItem(models.Model):
    """What one terminal was given with one device. Open until its return is closed, or the device never left."""

    PIECES: ClassVar = Piece

    terminal = models.ForeignKey(
        "terminals.Terminal", models.PROTECT, related_name="issued_items", verbose_name=_("terminal")
    )
    device = models.ForeignKey(
        "terminals.Device", models.PROTECT, related_name="issued_items", verbose_name=_("device")
    )
    piece = models.CharField(_("piece"), max_length=16, choices=Piece)
    serial_number = models.CharField(_("serial number"), max_length=50, blank=True)
    quantity = models.PositiveSmallIntegerField(_("quantity"))
    # As the kit said at that moment.
    price_fen = models.PositiveIntegerField(_("price when new, fen"))
    # Of a device that stands in for the one that is being repaired, and comes back when that does.
    is_loan = models.BooleanField(_("on loan"), default=False)
    issued_at = models.DateTimeField(_("given at"))
    settled_at = models.DateTimeField(_("accounted for at"), null=True, blank=True)

    objects = IssuedItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece handed out")
        verbose_name_plural = _("pieces handed out")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["terminal", "device", "piece"],
                condition=Q(settled_at=None),
                name="issued_item_once",
                violation_error_message=_("This piece was handed out with the terminal already."),
            ),
            models.CheckConstraint(
                name="issued_item_some",
                condition=Q(quantity__gte=1),
                violation_error_message=_("What is handed out is at least one piece."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_piece_display()} {self.serial_number}".strip()
