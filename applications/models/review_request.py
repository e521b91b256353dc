from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ReviewRequest(models.Model):
    """A merchant asks, once, that a refusal be looked at again; somebody else than the refuser answers."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The refusal stands")
        REOPENED = "reopened", _("Taken up again")

    application = models.OneToOneField(
        "applications.Application",
        models.PROTECT,
        related_name="review_request",
        verbose_name=_("application"),
    )
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("refused by")
    )
    text = models.TextField(_("what the merchant says"), max_length=500)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    answer = models.TextField(_("answer"), max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("request to review a refusal")
        verbose_name_plural = _("requests to review refusals")
        constraints = [
            models.CheckConstraint(
                name="review_request_answered_whole",
                condition=Q(outcome="", answered_by=None, answered_at=None)
                | Q(outcome__in=["upheld", "reopened"], answered_by__isnull=False, answered_at__isnull=False),
                violation_error_message=_("An answer names its outcome, who gave it and when."),
            ),
            models.CheckConstraint(
                name="review_request_answered_by_another",
                condition=Q(answered_by=None) | ~Q(answered_by=F("refused_by")),
                violation_error_message=_("Somebody else than the refuser answers."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.application)
