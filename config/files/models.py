"""StoredFile: one upload that was judged and kept, with what was drawn from it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.files.exports.export import Export
from config.files.exports.schedule import ReportSchedule, ScheduleRun
from config.files.imports.job import ImportJob
from config.files.names import MAX_NAME, random_name

__all__ = ["Export", "ImportJob", "ReportSchedule", "ScheduleRun", "StoredFile"]


class StoredFile(models.Model):
    """A judged file. Its blobs carry random names and are sealed at rest; `config.files.serving` alone hands them out.

    Who may see it is decided by the room that owns the document pointing here. Deleting the row is enough to delete the
    file: `tidy_files` removes blobs that no row names.
    """

    class Kind(models.TextChoices):
        IMAGE = "image", _("Picture")
        PDF = "pdf", "PDF"

    class MediaType(models.TextChoices):
        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"
        HEIC = "image/heic", "HEIC"
        PDF = "application/pdf", "PDF"

    name = models.CharField(_("random name"), max_length=64, unique=True, default=random_name, editable=False)
    display_name = models.CharField(_("file name"), max_length=MAX_NAME)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    media_type = models.CharField(_("media type"), max_length=32, choices=MediaType.choices)
    size = models.PositiveIntegerField(_("size in bytes"))
    # Of the original as it was sent. Equal digests across merchants are a hint for reviewers, never shown to a merchant.
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    width = models.PositiveIntegerField(_("width in pixels"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height in pixels"), null=True, blank=True)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    original_blob = models.CharField(_("stored original"), max_length=100, unique=True, editable=False)
    view_blob = models.CharField(_("stored picture"), max_length=100, blank=True, editable=False)
    view_sha256 = models.CharField(_("SHA-256 of the picture"), max_length=64, blank=True, editable=False)
    thumbnail_blob = models.CharField(_("stored thumbnail"), max_length=100, blank=True, editable=False)
    thumbnail_sha256 = models.CharField(
        _("SHA-256 of the thumbnail"), max_length=64, blank=True, editable=False
    )
    # Empty when no virus scanner was configured at the time; where one is configured now, serving asks it first.
    scanned_at = models.DateTimeField(_("scanned at"), null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="stored_files",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    keep_until = models.DateField(_("keep until"), null=True, blank=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        indexes = [models.Index(fields=["uploaded_by", "uploaded_at"], name="files_by_uploader")]
        constraints = [
            models.CheckConstraint(
                name="files_size_positive",
                condition=Q(size__gt=0),
                violation_error_message=_("An empty file is not kept."),
            ),
            models.CheckConstraint(
                name="files_kind_and_media_type_agree",
                condition=Q(kind="image", media_type__in=["image/jpeg", "image/png", "image/heic"])
                | Q(kind="pdf", media_type="application/pdf"),
                violation_error_message=_("The kind of the file and its media type contradict each other."),
            ),
            models.CheckConstraint(
                name="files_image_is_drawn",
                # NULL is no answer to "greater than 0", and no answer satisfies a check: it is asked for by name.
                condition=~Q(kind="image")
                | (
                    Q(width__isnull=False, height__isnull=False, width__gt=0, height__gt=0)
                    & ~(Q(view_blob="") | Q(view_sha256="") | Q(thumbnail_blob="") | Q(thumbnail_sha256=""))
                ),
                violation_error_message=_(
                    "A picture is kept together with its measures and what was drawn from it."
                ),
            ),
            models.CheckConstraint(
                name="files_pdf_has_pages",
                condition=~Q(kind="pdf") | Q(pages__isnull=False, pages__gt=0),
                violation_error_message=_("A PDF without pages is not kept."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_image(self) -> bool:
        return self.kind == self.Kind.IMAGE

    @property
    def blobs(self) -> list[str]:
        """The names under which the storage holds this file."""
        return [blob for blob in (self.original_blob, self.view_blob, self.thumbnail_blob) if blob]
