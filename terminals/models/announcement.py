from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Announcement(models.Model):
    """That the owners were told of something planned, so many days ahead of its day: each once."""

    class About(models.TextChoices):
        RESUMPTION = "resumption", _("End of a planned closure")
        VERIFICATION = "verification", _("Verification of an unused terminal")
        STOP = "stop", _("Stop of an unused terminal")

    terminal = models.ForeignKey(
        "terminals.Terminal", models.PROTECT, related_name="announcements", verbose_name=_("terminal")
    )
    about = models.CharField(_("about"), max_length=12, choices=About)
    due_on = models.DateField(_("planned for"))
    days_ahead = models.PositiveSmallIntegerField(_("days ahead"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = [
            models.UniqueConstraint(
                fields=["terminal", "about", "due_on", "days_ahead"],
                name="announcement_once",
                violation_error_message=_("This has been announced already."),
            ),
            models.CheckConstraint(
                name="announcement_about_known",
                condition=Q(about__in=["resumption", "verification", "stop"]),
                violation_error_message=_("It is not known what this announces."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terminal_id}: {self.about} {self.due_on} -{self.days_ahead}"
