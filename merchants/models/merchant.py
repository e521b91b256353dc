from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from config.kernel.clock import years_after
from config.kernel.lifecycle import Arrows, Lifecycle
from config.kernel.policy import current_policy
from merchants.closing import what_keeps
from merchants.particulars import MerchantType, Particulars


class MerchantQuerySet(models.QuerySet):
    def visible_to(self, user) -> "MerchantQuerySet":
        """Merchants the person acts for; for staff, those of the person's branch and the branches below it."""
        if user.is_staff:
            return self.filter(branch__in=user.branch_scope())
        return self.filter(memberships__user=user)

    def active(self) -> "MerchantQuerySet":
        return self.filter(status=Merchant.Status.ACTIVE)


class Merchant(Particulars, Lifecycle):
    """A party the bank has contracted with. Written by `onboard` and `amend`, and ended by `close`, only."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed")

    class Risk(models.TextChoices):
        A = "A", _("A, low")
        B = "B", _("B, medium")
        C = "C", _("C, high")

    NEXT: ClassVar[Arrows] = {
        Status.ACTIVE: frozenset({Status.SUSPENDED, Status.CLOSED}),
        Status.SUSPENDED: frozenset({Status.ACTIVE, Status.CLOSED}),
        Status.CLOSED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.ACTIVE: ("ok", "check-circle"),
        Status.SUSPENDED: ("warn", "pause-circle"),
        Status.CLOSED: ("mute", "no-symbol"),
    }
    LOCK_RANK = 2

    number = models.CharField(_("merchant number"), max_length=15, unique=True)
    branch = models.ForeignKey(
        "accounts.Branch", models.PROTECT, related_name="merchants", verbose_name=_("branch")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ACTIVE)
    risk = models.CharField(_("risk grade"), max_length=1, choices=Risk, default=Risk.A)
    onboarded_at = models.DateTimeField(_("onboarded at"))
    service_ended_on = models.DateField(_("service ended on"), null=True, blank=True)
    # Anti-money-laundering law: ten years after the service ends; unknown while it lasts.
    keep_until = models.DateField(_("kept until"), null=True, blank=True)

    history = HistoricalRecords(excluded_fields=["responsible_id_index", "contact_mobile_index"])
    objects = MerchantQuerySet.as_manager()

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")
        indexes = [
            models.Index(fields=["branch", "-id"], name="merchant_branch_newest"),
            # Papers that run out, the first one first.
            models.Index(
                fields=["licence_to", "id"],
                condition=Q(licence_is_long_term=False) & ~Q(status="closed"),
                name="merchant_licence_ends",
            ),
            models.Index(
                fields=["responsible_id_to", "id"],
                condition=Q(responsible_id_is_long_term=False) & ~Q(status="closed"),
                name="merchant_identity_ends",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["uscc"],
                condition=~Q(uscc=""),
                name="merchant_once_per_uscc",
                violation_error_message=_(
                    "A merchant with this unified social credit code is already a customer."
                ),
            ),
            models.UniqueConstraint(
                fields=["responsible_id_index"],
                condition=Q(uscc=""),
                name="merchant_micro_once_per_person",
                violation_error_message=_("This person is already a customer as a micro merchant."),
            ),
            models.CheckConstraint(
                name="merchant_uscc_unless_micro",
                condition=(Q(merchant_type=MerchantType.MICRO) & Q(uscc=""))
                | (~Q(merchant_type=MerchantType.MICRO) & ~Q(uscc="")),
                violation_error_message=_(
                    "Every merchant but a micro merchant has a unified social credit code."
                ),
            ),
            models.CheckConstraint(
                name="merchant_status_known",
                condition=Q(status__in=["active", "suspended", "closed"]),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="merchant_kept_once_ended",
                condition=Q(service_ended_on=None, keep_until=None)
                | Q(service_ended_on__isnull=False, keep_until__isnull=False),
                violation_error_message=_(
                    "A merchant whose service has ended needs the date until which it is kept."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.trading_name or self.registered_name

    def close(self, *, by, now: datetime, on: date) -> None:
        """The contract has ended on this day; what is on record is kept from then on for as long as the policy says."""
        with self.moving_to(self.Status.CLOSED, by=by, now=now):
            self.service_ended_on = on
            self.keep_until = years_after(on, current_policy().retention_years)

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; a contract ends once nothing of it is live any more."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        return "\n".join(what_keeps(self)) if target == self.Status.CLOSED else ""

    @property
    def account_in_use(self):
        """The settlement account in use, or None."""
        return self.accounts.filter(used_until=None).first()
