from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.kernel.lifecycle import Arrows, Lifecycle
from terminals.models import Terminal
from terminals.settlement.items import Reason, codes_for
from terminals.settlement.rights import COMPLETE, may


class ClearanceQuerySet(models.QuerySet):
    def visible_to(self, user) -> ClearanceQuerySet:
        """Clearances of terminals of the person's branch and the branches below it."""
        return self.filter(terminal__branch__in=user.branch_scope())

    def opened(self) -> ClearanceQuerySet:
        return self.filter(status=Clearance.Status.OPEN)


class Clearance(Lifecycle):
    """Why the account of a terminal, or of one of its devices, has to be clear, and when it was."""

    class Status(models.TextChoices):
        # Named so that the open ones come first in the order of the desk.
        OPEN = "open", _("In hand")
        SETTLED = "settled", _("Cleared")
        VOID = "void", _("No longer needed")

    NEXT: ClassVar[Arrows] = {
        Status.OPEN: frozenset({Status.SETTLED, Status.VOID}),
        Status.SETTLED: frozenset(),
        Status.VOID: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.OPEN: ("warn", "clock"),
        Status.SETTLED: ("ok", "check-circle"),
        Status.VOID: ("mute", "x-circle"),
    }
    # After the terminal it is about; nothing that holds a code waits for a clearance.
    LOCK_RANK = 6

    # The status in which a terminal is while a clearance for this reason is in hand.
    STATUS_FOR: ClassVar = {
        Reason.STOP: (Terminal.Status.SETTLE_ONLY,),
        Reason.SWAP: (Terminal.Status.PENDING_ACTIVATION, Terminal.Status.ACTIVE),
        Reason.BY_HAND: (Terminal.Status.DEACTIVATED,),
    }

    terminal = models.ForeignKey(
        Terminal, models.PROTECT, related_name="clearances", verbose_name=_("terminal")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    # Of the device that was tied to the terminal when the clearance was opened.
    serial_number = models.CharField(_("serial number"), max_length=50, db_index=True)
    application_number = models.CharField(_("application"), max_length=20, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField(_("in hand since"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )

    objects = ClearanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("clearance")
        verbose_name_plural = _("clearances")
        permissions = [
            ("complete_clearance", "Can complete a clearance"),
            ("view_evidence", "Can open the evidence of a clearance"),
        ]
        indexes = [
            models.Index(fields=["status", "opened_at", "id"], name="clearance_queue"),
            models.Index(fields=["terminal", "reason", "-id"], name="clearance_latest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["terminal", "reason"],
                condition=Q(status="open"),
                name="clearance_one_open_per_reason",
                violation_error_message=_("A clearance of this terminal is in hand already."),
            ),
            models.CheckConstraint(
                name="clearance_status_known",
                condition=Q(status__in=["open", "settled", "void"]),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="clearance_reason_known",
                condition=Q(reason__in=Reason.values),
                violation_error_message=_("This reason is unknown."),
            ),
            models.CheckConstraint(
                name="clearance_closed_whole",
                condition=Q(status="open", closed_at=None, closed_by=None)
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(status="open")),
                violation_error_message=_("A clearance that is closed says when and by whom."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terminal.number} {self.get_reason_display()}"

    # -- verbs, called by `terminals.settlement.clearance` with what belongs to them ----------------------------------

    def settle(self, *, by, now: datetime) -> None:
        """Every item is checked: closed for good."""
        self._close(self.Status.SETTLED, by=by, now=now, note="")

    def void(self, *, by, now: datetime, note: str) -> None:
        """What it was opened for does not happen; what was confirmed stays to be read."""
        self._close(self.Status.VOID, by=by, now=now, note=note)

    # -- questions ----------------------------------------------------------------------------------------------------

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; nothing is cleared past an open item, and no clearance is dropped while it is needed."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if target == self.Status.VOID:
            return self._still_needed()
        if not may(by, COMPLETE, self.terminal):
            return gettext("Only the settlement clerks of the branch complete a clearance.")
        if self.terminal.status not in self.STATUS_FOR[Reason(self.reason)]:
            return self.terminal.out_of_turn()
        return "\n".join(self.open_items())

    def open_items(self) -> list[str]:
        """One sentence for each item that two people have not agreed on; a clearance without its items is open as a whole."""
        found = {item.code: item for item in self.items.all()}
        missing = [code for code in codes_for(self.reason) if code not in found]
        if missing:
            return [gettext("Items of this clearance are missing, so nothing of it is clear.")]
        return [sentence for item in found.values() if (sentence := item.what_is_open())]

    def _still_needed(self) -> str:
        terminal = self.terminal
        if self.reason == Reason.STOP and terminal.status == terminal.Status.SETTLE_ONLY:
            return gettext("This terminal is still being stopped; its clearance ends with the stop itself.")
        if self.reason == Reason.BY_HAND:
            return gettext("After an emergency stop the terminal has to be settled; that is not dropped.")
        return ""

    def _close(self, target: str, *, by, now: datetime, note: str) -> None:
        with self.moving_to(target, by=by, now=now, note=note):
            self.closed_at, self.closed_by = now, by
