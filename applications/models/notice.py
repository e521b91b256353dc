from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from applications.models.steps.noticing import NoticeSteps
from config.kernel.clock import end_of_day
from config.kernel.lifecycle import Arrows
from config.privacy.fields import EncryptedTextField


class DeactivationNoticeQuerySet(models.QuerySet):
    def visible_to(self, user) -> DeactivationNoticeQuerySet:
        """Notices to the merchants the person acts for; for staff, of the branch and the branches below it."""
        if user.is_staff:
            return self.filter(branch__in=user.branch_scope())
        return self.filter(merchant__memberships__user=user)


class DeactivationNotice(NoticeSteps):
    """停用通知书: the bank tells a merchant that terminals are stopped, why, and what is to be done by when.

    What it says stands in its versions, which never change. Issued and corrected by `applications.notices.issuing` only.
    """

    class Status(models.TextChoices):
        ISSUED = "issued", _("Issued")
        DELIVERED = "delivered", _("Delivered")
        ACKNOWLEDGED = "acknowledged", _("Receipt confirmed")
        OBJECTED = "objected", _("Objection raised")
        REVOKED = "revoked", _("Revoked")
        CLOSED = "closed", _("Completed")

    class Way(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        POST = "post", _("By post")
        SMS = "sms", _("By SMS")
        PORTAL = "portal", _("In the portal")

    STANDING = (Status.ISSUED, Status.DELIVERED, Status.ACKNOWLEDGED)
    ENDED = (Status.REVOKED, Status.CLOSED)
    # Back to issued: a corrected version is to be delivered anew.
    NEXT: ClassVar[Arrows] = {
        Status.ISSUED: frozenset({Status.ISSUED, Status.DELIVERED, Status.REVOKED}),
        Status.DELIVERED: frozenset(
            {Status.ISSUED, Status.ACKNOWLEDGED, Status.OBJECTED, Status.REVOKED, Status.CLOSED}
        ),
        Status.ACKNOWLEDGED: frozenset({Status.ISSUED, Status.OBJECTED, Status.REVOKED, Status.CLOSED}),
        Status.OBJECTED: frozenset({Status.DELIVERED, Status.ACKNOWLEDGED, Status.REVOKED}),
        Status.REVOKED: frozenset(),
        Status.CLOSED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.ISSUED: ("info", "paper-airplane"),
        Status.DELIVERED: ("warn", "clock"),
        Status.ACKNOWLEDGED: ("ok", "check-circle"),
        Status.OBJECTED: ("warn", "chat-bubble-left-ellipsis"),
        Status.REVOKED: ("mute", "arrow-uturn-left"),
        Status.CLOSED: ("mute", "archive-box"),
    }
    LOCK_RANK = 2

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="notices", verbose_name=_("application")
    )
    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, related_name="notices", verbose_name=_("merchant")
    )
    branch = models.ForeignKey(
        "accounts.Branch", models.PROTECT, related_name="notices", verbose_name=_("branch")
    )
    status = models.CharField(
        _("status"), max_length=14, choices=Status, default=Status.ISSUED, editable=False
    )
    # TZ-310115-2026-0001: unique in the whole bank, for addresses and lists.
    reference = models.CharField(_("reference"), max_length=30, unique=True, editable=False)
    # 示银收单停〔2026〕0001号: counted in the branch and year, for people and paper.
    number = models.CharField(_("notice number"), max_length=40, editable=False)
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    position = models.PositiveIntegerField(_("number in the year"), editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    issued_at = models.DateTimeField(_("issued at"))
    objection_until = models.DateField(_("objection possible until"))
    delivery_way = models.CharField(_("delivered how"), max_length=10, choices=Way, blank=True)
    waybill = models.CharField(_("waybill or message number"), max_length=40, blank=True)
    receiver = EncryptedTextField(_("who took it"), max_length=60, blank=True, default="")
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("delivery recorded by"),
    )
    acknowledged_at = models.DateTimeField(_("receipt confirmed at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("receipt confirmed by"),
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
    )

    objects = DeactivationNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice of a stop")
        verbose_name_plural = _("notices of stops")
        permissions = [
            ("deliver_deactivationnotice", "Can record the delivery and the end of notices"),
            ("correct_deactivationnotice", "Can correct notices"),
            ("answer_noticeobjection", "Can answer objections to notices"),
            ("revoke_deactivationnotice", "Can revoke notices"),
        ]
        indexes = [models.Index(fields=["branch", "status", "-id"], name="notice_branch_status")]
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "year", "position"],
                name="notice_number_once",
                violation_error_message=_("This number belongs to another notice of the branch."),
            ),
            models.CheckConstraint(
                name="notice_status_known",
                condition=Q(
                    status__in=["issued", "delivered", "acknowledged", "objected", "revoked", "closed"]
                ),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="notice_delivered_whole",
                condition=Q(delivered_at=None, delivered_by=None, delivery_way="")
                | (Q(delivered_at__isnull=False, delivered_by__isnull=False) & ~Q(delivery_way="")),
                violation_error_message=_("A delivery says when, how and who recorded it."),
            ),
            models.CheckConstraint(
                name="notice_in_hands_was_delivered",
                condition=~Q(status__in=["delivered", "acknowledged", "closed"])
                | Q(delivered_at__isnull=False),
                violation_error_message=_("Only a delivered notice is confirmed or completed."),
            ),
            models.CheckConstraint(
                name="notice_posted_with_waybill",
                condition=~Q(delivery_way="post") | ~Q(waybill=""),
                violation_error_message=_("A delivery by post names its waybill."),
            ),
            models.CheckConstraint(
                name="notice_acknowledged_whole",
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                violation_error_message=_("A confirmation says when and by whom."),
            ),
            models.CheckConstraint(
                name="notice_confirmed_by_somebody",
                condition=~Q(status="acknowledged") | Q(acknowledged_at__isnull=False),
                violation_error_message=_("A confirmation says when and by whom."),
            ),
            models.CheckConstraint(
                name="notice_revoked_whole",
                condition=Q(revoked_at=None, revoked_by=None) & ~Q(status="revoked")
                | Q(revoked_at__isnull=False, revoked_by__isnull=False, status="revoked"),
                violation_error_message=_("A revoked notice says when and by whom."),
            ),
            models.CheckConstraint(
                name="notice_revoked_by_another",
                condition=Q(revoked_by=None) | ~Q(revoked_by=F("issued_by")),
                violation_error_message=_("Somebody else than the issuer revokes a notice."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def current(self):
        """The version in force; the ones before it stay on record."""
        return self.versions.select_related("file").order_by("-number").first()

    @property
    def open_objection(self):
        """The objection that waits for its answer, or None."""
        return self.objections.filter(outcome="").first()

    def may_be_objected_to(self, now: datetime) -> bool:
        """Whether there is time for an objection still: the last day counts whole."""
        return now <= end_of_day(self.objection_until)

    def standing_of(self, version) -> str:
        """What a paper of this version is worth: valid, or why it no longer is."""
        if self.status == self.Status.REVOKED:
            return gettext("Revoked")
        is_current = version.number == self.current.number
        return pgettext("notice", "In force") if is_current else gettext("Replaced")
