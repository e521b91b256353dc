from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from terminals.models.bulletin import Bulletin


class RecoveryNoticeQuerySet(models.QuerySet):
    def due(self) -> RecoveryNoticeQuerySet:
        """The bulletin is over, and the person has not been told."""
        return self.filter(bulletin__status=Bulletin.Status.ENDED, told_at=None)

    def behind(self) -> RecoveryNoticeQuerySet:
        """The bulletin goes on, and has changed since the person asked or was told of a change."""
        known = Coalesce("change_told_at", "asked_at")
        published = self.filter(bulletin__status=Bulletin.Status.PUBLISHED, told_at=None)
        return published.filter(bulletin__changed_at__gt=known)

    def of(self, person: Any) -> RecoveryNoticeQuerySet:
        return self.filter(person=person)


class RecoveryNotice(models.Model):
    """恢复后通知我: a person asked to be told when a bulletin is over; one row for each person and bulletin."""

    bulletin = models.ForeignKey(
        Bulletin, models.PROTECT, related_name="recovery_notices", verbose_name=_("bulletin")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    asked_at = models.DateTimeField(_("asked at"))
    # Of the last change on the way, and of the end.
    change_told_at = models.DateTimeField(_("told of a change at"), null=True)
    told_at = models.DateTimeField(_("told at"), null=True)

    objects = RecoveryNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("recovery notice")
        verbose_name_plural = _("recovery notices")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["bulletin"], condition=Q(told_at=None), name="recovery_notice_untold")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "person"],
                name="recovery_notice_once",
                violation_error_message=_("You have asked for this already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.person_id}"
