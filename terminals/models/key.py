from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.privacy.fields import EncryptedTextField


class DeviceKey(models.Model):
    """The secret a device signs with after its activation, and the last sequence number it used."""

    key_id = models.CharField(_("key"), max_length=32, unique=True)
    device = models.ForeignKey(
        "terminals.Device", models.PROTECT, related_name="keys", verbose_name=_("device")
    )
    terminal = models.ForeignKey(
        "terminals.Terminal", models.PROTECT, related_name="keys", verbose_name=_("terminal")
    )
    secret = EncryptedTextField(editable=False)
    last_sequence = models.PositiveBigIntegerField(_("last sequence"), default=0)
    issued_at = models.DateTimeField(_("issued at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("device key")
        verbose_name_plural = _("device keys")
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(revoked_at=None),
                name="device_key_one_live",
                violation_error_message=_("This device already has a key."),
            )
        ]

    def __str__(self) -> str:
        return self.key_id
