"""What the clearing organisation is told of bindings (PBoC 2021 No. 259): files of lines, and what it answered to each."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.kernel.lifecycle import Arrows, Lifecycle
from config.privacy.fields import EncryptedTextField


class BindingReportLine(models.Model):
    """One event of one binding with the five elements as they were then. Told once; sent again only where it was refused."""

    class Kind(models.TextChoices):
        NEW = "new", pgettext_lazy("report of bindings", "New")
        CHANGE = "change", pgettext_lazy("report of bindings", "Change")
        CANCEL = "cancel", pgettext_lazy("report of bindings", "Cancelled")

    binding = models.ForeignKey(
        "terminals.Binding", models.PROTECT, related_name="report_lines", verbose_name=_("binding")
    )
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    serial_number = models.CharField(_("serial number"), max_length=50)
    terminal_number = models.CharField(_("terminal number"), max_length=8)
    acquirer_code = models.CharField(_("acquirer code"), max_length=11)
    merchant_number = models.CharField(_("merchant number"), max_length=15)
    holder_identifier = EncryptedTextField(_("USCC or ID number of the holder"))
    account_number = EncryptedTextField(_("settlement account"))
    place = models.CharField(_("placement"), max_length=200)
    happened_at = models.DateTimeField(_("happened at"))
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of a report of bindings")
        verbose_name_plural = _("lines of reports of bindings")
        constraints = [
            models.UniqueConstraint(
                fields=["binding", "kind"],
                name="binding_report_line_once",
                violation_error_message=_("This change of a binding stands in a report already."),
            ),
            models.UniqueConstraint(
                fields=["binding"],
                condition=Q(kind__in=["new", "change"]),
                name="binding_report_line_begins_once",
                violation_error_message=_("A binding is reported as new or as a change, not as both."),
            ),
            models.CheckConstraint(
                name="binding_report_line_kind_known",
                condition=Q(kind__in=["new", "change", "cancel"]),
                violation_error_message=_("A line reports a new, a changed or a cancelled binding."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.serial_number}"


class BindingReport(Lifecycle):
    """One file: which lines it holds stands in its sendings, and its digest tells whether it is still the same."""

    class Status(models.TextChoices):
        MADE = "made", pgettext_lazy("report of bindings", "Made")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("report of bindings", "Acknowledged")
        REJECTED = "rejected", _("Refused in part")
        RESENT = "resent", _("Refused lines sent again")

    NEXT: ClassVar[Arrows] = {
        Status.MADE: frozenset({Status.ACKNOWLEDGED, Status.REJECTED}),
        Status.REJECTED: frozenset({Status.RESENT}),
        Status.ACKNOWLEDGED: frozenset(),
        Status.RESENT: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.MADE: ("info", "clock"),
        Status.ACKNOWLEDGED: ("ok", "check-circle"),
        Status.REJECTED: ("warn", "exclamation-triangle"),
        Status.RESENT: ("mute", "arrow-path"),
    }
    LOCK_RANK = 8

    number = models.CharField(_("number"), max_length=20, unique=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.MADE)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    new_count = models.PositiveIntegerField(pgettext_lazy("report of bindings", "new"))
    change_count = models.PositiveIntegerField(pgettext_lazy("report of bindings", "changed"))
    cancel_count = models.PositiveIntegerField(pgettext_lazy("report of bindings", "cancelled"))
    # The sum of the numbers of its lines: a line that was lost or doubled on the way changes it.
    control_total = models.PositiveBigIntegerField(_("control total"))
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = _("report of bindings")
        verbose_name_plural = _("reports of bindings")
        permissions = [
            ("make_bindingreport", "Can make reports of bindings and take in their answers"),
            ("download_bindingreport", "Can download reports of bindings with plain numbers"),
        ]
        constraints = [
            models.CheckConstraint(
                name="binding_report_status_known",
                condition=Q(status__in=["made", "acknowledged", "rejected", "resent"]),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="binding_report_has_lines",
                condition=Q(new_count__gt=0) | Q(change_count__gt=0) | Q(cancel_count__gt=0),
                violation_error_message=_("A report has at least one line."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def line_count(self) -> int:
        return self.new_count + self.change_count + self.cancel_count

    def close(self, *, by, now: datetime) -> None:
        """Every line is answered: acknowledged where all of them were taken, else refused in part."""
        refused = self.sendings.filter(outcome=BindingSending.Outcome.REFUSED).exists()
        target = self.Status.REJECTED if refused else self.Status.ACKNOWLEDGED
        with self.moving_to(target, by=by, now=now):
            pass


class BindingSending(models.Model):
    """One line in one file, and what the clearing organisation answered to it there."""

    class Outcome(models.TextChoices):
        PENDING = "pending", _("Not answered yet")
        TAKEN = "taken", pgettext_lazy("report of bindings", "Taken")
        REFUSED = "refused", pgettext_lazy("report of bindings", "Refused")

    report = models.ForeignKey(
        BindingReport, models.PROTECT, related_name="sendings", verbose_name=_("report")
    )
    line = models.ForeignKey(
        BindingReportLine, models.PROTECT, related_name="sendings", verbose_name=_("line")
    )
    position = models.PositiveIntegerField(_("position"))
    outcome = models.CharField(_("answer"), max_length=8, choices=Outcome, default=Outcome.PENDING)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    error_code = models.CharField(_("code of the refusal"), max_length=20, blank=True)
    error_text = models.CharField(_("text of the refusal"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("line in a file")
        verbose_name_plural = _("lines in files")
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "line"],
                name="binding_sending_once_per_report",
                violation_error_message=_("This line stands in the report already."),
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=~Q(outcome="refused"),
                name="binding_sending_one_in_force",
                violation_error_message=_("This line is on its way already, or has been taken."),
            ),
            models.CheckConstraint(
                name="binding_sending_answered_whole",
                condition=Q(outcome="pending", answered_at=None, error_code="", error_text="")
                | Q(outcome="taken", answered_at__isnull=False, error_code="", error_text="")
                | (Q(outcome="refused", answered_at__isnull=False) & ~Q(error_code="")),
                violation_error_message=_("An answer says when, and a refusal its code."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.position}"
