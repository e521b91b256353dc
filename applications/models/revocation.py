"""A stop is revoked by two people before the clearance is complete: one asks and says why, another confirms."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Revocation(models.Model):
    """What is on record of a revocation. One that was not confirmed is gone, and the audit trail tells of it."""

    revocation_asked_at = models.DateTimeField(_("revocation asked for at"), null=True, blank=True)
    revocation_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revocation asked for by"),
    )
    revocation_note = models.CharField(_("why it is revoked"), max_length=500, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_revocation_asked_whole",
                condition=Q(revocation_asked_at=None, revocation_asked_by=None, revocation_note="")
                | (
                    Q(revocation_asked_at__isnull=False, revocation_asked_by__isnull=False)
                    & ~Q(revocation_note="")
                ),
                violation_error_message=_("Who asks for a revocation says when and why."),
            ),
            models.CheckConstraint(
                name="%(class)s_revoked_by_second",
                condition=Q(revoked_at=None, revoked_by=None)
                | (
                    Q(
                        revoked_at__isnull=False,
                        revoked_by__isnull=False,
                        revocation_asked_by__isnull=False,
                        effected_at__isnull=False,
                    )
                    & ~Q(revoked_by=F("revocation_asked_by"))
                ),
                violation_error_message=_(
                    "A stop that took effect is revoked by somebody else than who asks for it."
                ),
            ),
        ]
