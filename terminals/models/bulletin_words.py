from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

WORDS = ("title_zh", "title_en", "text_zh", "text_en")


class BulletinWords(models.Model):
    """What a bulletin says in both languages, read in that of the page."""

    title_zh = models.CharField(_("title (Chinese)"), max_length=60)
    title_en = models.CharField(_("title (English)"), max_length=120)
    text_zh = models.TextField(_("text (Chinese)"), max_length=500)
    text_en = models.TextField(_("text (English)"), max_length=1000)

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" else self.title_zh

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" else self.text_zh
