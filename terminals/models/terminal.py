from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.kernel.lifecycle import Arrows, Refused, lock_in_order
from terminals.models.pausing import Pausing
from terminals.models.terms import TerminalTerms
from terminals.stopping import outstanding


class TerminalQuerySet(models.QuerySet):
    def visible_to(self, user) -> TerminalQuerySet:
        """Terminals of the merchants the person acts for; for staff, of the branch and the branches below it."""
        if user.is_staff:
            return self.filter(branch__in=user.branch_scope())
        return self.filter(merchant__memberships__user=user)

    def live(self) -> TerminalQuerySet:
        return self.exclude(status__in=Terminal.ENDED)


class Terminal(TerminalTerms, Pausing):
    """What the bank's host knows and answers: a number at a merchant. Never re-opened once it has ended."""

    class Status(models.TextChoices):
        PENDING_ACTIVATION = "pending_activation", _("Waiting for activation")
        ACTIVE = "active", _("In use")
        SUSPENDED = "suspended", _("Suspended")
        DORMANT_REVIEW = "dormant_review", _("Unused, under review")
        SETTLE_ONLY = "settle_only", _("Settlement only")
        DEACTIVATED = "deactivated", _("Stopped")
        CANCELLED = "cancelled", _("Cancelled")

    ENDED = (Status.DEACTIVATED, Status.CANCELLED)
    NEXT: ClassVar[Arrows] = {
        Status.PENDING_ACTIVATION: frozenset({Status.ACTIVE, Status.CANCELLED, Status.DEACTIVATED}),
        # Back to waiting: the terminal keeps its number and goes on on another device, by a new code.
        Status.ACTIVE: frozenset(
            {
                Status.PENDING_ACTIVATION,
                Status.SUSPENDED,
                Status.DORMANT_REVIEW,
                Status.SETTLE_ONLY,
                Status.DEACTIVATED,
            }
        ),
        Status.SUSPENDED: frozenset({Status.ACTIVE, Status.SETTLE_ONLY, Status.DEACTIVATED}),
        Status.DORMANT_REVIEW: frozenset(
            {Status.ACTIVE, Status.SUSPENDED, Status.SETTLE_ONLY, Status.DEACTIVATED}
        ),
        Status.SETTLE_ONLY: frozenset({Status.ACTIVE, Status.DEACTIVATED}),
        Status.DEACTIVATED: frozenset(),
        Status.CANCELLED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.PENDING_ACTIVATION: ("info", "clock"),
        Status.ACTIVE: ("ok", "check-circle"),
        Status.SUSPENDED: ("warn", "pause-circle"),
        Status.DORMANT_REVIEW: ("warn", "moon"),
        Status.SETTLE_ONLY: ("warn", "banknotes"),
        Status.DEACTIVATED: ("mute", "no-symbol"),
        Status.CANCELLED: ("mute", "x-circle"),
    }
    LOCK_RANK = 4
    # Only while `cut_off` is at work.
    _is_emergency = False

    number = models.CharField(_("terminal number"), max_length=8, unique=True)
    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, related_name="terminals", verbose_name=_("merchant")
    )
    outlet = models.ForeignKey(
        "merchants.Outlet", models.PROTECT, related_name="terminals", verbose_name=_("outlet")
    )
    branch = models.ForeignKey(
        "accounts.Branch", models.PROTECT, related_name="terminals", verbose_name=_("branch")
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.PENDING_ACTIVATION)
    provisioned_at = models.DateTimeField(_("provisioned at"))
    activated_at = models.DateTimeField(_("activated at"), null=True, blank=True)
    app_version = models.CharField(_("app version"), max_length=20, blank=True)
    # As the host reports it; unknown until the first report, and unknown is not never.
    last_transaction_at = models.DateTimeField(_("last transaction"), null=True, blank=True)
    # Nothing was outstanding any more, in the eyes of every desk.
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True)
    # The two people of an emergency, which does not wait for the clearance.
    cut_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cut off by"),
    )
    cut_off_with = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cut off together with"),
    )

    objects = TerminalQuerySet.as_manager()

    class Meta:
        verbose_name = _("terminal")
        verbose_name_plural = _("terminals")
        permissions = [
            ("verify_terminal", "Can verify terminals that were not used"),
        ]
        indexes = [models.Index(fields=["branch", "status", "-id"], name="terminal_branch_status")]
        constraints = [
            models.CheckConstraint(
                name="terminal_status_known",
                condition=Q(
                    status__in=[
                        "pending_activation",
                        "active",
                        "suspended",
                        "dormant_review",
                        "settle_only",
                        "deactivated",
                        "cancelled",
                    ]
                ),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="terminal_active_since",
                condition=Q(status__in=["pending_activation", "cancelled", "deactivated"])
                | Q(activated_at__isnull=False),
                violation_error_message=_("A terminal in use needs the moment of its activation."),
            ),
            models.CheckConstraint(
                name="terminal_unused_since",
                condition=~Q(status="dormant_review") | Q(found_unused_at__isnull=False),
                violation_error_message=_("A terminal under verification says when it was found unused."),
            ),
            models.CheckConstraint(
                name="terminal_stopped_is_cleared",
                condition=~Q(status="deactivated")
                | Q(cleared_at__isnull=False)
                | Q(cut_off_by__isnull=False, cut_off_with__isnull=False),
                violation_error_message=_(
                    "A terminal is stopped once nothing is outstanding, or by two people in an emergency."
                ),
            ),
            models.CheckConstraint(
                name="terminal_cut_off_by_two",
                condition=Q(cut_off_by=None, cut_off_with=None)
                | (
                    Q(cut_off_by__isnull=False, cut_off_with__isnull=False) & ~Q(cut_off_by=F("cut_off_with"))
                ),
                violation_error_message=_("An emergency stop needs two different people."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def activate(self, *, by, now: datetime, app_version: str = "") -> None:
        """Live on its device. Only `terminals.activation` calls this, beside what else makes it true."""
        with self.moving_to(self.Status.ACTIVE, by=by, now=now):
            self.activated_at, self.app_version = now, app_version

    def set_limits(self, *, single_fen: int, day_fen: int, by, now: datetime) -> None:
        """What it takes at most, per transaction and per day."""
        limits: dict[str, Any] = {"single_fen": single_fen, "day_fen": day_fen}
        with self.acting("limits_set", by=by, now=now, unless=self._ended_objection, **limits):
            self.limit_single_fen, self.limit_day_fen = single_fen, day_fen

    def wind_up(self, *, by, now: datetime, note: str) -> None:
        """It takes no more payments and settles what it has; its device is called back, a code in force is void."""
        with (
            self._holding_device() as device,
            self.moving_to(self.Status.SETTLE_ONLY, by=by, now=now, note=note),
        ):
            self._revoke_codes(by=by, now=now, note=note)
            self._end_suspension(by=by, now=now, note=note, by_stop=True)
            if device:
                device.let_go(by=by, now=now, note=note)

    def restore(self, *, by, now: datetime, note: str) -> None:
        """The stop is revoked before the clearance: in use again on the device that is still there."""
        with (
            self._holding_device() as device,
            self.moving_to(self.Status.ACTIVE, by=by, now=now, note=note),
        ):
            self._insist_on_being(self.Status.SETTLE_ONLY)
            if device:
                device.keep_in_place(by=by, now=now, note=note)

    def await_device(self, *, by, now: datetime, note: str) -> None:
        """Its device is taken away and another one follows. Only `terminals.rebinding.swap` calls this, beside what else that means."""
        if self.status != self.Status.PENDING_ACTIVATION:
            with self.moving_to(self.Status.PENDING_ACTIVATION, by=by, now=now, note=note):
                pass
        self._revoke_codes(by=by, now=now, note=note)
        self.keys.filter(revoked_at=None).update(revoked_at=now)
        self.bindings.filter(valid_to=None).update(valid_to=now)

    def cancel(self, *, by, now: datetime, note: str) -> None:
        """Never to be activated: code void, binding ended, device in stock again or called back."""
        with self._ending(self.Status.CANCELLED, by=by, now=now, note=note):
            pass

    def deactivate(self, *, by, now: datetime, note: str) -> None:
        """Stopped for good, once nothing is outstanding: codes and keys void, binding ended, device called back."""
        with self._holding_device():
            # Asked before anything has changed; asked again by the objection, with everything locked.
            if self.status not in self.ENDED and (items := self.outstanding()):
                raise Refused("\n".join(items), code="outstanding", items=items)
            with self._ending(self.Status.DEACTIVATED, by=by, now=now, note=note):
                self.cleared_at = now

    def cut_off(self, *, by, together_with, now: datetime, note: str) -> None:
        """Stopped at once by two people in an emergency; what is outstanding is settled by hand afterwards."""
        self._is_emergency = True
        try:
            with self._ending(self.Status.DEACTIVATED, by=by, now=now, note=note):
                self._end_suspension(by=by, now=now, note=note, by_stop=True)
                self.cut_off_by, self.cut_off_with = by, together_with
        finally:
            self._is_emergency = False

    def outstanding(self) -> list[str]:
        """What stands between this terminal and its end, in sentences of the desks; empty where nothing does."""
        if self.status != self.Status.SETTLE_ONLY:
            return [gettext("A terminal is stopped through settlement: it first takes no more payments.")]
        return outstanding(self)

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; a terminal becomes live by its code only, and ends past nothing that is outstanding."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if target == self.Status.DEACTIVATED and not self._is_emergency:
            return "\n".join(self.outstanding())
        is_first = self.status == self.Status.PENDING_ACTIVATION and target == self.Status.ACTIVE
        if is_first and not self.codes.filter(used_at=now).exists():
            return str(_("A terminal becomes live by its registration code only."))
        return ""

    def _ended_objection(self) -> str:
        return self.out_of_turn() if self.status in self.ENDED else ""

    @contextmanager
    def _holding_device(self) -> Iterator[models.Model | None]:
        """One transaction, the device and the terminal locked in their order."""
        with transaction.atomic():
            binding = self.binding
            lock_in_order(binding and binding.device, self)
            yield binding.device if binding else None

    @contextmanager
    def _ending(self, target: str, *, by, now: datetime, note: str) -> Iterator[None]:
        with self._holding_device() as device, self.moving_to(target, by=by, now=now, note=note):
            yield
            self._revoke_codes(by=by, now=now, note=note)
            self.keys.filter(revoked_at=None).update(revoked_at=now)
            self.bindings.filter(valid_to=None).update(valid_to=now)
            if device:
                device.let_go(by=by, now=now, note=note)

    def _revoke_codes(self, *, by, now: datetime, note: str) -> None:
        for code in self.codes.filter(status__in=["issued", "locked"]):
            code.revoke(by=by, now=now, note=note)

    @property
    def binding(self):
        """The open binding to a device, or None once the terminal has ended."""
        return self.bindings.filter(valid_to=None).select_related("device__model").first()
