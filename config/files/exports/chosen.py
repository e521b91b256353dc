"""What a person chose of a report: the same for a file that is taken once and for one that comes again and again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.files.exports.report import Report, report_named
from config.privacy.fields import EncryptedJSONField


class ChosenReport(models.Model):
    """Which report, under which conditions, as which file and in whose language.

    Conditions may hold a search for a person, so they are sealed.
    """

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", _("Excel workbook (XLSX)")
        PDF = "pdf", _("Summary (PDF)")

    report = models.CharField(pgettext_lazy("export", "report"), max_length=60)
    conditions: models.Field[dict[str, list[str]], dict[str, list[str]]] = EncryptedJSONField(_("conditions"))
    file_format = models.CharField(_("format"), max_length=4, choices=Format)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)

    class Meta:
        abstract = True

    @property
    def shelved(self) -> Report | None:
        """The report as it stands on the shelf today."""
        return report_named(self.report)

    @property
    def title(self) -> str:
        shelved = self.shelved
        return str(shelved.title) if shelved else self.report


def format_known(name: str) -> models.CheckConstraint:
    """The constraint of this name that a chosen report is a file which the portal makes."""
    return models.CheckConstraint(
        name=name,
        condition=Q(file_format__in=["csv", "xlsx", "pdf"]),
        violation_error_message=_("The portal makes no files of this format."),
    )
