from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.paper import Paper


class DocumentQuerySet(models.QuerySet):
    def current(self) -> "DocumentQuerySet":
        """Papers as they stand, without those replaced or taken away."""
        return self.filter(removed_at=None)


class Document(models.Model):
    """A paper of an application. A replaced one stays on record."""

    application = models.ForeignKey(
        "applications.Application", models.CASCADE, related_name="documents", verbose_name=_("application")
    )
    paper = models.CharField(_("paper"), max_length=16, choices=Paper)
    stored_file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file")
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"))
    removed_at = models.DateTimeField(_("replaced at"), null=True, blank=True)
    keep_until = models.DateField(_("kept until"), null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "paper"],
                condition=Q(removed_at=None),
                name="document_one_current_per_paper",
                violation_error_message=_(
                    "This paper was uploaded twice at the same moment. Please look at it once more."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.get_paper_display()
