from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.kernel.lifecycle import Arrows, Lifecycle
from config.kernel.policy import current_policy
from config.privacy.fields import EncryptedTextField


class RegistrationCodeQuerySet(models.QuerySet):
    def visible_to(self, user) -> "RegistrationCodeQuerySet":
        """Codes of the terminals a person sees. To see the row is not to see the digits: `terminals.codes.collect`."""
        if user.is_staff:
            return self.filter(terminal__branch__in=user.branch_scope())
        return self.filter(terminal__merchant__memberships__user=user)

    def in_force(self) -> "RegistrationCodeQuerySet":
        return self.filter(status=RegistrationCode.Status.ISSUED)

    def due_to_expire(self, now: datetime) -> "RegistrationCodeQuerySet":
        return self.in_force().filter(expires_at__lte=now)

    def running_out(self, now: datetime) -> "RegistrationCodeQuerySet":
        """Codes in force with two days left, or less."""
        return self.due_to_expire(now + timedelta(days=2))


class RegistrationCode(Lifecycle):
    """Twelve digits that make one terminal live on one device, once.

    At rest there is a keyed digest for checking, and an encrypted copy only while the code can still be collected.
    """

    class Status(models.TextChoices):
        ISSUED = "issued", _("Issued")
        USED = "used", _("Used")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Revoked")
        LOCKED = "locked", _("Locked")

    NEXT: ClassVar[Arrows] = {
        Status.ISSUED: frozenset({Status.USED, Status.EXPIRED, Status.REVOKED, Status.LOCKED}),
        Status.LOCKED: frozenset({Status.REVOKED}),
        Status.USED: frozenset(),
        Status.EXPIRED: frozenset(),
        Status.REVOKED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.ISSUED: ("info", "key"),
        Status.USED: ("ok", "check-circle"),
        Status.EXPIRED: ("warn", "clock"),
        Status.REVOKED: ("mute", "x-circle"),
        Status.LOCKED: ("bad", "lock-closed"),
    }
    # What a new code takes the place of.
    REPLACEABLE = (Status.ISSUED, Status.LOCKED)
    LOCK_RANK = 5

    terminal = models.ForeignKey(
        "terminals.Terminal", models.PROTECT, related_name="codes", verbose_name=_("terminal")
    )
    device = models.ForeignKey(
        "terminals.Device", models.PROTECT, related_name="codes", verbose_name=_("device")
    )
    serial_number = models.CharField(_("serial number"), max_length=50)
    merchant_number = models.CharField(_("merchant number"), max_length=15)
    terminal_number = models.CharField(_("terminal number"), max_length=8)
    application_number = models.CharField(_("application"), max_length=20, db_index=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ISSUED)
    digest = models.CharField(max_length=64, editable=False)
    sealed = EncryptedTextField(null=True, editable=False)
    issued_at = models.DateTimeField(_("issued at"))
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    expiry_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    collected_at = models.DateTimeField(_("first collected at"), null=True, blank=True)
    # Printed as a QR code on the slip: proves the paper, says nothing of the code.
    receipt_token = models.CharField(max_length=64, unique=True, editable=False)
    slip_number = models.CharField(_("slip number"), max_length=40, unique=True)

    objects = RegistrationCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration code")
        verbose_name_plural = _("registration codes")
        permissions = [
            ("reissue_registrationcode", _("Can re-issue a registration code")),
            ("revoke_registrationcode", _("Can revoke a registration code")),
        ]
        indexes = [
            models.Index(fields=["serial_number", "-id"], name="code_serial_newest"),
            models.Index(fields=["expires_at"], condition=Q(status="issued"), name="code_to_expire"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["terminal"],
                condition=Q(status="issued"),
                name="code_one_live_per_terminal",
                violation_error_message=_("This terminal already has a registration code in force."),
            ),
            models.CheckConstraint(
                name="code_status_known",
                condition=Q(status__in=["issued", "used", "expired", "revoked", "locked"]),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="code_copy_only_while_issued",
                condition=Q(sealed__isnull=True) | Q(status="issued"),
                violation_error_message=_("The copy of a code is wiped once the code is no longer in force."),
            ),
            models.CheckConstraint(
                name="code_used_at_when_used",
                condition=Q(status="used", used_at__isnull=False) | (~Q(status="used") & Q(used_at=None)),
                violation_error_message=_(
                    "A used code needs the moment of its use, and no other code has one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.slip_number

    def redeem(self, *, by, now: datetime) -> None:
        """The code is used up and its copy wiped. What it opens is `terminals.activation`'s to do beside it."""
        with self.moving_to(self.Status.USED, by=by, now=now):
            self.used_at, self.sealed = now, None

    def expire(self, *, by, now: datetime) -> None:
        """The code is past its time and its copy wiped."""
        with self.moving_to(self.Status.EXPIRED, by=by, now=now):
            self.sealed = None

    def revoke(self, *, by, now: datetime, note: str = "") -> None:
        """The code is void and its copy wiped. Who may is asked by `terminals.codes.revoke`."""
        with self.moving_to(self.Status.REVOKED, by=by, now=now, note=note):
            self.sealed = None

    def lock(self, *, by, now: datetime) -> None:
        """Too many wrong tries: the code is void and its copy wiped."""
        with self.moving_to(self.Status.LOCKED, by=by, now=now):
            self.sealed = None

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; a code expires when its time has come, locks after its tries, and is used before."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if target == self.Status.EXPIRED and not self.is_due_to_expire(now):
            return str(_("This registration code is still valid."))
        if target == self.Status.USED and self.is_due_to_expire(now):
            return str(_("The registration code has expired. Get a new one."))
        if target == self.Status.LOCKED and self.wrong_tries < current_policy().code_max_tries:
            return str(_("This registration code has tries left."))
        return ""

    def is_due_to_expire(self, now: datetime) -> bool:
        """Whether a code in force has come to its end; the sweep or the next use writes it down."""
        return self.status == self.Status.ISSUED and self.expires_at <= now
