from django.db import models
from django.utils.translation import gettext_lazy as _


class ResponseCode(models.Model):
    """What a code on a terminal's screen means and what to do. Rows, because hosts differ and sources disagree."""

    class ActionClass(models.TextChoices):
        """Classes of the UnionPay terminal specification."""

        SUCCESS = "A", _("success")
        RETRY = "B", _("failed, may be tried again")
        FINAL = "C", _("failed, do not try again")
        OPERATOR = "D", _("the operator must act")
        FAULT = "E", _("system fault, do not try again")

    code_set = models.CharField(_("code set"), max_length=20, default="unionpay")
    code = models.CharField(_("code"), max_length=4)
    action_class = models.CharField(_("class"), max_length=1, choices=ActionClass)
    meaning_zh = models.CharField(_("meaning (Chinese)"), max_length=200)
    meaning_en = models.CharField(_("meaning (English)"), max_length=200)
    screen_text = models.CharField(_("text on the screen"), max_length=200)
    merchant_step_zh = models.CharField(_("what the merchant does (Chinese)"), max_length=300)
    merchant_step_en = models.CharField(_("what the merchant does (English)"), max_length=300)
    bank_step = models.CharField(_("what the bank does"), max_length=300, blank=True)
    note = models.CharField(_("where sources disagree"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("response code")
        verbose_name_plural = _("response codes")
        ordering = ["code_set", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code_set", "code"],
                name="response_code_once",
                violation_error_message=_("This code is already listed in this code set."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code_set} {self.code}"
