"""A review item by item: the verdicts that were sent, and the draft of those that were not yet."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.decision import Decision, ReasonCode
from config.privacy.fields import EncryptedJSONField


class Verdict(NamedTuple):
    """What a reviewer says of one item: in order, or not for a reason, in words the merchant reads."""

    is_ok: bool
    reason: ReasonCode | None = None
    public_text: str = ""

    @property
    def words(self) -> str:
        return self.public_text or (self.reason.public_text if self.reason else "")


class ItemReviewQuerySet(models.QuerySet):
    def to_correct(self) -> ItemReviewQuerySet:
        return self.filter(is_ok=False)


class ItemReview(models.Model):
    """The verdict on one item, part of a decision. The merchant reads those to correct, once the decision is sent."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="items", verbose_name=_("decision"))
    # A key of `applications.items`: "field:uscc", "paper:licence", "placement:1:place", "application".
    item = models.CharField(_("item"), max_length=60)
    is_ok = models.BooleanField(_("in order"))
    reason = models.ForeignKey(
        ReasonCode, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reason")
    )
    text = models.CharField(_("what is wrong"), max_length=500, blank=True)
    # Keyed digest of the item as it was judged: whoever changes it loses the verdict.
    content = models.CharField(max_length=64, editable=False)

    objects = ItemReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict on an item")
        verbose_name_plural = _("verdicts on items")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "item"],
                name="item_review_once",
                violation_error_message=_("Each item is judged once, with everything that is wrong with it."),
            ),
            models.CheckConstraint(
                name="item_review_gives_reason",
                condition=Q(is_ok=True, reason=None, text="")
                | (Q(is_ok=False, reason__isnull=False) & ~Q(text="")),
                violation_error_message=_(
                    "What has to be corrected needs a reason and words the merchant can act on."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.item


class Remark(models.Model):
    """Words said with a step that leaves the status: why a case changed hands, why the supervisors should look."""

    application = models.ForeignKey(
        "applications.Application", models.CASCADE, related_name="remarks", verbose_name=_("application")
    )
    action = models.SlugField(_("action"), max_length=40, db_index=False)
    text = models.CharField(_("text"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.action}"


class ReviewDraft(models.Model):
    """What a reviewer has marked and written so far. Nobody else sees it, and nothing of it has any effect."""

    application = models.ForeignKey(
        "applications.Application",
        models.CASCADE,
        related_name="review_drafts",
        verbose_name=_("application"),
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("reviewer")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    content: models.Field[dict, dict] = EncryptedJSONField(_("content"), blank=True, default=dict)
    saved_at = models.DateTimeField(_("saved at"), db_index=True)

    class Meta:
        verbose_name = _("draft of a review")
        verbose_name_plural = _("drafts of reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "reviewer"],
                name="review_draft_once",
                violation_error_message=_("A reviewer keeps one draft for each application."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.reviewer_id}"
