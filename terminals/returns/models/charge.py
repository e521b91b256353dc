from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.kernel.lifecycle import Arrows, Lifecycle, Refused
from config.kernel.policy import current_policy


class ChargeQuerySet(models.QuerySet):
    def visible_to(self, user) -> ChargeQuerySet:
        """Charges of the merchants the person acts for; for staff, of the branch and the branches below it."""
        if user.is_staff:
            return self.filter(branch__in=user.branch_scope())
        return self.filter(merchant__memberships__user=user)

    def due(self) -> ChargeQuerySet:
        return self.filter(status=Charge.Status.DUE)


def _person(words) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=words
    )


class Charge(Lifecycle):
    """Liquidated damages or compensation under the agreement: by a tariff, or by hand with a reason. Never a fine."""

    class Status(models.TextChoices):
        DUE = "due", _("Due")
        PAID = "paid", _("Paid")
        WAIVED = "waived", _("Waived")

    NEXT: ClassVar[Arrows] = {
        Status.DUE: frozenset({Status.PAID, Status.WAIVED}),
        Status.PAID: frozenset(),
        Status.WAIVED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.DUE: ("warn", "banknotes"),
        Status.PAID: ("ok", "check-circle"),
        Status.WAIVED: ("mute", "minus"),
    }
    LOCK_RANK = 8

    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, related_name="charges", verbose_name=_("merchant")
    )
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", verbose_name=_("branch"))
    order = models.ForeignKey(
        "returns.ReturnOrder",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="charges",
        verbose_name=_("return"),
    )
    violation = models.ForeignKey(
        "returns.Violation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="charges",
        verbose_name=_("violation"),
    )
    tariff = models.ForeignKey(
        "returns.Tariff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tariff")
    )
    amount_fen = models.PositiveBigIntegerField(_("amount, fen"))
    # What the amount was reckoned from: days, prices, months.
    reckoning = models.JSONField(_("reckoning"), default=dict)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DUE)
    due_on = models.DateField(_("due on"))
    raised_at = models.DateTimeField(_("raised at"))
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("raised by")
    )
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    paid_by = _person(_("payment put down by"))
    payment_reference = models.CharField(_("payment reference"), max_length=60, blank=True)
    waiver_asked_at = models.DateTimeField(_("waiver asked for at"), null=True, blank=True)
    waiver_asked_by = _person(_("waiver asked for by"))
    waiver_reason = models.CharField(_("reason of the waiver"), max_length=200, blank=True)
    needs_second = models.BooleanField(_("the waiver needs a second person"), default=False)
    waived_at = models.DateTimeField(_("waived at"), null=True, blank=True)
    waived_by = _person(_("waived by"))

    objects = ChargeQuerySet.as_manager()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        permissions = [
            ("raise_charge", _("Can raise charges")),
            ("settle_charge", _("Can put down payments")),
            ("waive_charge", _("Can waive charges")),
        ]
        indexes = [models.Index(fields=["branch", "status", "-id"], name="charge_branch_status")]
        constraints = [
            models.CheckConstraint(
                name="charge_amount_positive",
                condition=Q(amount_fen__gt=0),
                violation_error_message=_("A charge has an amount."),
            ),
            models.CheckConstraint(
                name="charge_by_tariff_or_reason",
                condition=Q(tariff__isnull=False) | ~Q(reason=""),
                violation_error_message=_("A charge follows a tariff or has a reason."),
            ),
            models.CheckConstraint(
                name="charge_status_known",
                condition=Q(status__in=["due", "paid", "waived"]),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="charge_paid_whole",
                condition=(~Q(status="paid") & Q(paid_at=None, paid_by=None, payment_reference=""))
                | (Q(status="paid", paid_at__isnull=False, paid_by__isnull=False) & ~Q(payment_reference="")),
                violation_error_message=_("A payment has its reference, its moment and who put it down."),
            ),
            models.CheckConstraint(
                name="charge_waiver_asked_whole",
                condition=Q(waiver_asked_at=None, waiver_asked_by=None, waiver_reason="")
                | (Q(waiver_asked_at__isnull=False, waiver_asked_by__isnull=False) & ~Q(waiver_reason="")),
                violation_error_message=_("Who asks for a waiver says when and why."),
            ),
            models.CheckConstraint(
                name="charge_waived_whole",
                condition=(~Q(status="waived") & Q(waived_at=None, waived_by=None))
                | Q(
                    status="waived",
                    waived_at__isnull=False,
                    waived_by__isnull=False,
                    waiver_asked_by__isnull=False,
                ),
                violation_error_message=_("A waiver was asked for and says when and by whom it was granted."),
            ),
            models.CheckConstraint(
                name="charge_waived_by_second",
                condition=Q(waived_by=None) | Q(needs_second=False) | ~Q(waived_by=F("waiver_asked_by")),
                violation_error_message=_("A waiver of this amount is granted by a second person."),
            ),
        ]

    def __str__(self) -> str:
        return f"FY-{self.pk:06d}"

    def pay(self, *, reference: str, by, now: datetime) -> None:
        """Paid, under this reference of the bank's books."""
        with self.moving_to(self.Status.PAID, by=by, now=now):
            self.paid_at, self.paid_by, self.payment_reference = now, by, reference.strip()

    def ask_waiver(self, *, reason: str, by, now: datetime) -> None:
        """Asked for; up to the limit of the policy it is granted with that, above it a second person grants it."""
        if not reason.strip():
            raise Refused(gettext("Say why the charge is waived."), code="nothing")
        with self.acting("waiver_asked", by=by, now=now, unless=self.objection_to_asking):
            self.waiver_asked_at, self.waiver_asked_by, self.waiver_reason = now, by, reason.strip()
            self.needs_second = self.amount_fen > current_policy().waiver_limit_yuan * 100
        if not self.needs_second:
            self.waive(by=by, now=now)

    def objection_to_asking(self) -> str:
        if self.status != self.Status.DUE:
            return self.out_of_turn()
        return gettext("A waiver is asked for already.") if self.waiver_asked_by_id else ""

    def waive(self, *, by, now: datetime) -> None:
        """Not due any more."""
        with self.moving_to(self.Status.WAIVED, by=by, now=now, note=self.waiver_reason):
            self.waived_at, self.waived_by = now, by

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; a waiver is asked for first, and above the limit granted by a second person."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if target == self.Status.WAIVED and self.waiver_asked_by_id is None:
            return gettext("Somebody first asks for the waiver and says why.")
        if target == self.Status.WAIVED and self.needs_second and self.waiver_asked_by_id == by.pk:
            return gettext("Whoever asks for a waiver of this amount cannot grant it; a colleague has to.")
        return ""
