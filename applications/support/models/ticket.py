from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.support.models.ticket_steps import TicketSteps
from config.kernel.lifecycle import Arrows
from config.kernel.policy import current_policy

LIVE = ("open", "in_hand", "waiting")


class TicketQuerySet(models.QuerySet):
    def visible_to(self, user) -> TicketQuerySet:
        """For staff those of the branch and below; for merchants' people those of the merchants they act for."""
        if user.is_staff:
            return self.filter(branch__in=user.branch_scope())
        return self.filter(merchant__memberships__user=user)

    def live(self) -> TicketQuerySet:
        return self.filter(status__in=LIVE)

    def overdue(self, *, at: datetime) -> TicketQuerySet:
        return self.filter(due_at__lt=at)


class Ticket(TicketSteps):
    """What a merchant asks or misses, from its first word to the cause that was found."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("ticket", "Not taken yet")
        IN_HAND = "in_hand", pgettext_lazy("ticket", "Being looked into")
        WAITING = "waiting", pgettext_lazy("ticket", "Waiting for the merchant")
        CLOSED = "closed", pgettext_lazy("ticket", "Closed")
        MERGED = "merged", pgettext_lazy("ticket", "Merged")

    class Category(models.TextChoices):
        TERMINAL = "terminal", _("A terminal does not work")
        MISSING_SALE = "missing_sale", _("A transaction cannot be found")
        MONEY = "money", _("Money that has not arrived")
        APPLICATION = "application", _("An application or a paper")
        EQUIPMENT = "equipment", _("Accessories and repair")
        COMPLAINT = "complaint", _("Complaint")
        OTHER = "other", pgettext_lazy("ticket", "Something else")

    class Origin(models.TextChoices):
        PORTAL = "portal", pgettext_lazy("ticket", "Portal")
        CALL = "call", _("Telephone")

    NEXT: ClassVar[Arrows] = {
        Status.OPEN: frozenset({Status.IN_HAND, Status.MERGED}),
        Status.IN_HAND: frozenset({Status.OPEN, Status.WAITING, Status.CLOSED, Status.MERGED}),
        Status.WAITING: frozenset({Status.IN_HAND, Status.OPEN, Status.CLOSED, Status.MERGED}),
        Status.CLOSED: frozenset({Status.OPEN}),
        Status.MERGED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.OPEN: ("info", "clock"),
        Status.IN_HAND: ("info", "wrench-screwdriver"),
        Status.WAITING: ("warn", "chat-bubble-left-right"),
        Status.CLOSED: ("ok", "check-circle"),
        Status.MERGED: ("mute", "link"),
    }
    LOCK_RANK = 9

    number = models.CharField(_("ticket number"), max_length=20, unique=True)
    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, related_name="tickets", verbose_name=_("merchant")
    )
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", verbose_name=_("branch"))
    terminal = models.ForeignKey(
        "terminals.Terminal",
        models.PROTECT,
        null=True,
        related_name="tickets",
        verbose_name=_("terminal"),
    )
    self_check = models.ForeignKey(
        "support.SelfCheck",
        models.PROTECT,
        null=True,
        related_name="tickets",
        verbose_name=_("self-check"),
    )
    category = models.CharField(_("category"), max_length=12, choices=Category)
    origin = models.CharField(_("came by"), max_length=6, choices=Origin, default=Origin.PORTAL)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    opened_at = models.DateTimeField(pgettext_lazy("ticket", "opened at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("ticket", "opened by"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="tickets_in_hand",
        verbose_name=_("in the hands of"),
    )
    # The bank's next word is due; the clock stands while the merchant has the word, with what was left kept in minutes.
    due_at = models.DateTimeField(_("answer due"), null=True)
    minutes_left = models.IntegerField(_("working minutes left"), null=True)
    # Of this due moment.
    escalated_at = models.DateTimeField(_("supervisors told at"), null=True)
    cause = models.ForeignKey(
        "support.ClosingCause", models.PROTECT, null=True, related_name="+", verbose_name=_("cause")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="duplicates", verbose_name=_("merged into")
    )
    rating = models.PositiveSmallIntegerField(_("satisfaction"), null=True)
    rating_words = models.CharField(_("words on it"), max_length=500, blank=True)
    rated_at = models.DateTimeField(_("rated at"), null=True)
    rated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("rated by")
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        default_permissions = ("view",)
        permissions = [
            ("handle_ticket", _("Can take and answer tickets")),
            ("lead_ticket", _("Can hand over tickets that others have in hand")),
        ]
        indexes = [
            models.Index(fields=["branch", "status", "-id"], name="ticket_branch_status"),
            models.Index(fields=["merchant", "-id"], name="ticket_merchant_newest"),
            models.Index(fields=["due_at"], name="ticket_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["self_check"],
                condition=Q(status__in=LIVE),
                name="ticket_one_live_per_check",
                violation_error_message=_("This self-check has an open ticket already."),
            ),
            models.CheckConstraint(
                name="ticket_status_known",
                condition=Q(status__in=["open", "in_hand", "waiting", "closed", "merged"]),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="ticket_category_known",
                condition=Q(
                    category__in=[
                        "terminal",
                        "missing_sale",
                        "money",
                        "application",
                        "equipment",
                        "complaint",
                        "other",
                    ]
                ),
                violation_error_message=_("Choose what the ticket is about."),
            ),
            models.CheckConstraint(
                name="ticket_in_somebodys_hands",
                condition=(~Q(status="open") | Q(assignee=None))
                & (~Q(status__in=["in_hand", "waiting"]) | Q(assignee__isnull=False)),
                violation_error_message=_(
                    "A ticket that was taken is in somebody's hands, an open one is not."
                ),
            ),
            models.CheckConstraint(
                name="ticket_clock_runs_while_ours",
                condition=(~Q(status__in=["open", "in_hand"]) | Q(due_at__isnull=False, minutes_left=None))
                & (~Q(status="waiting") | Q(due_at=None, minutes_left__isnull=False))
                & (~Q(status__in=["closed", "merged"]) | Q(due_at=None, minutes_left=None)),
                violation_error_message=_("The clock runs while the bank has the word, and only then."),
            ),
            models.CheckConstraint(
                name="ticket_closed_whole",
                condition=Q(
                    status="closed", closed_at__isnull=False, closed_by__isnull=False, cause__isnull=False
                )
                | (~Q(status="closed") & Q(closed_at=None, closed_by=None, cause=None)),
                violation_error_message=_("A closed ticket has its cause, its moment and its author."),
            ),
            models.CheckConstraint(
                name="ticket_merged_whole",
                condition=Q(status="merged", merged_into__isnull=False) & ~Q(merged_into=F("id"))
                | (~Q(status="merged") & Q(merged_into=None)),
                violation_error_message=_("A merged ticket leads to another one."),
            ),
            models.CheckConstraint(
                name="ticket_rated_whole",
                condition=Q(rating=None, rated_at=None, rated_by=None, rating_words="")
                | Q(
                    rating__isnull=False, rating__range=(1, 5), rated_at__isnull=False, rated_by__isnull=False
                ),
                violation_error_message=_("Satisfaction goes from 1 to 5, with its moment and its author."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_missing_sale(self) -> bool:
        return self.category == self.Category.MISSING_SALE

    @property
    def reopens_until(self) -> datetime | None:
        """Until when a closed ticket can be reopened."""
        return self.closed_at and self.closed_at + timedelta(days=current_policy().ticket_reopen_days)
