"""What the bank signs for: which pieces came back, in which condition, on one numbered sheet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ReturnReceipt(models.Model):
    """The receipt of a return: its facts as they were at the moment of issue, confirmed by the merchant later."""

    order = models.ForeignKey(
        "returns.ReturnOrder", models.PROTECT, related_name="receipts", verbose_name=_("return")
    )
    number = models.CharField(_("receipt number"), max_length=40, unique=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    facts = models.JSONField(_("facts"), editable=False)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )

    class Meta:
        verbose_name = _("receipt of a return")
        verbose_name_plural = _("receipts of returns")
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                name="return_receipt_once",
                violation_error_message=_("This return has its receipt already."),
            ),
            models.CheckConstraint(
                name="return_receipt_confirmed_whole",
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                violation_error_message=_("A confirmation says when and by whom."),
            ),
        ]

    def __str__(self) -> str:
        return self.number
