"""When a terminal was used last: as far as the host has told, and as its merchant says."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class HostReport(models.Model):
    """A list of last transactions that the host sent. What happened after the day it reaches to is not known by it."""

    reaches_to = models.DateField(_("reaches to"))
    line_count = models.PositiveIntegerField(_("lines"))
    newer_count = models.PositiveIntegerField(_("newer than known"))
    received_at = models.DateTimeField(_("received at"))
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("received by")
    )

    class Meta:
        verbose_name = _("list of last transactions")
        verbose_name_plural = _("lists of last transactions")
        permissions = [("import_hostreport", "Can import lists of last transactions")]
        indexes = [models.Index(fields=["-reaches_to"], name="host_report_reach")]
        constraints = [
            models.CheckConstraint(
                name="host_report_counts",
                condition=models.Q(newer_count__lte=models.F("line_count")),
                violation_error_message=_("A list has no more news than lines."),
            )
        ]

    def __str__(self) -> str:
        return str(self.reaches_to)


class UseConfirmation(models.Model):
    """Somebody of the merchant said that the terminal is in use still, at the address that was registered then."""

    terminal = models.ForeignKey(
        "terminals.Terminal", models.PROTECT, related_name="use_confirmations", verbose_name=_("terminal")
    )
    binding = models.ForeignKey(
        "terminals.Binding", models.PROTECT, related_name="+", verbose_name=_("binding")
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("confirmation of use")
        verbose_name_plural = _("confirmations of use")

    def __str__(self) -> str:
        return f"{self.terminal_id}: {self.at}"
