from django.db import models
from django.utils.translation import gettext_lazy as _


class TerminalTerms(models.Model):
    """What was agreed for one terminal: shared by the terminal and the line of the application that asks for it."""

    class Connection(models.TextChoices):
        MOBILE = "mobile", _("mobile network")
        WIFI = "wifi", _("Wi-Fi")
        CABLE = "cable", _("network cable")
        DIAL_UP = "dial_up", _("telephone line")

    class Service(models.TextChoices):
        SALE = "sale", _("sale")
        VOID = "void", _("void")
        REFUND = "refund", _("refund")
        PRE_AUTHORISATION = "pre_authorisation", _("pre-authorisation")
        QR_CODE = "qr_code", _("QR code payment")

    label = models.CharField(_("name of the terminal"), max_length=30, blank=True)
    is_mobile = models.BooleanField(_("used on the move"), default=False)
    use_area = models.CharField(_("area of use"), max_length=60, blank=True)
    is_spare = models.BooleanField(_("kept as a spare"), default=False)
    connection = models.CharField(
        _("connection"), max_length=8, choices=Connection, default=Connection.MOBILE
    )
    bound_phone = models.CharField(_("bound telephone line"), max_length=20, blank=True)
    services = models.JSONField(_("services"), default=list, blank=True)
    limit_single_fen = models.PositiveBigIntegerField(_("limit per transaction, fen"), default=5_000_000)
    limit_day_fen = models.PositiveBigIntegerField(_("limit per day, fen"), default=20_000_000)

    class Meta:
        abstract = True

    def services_display(self) -> list[str]:
        """The agreed services in words, in the order of the list."""
        return [str(service.label) for service in self.Service if service.value in self.services]
