from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from config.kernel.lifecycle import Arrows, Lifecycle


class BulletinQuerySet(models.QuerySet):
    def running(self, now: datetime) -> BulletinQuerySet:
        """Published, begun and not over: an expected end that has passed leaves it running until staff end it."""
        return self.filter(status=Bulletin.Status.PUBLISHED, starts_at__lte=now)


class Bulletin(Lifecycle):
    """A planned upgrade or a fault of the bank's own: what it touches, from when, until when it is expected to last."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        ENDED = "ended", _("Over")
        DISCARDED = "discarded", _("Discarded")

    class Kind(models.TextChoices):
        UPGRADE = "upgrade", _("Planned upgrade")
        FAULT = "fault", _("Fault")

    NEXT: ClassVar[Arrows] = {
        Status.DRAFT: frozenset({Status.PUBLISHED, Status.DISCARDED}),
        Status.PUBLISHED: frozenset({Status.ENDED}),
        Status.ENDED: frozenset(),
        Status.DISCARDED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.DRAFT: ("mute", "pencil-square"),
        Status.PUBLISHED: ("warn", "megaphone"),
        Status.ENDED: ("ok", "check-circle"),
        Status.DISCARDED: ("mute", "x-circle"),
    }

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    title_zh = models.CharField(_("title (Chinese)"), max_length=60)
    title_en = models.CharField(_("title (English)"), max_length=120)
    text_zh = models.TextField(_("text (Chinese)"), max_length=500)
    text_en = models.TextField(_("text (English)"), max_length=1000)
    starts_at = models.DateTimeField(_("starts at"))
    expected_end_at = models.DateTimeField(_("expected to end at"), null=True, blank=True)
    branch = models.ForeignKey(
        "accounts.Branch",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("branch it touches"),
        help_text=_("With the branches below it; empty: the whole bank."),
    )
    carrier = models.CharField(_("carrier it touches"), max_length=20, blank=True)
    code = models.CharField(_("code that screens show"), max_length=4, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, editable=False)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "published", "ended", "discarded"]),
                name="bulletin_status_known",
                violation_error_message=_("This is not a status of a bulletin."),
            ),
            models.CheckConstraint(
                condition=Q(expected_end_at=None) | Q(expected_end_at__gt=F("starts_at")),
                name="bulletin_ends_after_its_start",
                violation_error_message=_("The end lies after the start."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" else self.title_zh

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" else self.text_zh
