from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.notices.wording import finished
from config.privacy.fields import EncryptedJSONField


class NoticeVersion(models.Model):
    """What a notice says, as it was issued: figures, words in both languages and the PDF. No column ever changes, by trigger.

    `content` alone can be written anew, since new keys have to seal it; its digest shows whether it still is what it was.
    """

    notice = models.ForeignKey(
        "applications.DeactivationNotice",
        models.PROTECT,
        related_name="versions",
        verbose_name=_("notice of a stop"),
    )
    number = models.PositiveSmallIntegerField(_("version"))
    content: models.Field[dict, dict] = EncryptedJSONField()
    content_digest = models.CharField(_("digest of the content"), max_length=64)
    file = models.ForeignKey(
        "files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("stored file")
    )
    file_digest = models.CharField(_("SHA-256 of the PDF"), max_length=64)
    # Printed as a code on the paper: whoever has the paper can ask whether it is genuine, nobody else.
    token = models.CharField(max_length=64, unique=True, editable=False)
    why = models.CharField(_("why it was corrected"), max_length=200, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        verbose_name = _("version of a notice")
        verbose_name_plural = _("versions of notices")
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "number"],
                name="notice_version_once",
                violation_error_message=_("This version has been issued already."),
            ),
            models.CheckConstraint(
                name="notice_correction_says_why",
                condition=Q(number=1) | ~Q(why=""),
                violation_error_message=_("A correction says what was wrong."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.number}"

    def letter(self, language: str | None = None) -> dict[str, Any]:
        """The text in this language, or in the reader's, with its fingerprint."""
        spoken = "en" if (language or get_language()) == "en" else "zh-hans"
        return finished(self.content["letters"][spoken], self.content_digest)

    @property
    def file_fingerprint(self) -> str:
        """The digest of the PDF in groups that can be compared by eye."""
        return " ".join(self.file_digest[at : at + 8] for at in range(0, len(self.file_digest), 8))

    @property
    def facts(self) -> dict[str, Any]:
        return self.content["facts"]


class NoticeObjection(models.Model):
    """A merchant does not agree with a version of a notice; somebody else than its issuer answers."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The notice stands")
        REVOKED = "revoked", _("The notice is revoked")

    notice = models.ForeignKey(
        "applications.DeactivationNotice",
        models.PROTECT,
        related_name="objections",
        verbose_name=_("notice of a stop"),
    )
    version = models.OneToOneField(
        NoticeVersion, models.PROTECT, related_name="objection", verbose_name=_("version of a notice")
    )
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    # Where the notice goes back to when it stands.
    status_before = models.CharField(max_length=14, editable=False)
    text = models.TextField(_("what the merchant says"), max_length=500)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("raised by")
    )
    raised_at = models.DateTimeField(_("raised at"))
    answer_due_on = models.DateField(_("answer due"))
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
        verbose_name = _("objection to a notice")
        verbose_name_plural = _("objections to notices")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice"],
                condition=Q(outcome=""),
                name="notice_objection_one_at_a_time",
                violation_error_message=_("An objection to this notice waits for its answer already."),
            ),
            models.CheckConstraint(
                name="notice_objection_answered_whole",
                condition=Q(outcome="", answer="", answered_by=None, answered_at=None)
                | (
                    Q(outcome__in=["upheld", "revoked"], answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(answer="")
                ),
                violation_error_message=_("An answer names its outcome, its words, who gave it and when."),
            ),
            models.CheckConstraint(
                name="notice_objection_answered_by_another",
                condition=Q(answered_by=None) | ~Q(answered_by=F("issued_by")),
                violation_error_message=_("Somebody else than the issuer answers an objection."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.get_outcome_display()}"
