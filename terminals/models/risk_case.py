from django.db import models
from django.utils.translation import gettext_lazy as _


class RiskCase(models.Model):
    """Something that looks like a rule being broken, for the risk desk to look at. Never shown to merchants."""

    class Kind(models.TextChoices):
        SERIAL_ACTIVE_ELSEWHERE = "serial_active_elsewhere", _("device already live elsewhere")
        CODE_LOCKED = "code_locked", _("registration code locked by wrong tries")

    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    serial_number = models.CharField(_("serial number"), max_length=50, db_index=True)
    application_number = models.CharField(_("application"), max_length=20, blank=True)
    branch = models.ForeignKey(
        "accounts.Branch", models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    facts = models.TextField(_("facts"), blank=True)
    opened_at = models.DateTimeField(_("opened at"))

    class Meta:
        verbose_name = _("risk case")
        verbose_name_plural = _("risk cases")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.serial_number}"
