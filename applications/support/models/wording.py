"""What the help line keeps as data: why tickets end, and texts that are sent often."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class ClosingCause(models.Model):
    """What was behind a ticket in the end. Never deleted: closed tickets name it."""

    code = models.SlugField(_("code"), max_length=30, primary_key=True)
    text_zh = models.CharField(_("text for the merchant (Chinese)"), max_length=200)
    text_en = models.CharField(_("text for the merchant (English)"), max_length=200)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("cause of tickets")
        verbose_name_plural = _("causes of tickets")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" else self.text_zh


class CannedText(models.Model):
    """An answer that is given often, in both languages; merchants get it in the language they use."""

    code = models.SlugField(_("code"), max_length=30, primary_key=True)
    title = models.CharField(_("name among colleagues"), max_length=60)
    text_zh = models.TextField(_("text for the merchant (Chinese)"), max_length=1000)
    text_en = models.TextField(_("text for the merchant (English)"), max_length=1000)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("canned text")
        verbose_name_plural = _("canned texts")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> str:
        return self.text_in(get_language() or "")

    def text_in(self, language: str) -> str:
        return self.text_en if language == "en" else self.text_zh
