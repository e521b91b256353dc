"""What decides who gets which case: reviewers who are away, and cases a reviewer has put off until the others are done."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AbsenceQuerySet(models.QuerySet):
    def on(self, day) -> "AbsenceQuerySet":
        return self.filter(first_day__lte=day, last_day__gte=day)


class Absence(models.Model):
    """Days on which a reviewer gets no cases by themselves. Supervisors keep them."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", verbose_name=_("person")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-last_day", "-id"]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_begins",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day cannot be before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.first_day} ~ {self.last_day}"


class SkippedCase(models.Model):
    """A case that comes last for this reviewer on the day of the moment."""

    application = models.ForeignKey("applications.Application", models.CASCADE, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("skipped at"))

    class Meta:
        verbose_name = _("skipped case")
        verbose_name_plural = _("skipped cases")
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "application"],
                name="skipped_case_once",
                violation_error_message=_("This case is skipped already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id}: {self.application_id}"
