"""Particulars hold for a time: what a merchant was told of their end, and when they were last found right."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Expiring(models.TextChoices):
    LICENCE = "licence", _("Business licence")
    IDENTITY = "identity", _("Identity document of the responsible person")
    ATTESTATION = "attestation", _("Yearly confirmation of the particulars")


class Attestation(models.Model):
    """The particulars on record were right at that moment: one of the merchant's people said so, or a change was granted."""

    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, related_name="attestations", verbose_name=_("merchant")
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("confirmation of particulars")
        verbose_name_plural = _("confirmations of particulars")
        indexes = [models.Index(fields=["merchant", "-at"], name="attestation_latest")]

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.at}"


class ExpiryNotice(models.Model):
    """What the merchant's people were told of one of its particulars and the last day on which that holds: each once.

    A reminder says so many days ahead. The formal notice, 0 days ahead, comes once that day is over, and says on which day
    the terminals will be suspended.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, related_name="expiry_notices", verbose_name=_("merchant")
    )
    about = models.CharField(_("about"), max_length=12, choices=Expiring)
    good_until = models.DateField(_("good until"))
    days_ahead = models.PositiveSmallIntegerField(_("days ahead"))
    at = models.DateTimeField(_("at"))
    suspends_on = models.DateField(_("terminals suspended from"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice of expiry")
        verbose_name_plural = _("notices of expiry")
        indexes = [
            models.Index(
                fields=["suspends_on"], condition=Q(suspends_on__isnull=False), name="expiry_notice_grace"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "about", "good_until", "days_ahead"],
                name="expiry_notice_once",
                violation_error_message=_("The merchant has been told of this already."),
            ),
            models.CheckConstraint(
                name="expiry_notice_about_known",
                condition=Q(about__in=["licence", "identity", "attestation"]),
                violation_error_message=_("It is not known what this notice is about."),
            ),
            models.CheckConstraint(
                name="expiry_notice_gives_grace",
                condition=(Q(days_ahead__gt=0) & Q(suspends_on=None))
                | Q(days_ahead=0, suspends_on__isnull=False, suspends_on__gt=F("good_until")),
                violation_error_message=_(
                    "A formal notice, and nothing else, says on which later day the terminals are suspended."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.about} {self.good_until} -{self.days_ahead}"
