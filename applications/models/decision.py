from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class ReasonCode(models.Model):
    """Why an application is returned or refused, in words kept as data."""

    class Severity(models.TextChoices):
        RETRY = "retry", _("can be corrected")
        FINAL = "final", _("final")

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    severity = models.CharField(_("severity"), max_length=5, choices=Severity)
    public_text_zh = models.CharField(_("text for the merchant (Chinese)"), max_length=300)
    public_text_en = models.CharField(_("text for the merchant (English)"), max_length=300)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        ordering = ["severity", "position"]

    def __str__(self) -> str:
        return self.public_text

    @property
    def public_text(self) -> str:
        return self.public_text_en if get_language() == "en" else self.public_text_zh


class Decision(models.Model):
    """What a reviewer decided on one version of an application, with the words the merchant reads."""

    class Outcome(models.TextChoices):
        RETURNED = "returned", pgettext_lazy("decision", "Returned for correction")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Refused")

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="decisions", verbose_name=_("application")
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    round = models.PositiveSmallIntegerField(_("round"))
    version = models.PositiveIntegerField(_("version decided on"))
    reason = models.ForeignKey(
        ReasonCode, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason")
    )
    public_text = models.TextField(_("text for the merchant"), max_length=500, blank=True)
    private_note = models.TextField(_("private note"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="decision_gives_reason",
                condition=Q(outcome="approved") | ~Q(public_text=""),
                violation_error_message=_("Say why, in words the merchant can act on."),
            ),
            models.UniqueConstraint(
                fields=["application", "round"],
                name="decision_one_per_round",
                violation_error_message=_("This round is already decided."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.outcome}"


class ReturnedItem(models.Model):
    """One thing to correct: a page of the form or a paper, and what is wrong with it."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="items", verbose_name=_("decision"))
    # "paper:licence" for a paper, "page:business" for a page of the form
    item = models.CharField(_("item"), max_length=60)
    text = models.CharField(_("what is wrong"), max_length=300)

    class Meta:
        verbose_name = _("item to correct")
        verbose_name_plural = _("items to correct")
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "item"],
                name="returned_item_once",
                violation_error_message=_(
                    "Each item is returned once, with everything that is wrong with it."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.item
