"""A stopped device is given out once more without an inspection, because two people said so."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AllowanceQuerySet(models.QuerySet):
    def open(self) -> AllowanceQuerySet:
        return self.filter(spent_at=None, lapsed_at=None)

    def usable(self, *, now: datetime) -> AllowanceQuerySet:
        """Confirmed, unspent, in its time, and given since the device was last stopped."""
        return self.open().filter(
            checker__isnull=False,
            valid_until__gt=now,
            granted_at__gte=F("device__barred_at"),
        )


class ReenrolmentAllowance(models.Model):
    """One issue of a stopped device: asked for by one person, confirmed by another, spent once or lapsed."""

    device = models.ForeignKey(
        "terminals.Device", models.PROTECT, related_name="allowances", verbose_name=_("device")
    )
    reason = models.CharField(_("reason"), max_length=200)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("granted by")
    )
    granted_at = models.DateTimeField(_("granted at"))
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    valid_until = models.DateTimeField(_("valid until"))
    spent_at = models.DateTimeField(_("spent at"), null=True, blank=True)
    spent_for = models.CharField(_("spent for application"), max_length=20, blank=True)
    lapsed_at = models.DateTimeField(_("lapsed at"), null=True, blank=True)

    objects = AllowanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("allowance for a stopped device")
        verbose_name_plural = _("allowances for stopped devices")
        permissions = [("grant_reenrolment", _("Can allow stopped devices to be given out once more"))]
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(spent_at=None, lapsed_at=None),
                name="allowance_one_at_a_time",
                violation_error_message=_("This device has an open allowance already."),
            ),
            models.CheckConstraint(
                name="allowance_by_two",
                condition=Q(checker=None) | ~Q(checker=F("granted_by")),
                violation_error_message=_("An allowance is confirmed by somebody else than who grants it."),
            ),
            models.CheckConstraint(
                name="allowance_spent_confirmed",
                condition=Q(spent_at=None, spent_for="")
                | (Q(spent_at__isnull=False, checker__isnull=False, lapsed_at=None)),
                violation_error_message=_("Only a confirmed allowance is spent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id}: {self.reason}"
