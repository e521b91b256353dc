from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from terminals.models.bulletin import Bulletin
from terminals.models.bulletin_words import BulletinWords


class BulletinVersion(BulletinWords):
    """What a published bulletin said before it was corrected or prolonged, whole. Append-only by trigger."""

    class Change(models.TextChoices):
        CORRECTED = "corrected", _("Words corrected")
        PROLONGED = "prolonged", _("Expected end changed")

    bulletin = models.ForeignKey(
        Bulletin, models.PROTECT, related_name="versions", verbose_name=_("bulletin")
    )
    change = models.CharField(_("what changed"), max_length=10, choices=Change)
    expected_end_at = models.DateTimeField(_("expected to end at"), null=True)
    replaced_at = models.DateTimeField(_("replaced at"))
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("replaced by")
    )

    class Meta:
        verbose_name = _("earlier version of a bulletin")
        verbose_name_plural = _("earlier versions of bulletins")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(change__in=["corrected", "prolonged"]),
                name="bulletin_version_change_known",
                violation_error_message=_("A bulletin is corrected or prolonged."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.replaced_at:%Y-%m-%d %H:%M}"
