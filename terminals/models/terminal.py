from datetime import datetime
from typing import ClassVar

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.kernel.lifecycle import Arrows, Lifecycle, lock_in_order


class TerminalTerms(models.Model):
    """What was agreed for one terminal: shared by the terminal and the line of the application that asks for it."""

    class Connection(models.TextChoices):
        MOBILE = "mobile", _("mobile network")
        WIFI = "wifi", _("Wi-Fi")
        CABLE = "cable", _("network cable")
        DIAL_UP = "dial_up", _("telephone line")

    class Service(models.TextChoices):
        SALE = "sale", _("sale")
        VOID = "void", _("void")
        REFUND = "refund", _("refund")
        PRE_AUTHORISATION = "pre_authorisation", _("pre-authorisation")
        QR_CODE = "qr_code", _("QR code payment")

    label = models.CharField(_("name of the terminal"), max_length=30, blank=True)
    is_mobile = models.BooleanField(_("used on the move"), default=False)
    use_area = models.CharField(_("area of use"), max_length=60, blank=True)
    is_spare = models.BooleanField(_("kept as a spare"), default=False)
    connection = models.CharField(
        _("connection"), max_length=8, choices=Connection, default=Connection.MOBILE
    )
    bound_phone = models.CharField(_("bound telephone line"), max_length=20, blank=True)
    services = models.JSONField(_("services"), default=list, blank=True)
    limit_single_fen = models.PositiveBigIntegerField(_("limit per transaction, fen"), default=5_000_000)
    limit_day_fen = models.PositiveBigIntegerField(_("limit per day, fen"), default=20_000_000)

    class Meta:
        abstract = True

    def services_display(self) -> list[str]:
        """The agreed services in words, in the order of the list."""
        return [str(service.label) for service in self.Service if service.value in self.services]


class TerminalQuerySet(models.QuerySet):
    def visible_to(self, user) -> "TerminalQuerySet":
        """Terminals of the merchants the person acts for; for staff, of the branch and the branches below it."""
        if user.is_staff:
            return self.filter(branch__in=user.branch_scope())
        return self.filter(merchant__memberships__user=user)

    def live(self) -> "TerminalQuerySet":
        return self.exclude(status__in=Terminal.ENDED)


class Terminal(TerminalTerms, Lifecycle):
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
        Status.ACTIVE: frozenset(
            {Status.SUSPENDED, Status.DORMANT_REVIEW, Status.SETTLE_ONLY, Status.DEACTIVATED}
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

    objects = TerminalQuerySet.as_manager()

    class Meta:
        verbose_name = _("terminal")
        verbose_name_plural = _("terminals")
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
        ]

    def __str__(self) -> str:
        return self.number

    def activate(self, *, by, now: datetime, app_version: str = "") -> None:
        """Live on its device. Only `terminals.activation` calls this, beside what else makes it true."""
        with self.moving_to(self.Status.ACTIVE, by=by, now=now):
            self.activated_at, self.app_version = now, app_version

    def suspend(self, *, by, now: datetime, note: str) -> None:
        """Known to the host but not served until `resume`."""
        with self.moving_to(self.Status.SUSPENDED, by=by, now=now, note=note):
            pass

    def resume(self, *, by, now: datetime, note: str) -> None:
        """Served again."""
        with self.moving_to(self.Status.ACTIVE, by=by, now=now, note=note):
            pass

    def cancel(self, *, by, now: datetime, note: str) -> None:
        """Never to be activated: code void, binding ended, device in stock again or called back."""
        self._end(self.Status.CANCELLED, by=by, now=now, note=note)

    def deactivate(self, *, by, now: datetime, note: str) -> None:
        """Stopped for good: codes and keys void, binding ended, device called back."""
        self._end(self.Status.DEACTIVATED, by=by, now=now, note=note)

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; a terminal becomes live by its code only, and nobody activates it without one."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        is_first = self.status == self.Status.PENDING_ACTIVATION and target == self.Status.ACTIVE
        if is_first and not self.codes.filter(used_at=now).exists():
            return str(_("A terminal becomes live by its registration code only."))
        return ""

    def _end(self, target: str, *, by, now: datetime, note: str) -> None:
        with transaction.atomic():
            binding = self.binding
            lock_in_order(binding and binding.device, self)
            with self.moving_to(target, by=by, now=now, note=note):
                for code in self.codes.filter(status__in=["issued", "locked"]):
                    code.revoke(by=by, now=now, note=note)
                self.keys.filter(revoked_at=None).update(revoked_at=now)
                self.bindings.filter(valid_to=None).update(valid_to=now)
                if binding:
                    binding.device.let_go(by=by, now=now, note=note)

    @property
    def binding(self):
        """The open binding to a device, or None once the terminal has ended."""
        return self.bindings.filter(valid_to=None).select_related("device__model").first()
