from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.privacy.fields import BlindIndexField, EncryptedTextField
from merchants.models.outlet import Place


class Binding(Place):
    """The only link between a terminal and a device: the serial number tied to the five elements of PBoC 2021 No. 259.

    Acquirer code, merchant number, USCC (for a micro merchant the responsible person's ID number), settlement account
    and placement. Any changed element closes the row and opens a new one; nothing but `valid_to` is ever rewritten.
    """

    terminal = models.ForeignKey(
        "terminals.Terminal", models.PROTECT, related_name="bindings", verbose_name=_("terminal")
    )
    device = models.ForeignKey(
        "terminals.Device", models.PROTECT, related_name="bindings", verbose_name=_("device")
    )
    serial_number = models.CharField(_("serial number"), max_length=50)
    terminal_number = models.CharField(_("terminal number"), max_length=8)
    acquirer_code = models.CharField(_("acquirer code"), max_length=11)
    merchant_number = models.CharField(_("merchant number"), max_length=15)
    holder_identifier = EncryptedTextField(_("USCC or ID number of the holder"))
    holder_index = BlindIndexField(source="holder_identifier", purpose="id_number")
    account = models.ForeignKey(
        "merchants.SettlementAccount", models.PROTECT, related_name="+", verbose_name=_("settlement account")
    )
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid until"), null=True, blank=True)
    application_number = models.CharField(_("opened by application"), max_length=20)

    class Meta(Place.Meta):
        verbose_name = _("binding")
        verbose_name_plural = _("bindings")
        constraints = [
            *Place.Meta.constraints,
            models.UniqueConstraint(
                fields=["serial_number"],
                condition=Q(valid_to=None),
                name="binding_one_live_per_serial",
                violation_error_message=_("This device is already bound to a terminal."),
            ),
            models.UniqueConstraint(
                fields=["terminal"],
                condition=Q(valid_to=None),
                name="binding_one_live_per_terminal",
                violation_error_message=_("This terminal is already bound to a device."),
            ),
            models.UniqueConstraint(
                fields=["merchant_number", "terminal_number"],
                condition=Q(valid_to=None),
                name="binding_one_live_per_number",
                violation_error_message=_("This terminal number is already in use at this merchant."),
            ),
            models.CheckConstraint(
                name="binding_five_elements",
                condition=~(
                    Q(acquirer_code="")
                    | Q(merchant_number="")
                    | Q(holder_index="")
                    | Q(address="")
                    | Q(division=None)
                ),
                violation_error_message=_("A binding needs all five elements."),
            ),
            models.CheckConstraint(
                name="binding_ends_after_start",
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                violation_error_message=_("A binding cannot end before it began."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.serial_number} = {self.merchant_number}/{self.terminal_number}"
