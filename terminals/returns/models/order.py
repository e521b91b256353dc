from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.kernel.lifecycle import Arrows, Lifecycle
from terminals.returns.models.steps import ReturnSteps


class ReturnOrderQuerySet(models.QuerySet):
    def visible_to(self, user) -> ReturnOrderQuerySet:
        """Returns of the merchants the person acts for; for staff, of the branch and the branches below it."""
        if user.is_staff:
            return self.filter(branch__in=user.branch_scope())
        return self.filter(terminal__merchant__memberships__user=user)

    def awaited(self) -> ReturnOrderQuerySet:
        """Those of which something has still to come back."""
        return self.filter(status__in=ReturnOrder.AWAITED)

    def live(self) -> ReturnOrderQuerySet:
        return self.exclude(status__in=ReturnOrder.ENDED)

    def overdue(self, *, on: date) -> ReturnOrderQuerySet:
        return self.awaited().filter(due_on__lt=on)


class ReturnOrder(ReturnSteps, Lifecycle):
    """A device with everything that went out with it, asked back from a merchant. One at a time for each terminal and device."""

    class Status(models.TextChoices):
        OPEN = "open", _("To be handed in")
        SENT = "sent", _("On its way")
        PART_RECEIVED = "part_received", _("Received in part")
        RECEIVED = "received", pgettext_lazy("return", "Received")
        CLOSED = "closed", pgettext_lazy("return", "Closed")
        WRITTEN_OFF = "written_off", _("Written off")
        CALLED_OFF = "called_off", _("Called off")

    class Way(models.TextChoices):
        BRANCH = "branch", _("brought to the branch")
        COURIER = "courier", _("sent by courier")
        PICK_UP = "pick_up", _("picked up by the bank")

    AWAITED = (Status.OPEN, Status.SENT, Status.PART_RECEIVED)
    ENDED = (Status.CLOSED, Status.WRITTEN_OFF, Status.CALLED_OFF)
    _COMING = frozenset({Status.PART_RECEIVED, Status.RECEIVED, Status.WRITTEN_OFF})
    NEXT: ClassVar[Arrows] = {
        Status.OPEN: _COMING | {Status.SENT, Status.CALLED_OFF},
        # A waybill may be mistyped: it is announced again.
        Status.SENT: _COMING | {Status.SENT, Status.CALLED_OFF},
        Status.PART_RECEIVED: _COMING,
        Status.RECEIVED: frozenset({Status.CLOSED}),
        Status.CLOSED: frozenset(),
        Status.WRITTEN_OFF: frozenset(),
        Status.CALLED_OFF: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.OPEN: ("warn", "arrow-uturn-left"),
        Status.SENT: ("info", "truck"),
        Status.PART_RECEIVED: ("warn", "inbox-arrow-down"),
        Status.RECEIVED: ("info", "inbox-arrow-down"),
        Status.CLOSED: ("ok", "check-circle"),
        Status.WRITTEN_OFF: ("bad", "x-circle"),
        Status.CALLED_OFF: ("mute", "minus"),
    }
    LOCK_RANK = 6

    number = models.CharField(_("return number"), max_length=20, unique=True)
    terminal = models.ForeignKey(
        "terminals.Terminal", models.PROTECT, related_name="returns", verbose_name=_("terminal")
    )
    device = models.ForeignKey(
        "terminals.Device", models.PROTECT, related_name="returns", verbose_name=_("device")
    )
    branch = models.ForeignKey(
        "accounts.Branch", models.PROTECT, related_name="returns", verbose_name=_("branch")
    )
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.OPEN)
    way = models.CharField(_("way"), max_length=8, choices=Way, default=Way.BRANCH)
    # Where it is brought or sent to, or picked up.
    address = models.CharField(_("address"), max_length=200)
    due_on = models.DateField(_("to be back by"))
    # The merchant's own device is only presented, wiped and handed back.
    is_inspection = models.BooleanField(_("the merchant's own device, to be inspected"), default=False)
    application_number = models.CharField(_("application"), max_length=20, blank=True)
    waybill = models.CharField(_("waybill"), max_length=40, blank=True)
    pick_up_on = models.DateField(_("pick-up on"), null=True, blank=True)
    opened_at = models.DateTimeField(_("asked back at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked back by")
    )
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    lost_at = models.DateTimeField(_("reported lost at"), null=True, blank=True)
    lost_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reported lost by"),
    )
    lost_note = models.CharField(_("how it was lost"), max_length=200, blank=True)
    police_receipt = models.ForeignKey(
        "files.StoredFile",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("police receipt"),
    )
    written_off_at = models.DateTimeField(_("written off at"), null=True, blank=True)
    written_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written off by"),
    )
    # The last stage of chasing that was told, so that no sweep tells it twice.
    chased = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = ReturnOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        permissions = [
            ("handle_returnorder", _("Can receive and inspect returns")),
            ("write_off_returnorder", _("Can write off lost devices")),
        ]
        indexes = [
            models.Index(fields=["branch", "status", "due_on"], name="return_branch_due"),
            models.Index(fields=["status", "due_on"], name="return_due"),
            models.Index(fields=["waybill"], name="return_waybill", condition=~Q(waybill="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["terminal", "device"],
                condition=Q(status__in=["open", "sent", "part_received", "received"]),
                name="return_one_at_a_time",
                violation_error_message=_("This device is asked back from this terminal already."),
            ),
            models.CheckConstraint(
                name="return_status_known",
                condition=Q(
                    status__in=[
                        "open",
                        "sent",
                        "part_received",
                        "received",
                        "closed",
                        "written_off",
                        "called_off",
                    ]
                ),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="return_sent_has_its_way",
                condition=~Q(status="sent")
                | Q(way="branch")
                | (Q(way="courier") & ~Q(waybill=""))
                | Q(way="pick_up", pick_up_on__isnull=False),
                violation_error_message=_(
                    "What is sent by courier has a waybill, what is picked up has a date."
                ),
            ),
            models.CheckConstraint(
                name="return_received_when",
                condition=~Q(status__in=["received", "closed"]) | Q(received_at__isnull=False),
                violation_error_message=_("What was received has the moment of it."),
            ),
            models.CheckConstraint(
                name="return_lost_whole",
                condition=Q(lost_at=None, lost_by=None, lost_note="", police_receipt=None)
                | (
                    Q(lost_at__isnull=False, lost_by__isnull=False, police_receipt__isnull=False)
                    & ~Q(lost_note="")
                ),
                violation_error_message=_("A loss is reported with a remark and the police receipt."),
            ),
            models.CheckConstraint(
                name="return_written_off_by_second",
                condition=(~Q(status="written_off") & Q(written_off_at=None, written_off_by=None))
                | (
                    Q(status="written_off", written_off_at__isnull=False, written_off_by__isnull=False)
                    & Q(lost_by__isnull=False)
                    & ~Q(written_off_by=F("lost_by"))
                ),
                violation_error_message=_(
                    "A lost device is written off by somebody else than who reported it lost."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_overdue(self, *, on: date) -> bool:
        return self.status in self.AWAITED and self.due_on < on

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`, with what each step asks besides (`models.steps`)."""
        return super().objection(target, by=by, now=now) or self.guard(target, by=by)
