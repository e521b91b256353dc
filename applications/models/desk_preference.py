from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DeskPreferenceQuerySet(models.QuerySet["DeskPreference"]):
    def of(self, person) -> DeskPreference:
        """What this person prefers; the defaults, unsaved, for one who never said."""
        return self.filter(user=person).first() or DeskPreference(user=person)


class DeskPreference(models.Model):
    """How one person likes the review desk, on whatever device."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user")
    )
    # Single-letter keys can be switched off (WCAG 2.1.4).
    has_shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    opens_next = models.BooleanField(_("open the next case when done"), default=True)

    objects = DeskPreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("preference at the desk")
        verbose_name_plural = _("preferences at the desk")

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    def remember(cls, person, **preferred: bool) -> None:
        """Leave this person's preferences as said here; the others stay as they are."""
        cls.objects.update_or_create(user=person, defaults=preferred)
