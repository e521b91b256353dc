from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivationAttempt(models.Model):
    """A refused activation. Written alike whether or not the serial number exists, so that time tells a guesser nothing."""

    at = models.DateTimeField(_("at"))
    ip = models.GenericIPAddressField(_("address"), null=True)
    serial_number = models.CharField(_("serial number as sent"), max_length=50)
    outcome = models.CharField(_("outcome"), max_length=40)

    class Meta:
        verbose_name = _("refused activation")
        verbose_name_plural = _("refused activations")
        indexes = [
            models.Index(fields=["ip", "-at"], name="attempt_ip_newest"),
            models.Index(fields=["-at"], name="attempt_newest"),
            models.Index(fields=["serial_number", "-at"], name="attempt_serial_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.serial_number} {self.outcome}"
