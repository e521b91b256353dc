from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class ConsentText(models.Model):
    """A version of the agreement and the notice on personal information (PIPL Art. 17, 23, 28-30). Never edited."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    effective_on = models.DateField(_("in force from"))
    agreement_zh = models.TextField(_("terminal agreement (Chinese)"))
    agreement_en = models.TextField(_("terminal agreement (English)"))
    privacy_zh = models.TextField(_("personal information notice (Chinese)"))
    privacy_en = models.TextField(_("personal information notice (English)"))

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["-effective_on", "-id"]

    def __str__(self) -> str:
        return self.version

    @property
    def agreement(self) -> str:
        return self.agreement_en if get_language() == "en" else self.agreement_zh

    @property
    def privacy(self) -> str:
        return self.privacy_en if get_language() == "en" else self.privacy_zh
