from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.kernel.clock import local_date
from config.kernel.lifecycle import Arrows, Lifecycle, Refused
from config.kernel.numbering import take_number

SERIES = "violation_decision"


class ViolationQuerySet(models.QuerySet):
    def visible_to(self, user) -> ViolationQuerySet:
        """For staff those of the branch and below; a merchant never learns of a confidential one."""
        if user.is_staff:
            return self.filter(branch__in=user.branch_scope())
        return self.filter(merchant__memberships__user=user, is_confidential=False)


class Violation(Lifecycle):
    """A breach of the agreement: what was found, what the merchant says to it, what the bank decides."""

    class Status(models.TextChoices):
        OPEN = "open", _("Statement asked for")
        HEARD = "heard", _("To be decided")
        DECIDED = "decided", _("Decided")
        CLOSED = "closed", pgettext_lazy("return", "Closed")
        DISMISSED = "dismissed", _("Dismissed")

    NEXT: ClassVar[Arrows] = {
        Status.OPEN: frozenset({Status.HEARD, Status.DISMISSED}),
        Status.HEARD: frozenset({Status.DECIDED, Status.DISMISSED}),
        Status.DECIDED: frozenset({Status.CLOSED}),
        Status.CLOSED: frozenset(),
        Status.DISMISSED: frozenset(),
    }
    STATUS_TONES: ClassVar = {
        Status.OPEN: ("warn", "chat-bubble-left-right"),
        Status.HEARD: ("info", "scale"),
        Status.DECIDED: ("bad", "document-text"),
        Status.CLOSED: ("mute", "check-circle"),
        Status.DISMISSED: ("ok", "x-circle"),
    }
    LOCK_RANK = 7

    number = models.CharField(_("violation number"), max_length=20, unique=True)
    merchant = models.ForeignKey(
        "merchants.Merchant", models.PROTECT, related_name="violations", verbose_name=_("merchant")
    )
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+", verbose_name=_("branch"))
    terminal = models.ForeignKey(
        "terminals.Terminal",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="violations",
        verbose_name=_("terminal"),
    )
    category = models.ForeignKey(
        "returns.ViolationCategory", models.PROTECT, related_name="+", verbose_name=_("category")
    )
    # As the category said at that moment.
    is_confidential = models.BooleanField(_("the merchant is not told"), default=False)
    # As the category had it at that moment, in both languages.
    clause_zh = models.CharField(_("clause (Chinese)"), max_length=200)
    clause_en = models.CharField(_("clause (English)"), max_length=200)
    facts = models.CharField(_("facts"), max_length=1000)
    application_number = models.CharField(_("application"), max_length=20, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    statement_due_on = models.DateField(_("statement until"))
    statement = models.CharField(_("statement of the merchant"), max_length=2000, blank=True)
    stated_at = models.DateTimeField(_("stated at"), null=True, blank=True)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stated by"),
    )
    measures = models.ManyToManyField(
        "returns.Measure", blank=True, related_name="+", verbose_name=_("measures")
    )
    decision = models.CharField(_("decision"), max_length=1000, blank=True)
    decision_number = models.CharField(_("decision number"), max_length=40, blank=True)
    decision_token = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    objects = ViolationQuerySet.as_manager()

    class Meta:
        verbose_name = _("violation")
        verbose_name_plural = _("violations")
        permissions = [
            ("handle_violation", _("Can open and hear violations")),
            ("decide_violation", _("Can decide on violations")),
        ]
        indexes = [models.Index(fields=["branch", "status", "-id"], name="violation_branch_status")]
        constraints = [
            models.UniqueConstraint(
                fields=["decision_number"],
                condition=~Q(decision_number=""),
                name="violation_decision_once",
                violation_error_message=_("This decision number is taken."),
            ),
            models.UniqueConstraint(
                fields=["application_number", "terminal", "category"],
                condition=~Q(application_number=""),
                name="violation_once_per_stop",
                violation_error_message=_("This stop has opened its violation already."),
            ),
            models.CheckConstraint(
                name="violation_status_known",
                condition=Q(status__in=["open", "heard", "decided", "closed", "dismissed"]),
                violation_error_message=_("This status is unknown."),
            ),
            models.CheckConstraint(
                name="violation_stated_whole",
                condition=Q(stated_at=None, stated_by=None, statement="")
                | (Q(stated_at__isnull=False, stated_by__isnull=False) & ~Q(statement="")),
                violation_error_message=_("A statement has its words, its moment and its author."),
            ),
            models.CheckConstraint(
                name="violation_decided_whole",
                condition=(
                    ~Q(status__in=["decided", "closed"])
                    & Q(decided_at=None, decided_by=None, decision_number="", decision="")
                )
                | (
                    Q(status__in=["decided", "closed"], decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(decision_number="")
                    & ~Q(decision="")
                ),
                violation_error_message=_("A decision has its words, its number, its moment and its author."),
            ),
            models.CheckConstraint(
                name="violation_decided_by_second",
                condition=Q(decided_by=None) | ~Q(decided_by=F("opened_by")),
                violation_error_message=_("Whoever opened a violation does not decide on it."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def clause(self) -> str:
        return self.clause_en if get_language() == "en" else self.clause_zh

    def state(self, text: str, *, by, now: datetime) -> None:
        """The merchant has said what it has to say, in the portal or, written down by staff, at the counter."""
        if not text.strip():
            raise Refused(gettext("Write what there is to say to the findings."), code="nothing")
        with self.moving_to(self.Status.HEARD, by=by, now=now):
            self.statement, self.stated_at, self.stated_by = text.strip(), now, by

    def hear_nobody(self, *, by, now: datetime) -> None:
        """Heard without a statement: the time for it has passed, or the merchant is not told at all."""
        with self.moving_to(self.Status.HEARD, by=by, now=now):
            if sentence := self.objection_to_silence(on=local_date(now)):
                raise Refused(sentence, code="too_early")

    def objection_to_silence(self, *, on: date) -> str:
        """Why it cannot go on without a statement yet, or ""."""
        if self.is_confidential or self.statement_due_on < on:
            return ""
        return gettext("The merchant has until %(day)s for its statement.") % {
            "day": self.statement_due_on.isoformat()
        }

    def decide(self, measures, *, decision: str, by, now: datetime) -> None:
        """The measures and their grounds stand in a numbered decision; by somebody else than who opened the case."""
        if not decision.strip():
            raise Refused(gettext("Write the grounds of the decision."), code="nothing")
        with self.moving_to(self.Status.DECIDED, by=by, now=now):
            self.decision, self.decided_at, self.decided_by = decision.strip(), now, by
            self.decision_token = secrets.token_urlsafe(32)
            self.measures.set(measures)
            year, code = local_date(now).year, self.branch.code
            self.decision_number = f"CL-{code}-{year}-{take_number(SERIES, scope=code, year=year):05d}"

    def dismiss(self, *, by, now: datetime, note: str) -> None:
        """Nothing is held against the merchant."""
        with self.moving_to(self.Status.DISMISSED, by=by, now=now, note=note):
            pass

    def close(self, *, by, now: datetime, note: str = "") -> None:
        """Carried out: nothing is due any more."""
        with self.moving_to(self.Status.CLOSED, by=by, now=now, note=note):
            pass

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; two people for a decision, and no end while something is due."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if target == self.Status.DECIDED and self.opened_by_id == by.pk:
            return gettext("Whoever opened a violation does not decide on it; a colleague has to.")
        if target in self.NEXT[self.Status.DECIDED] and self.charges.filter(status="due").exists():
            return gettext("Something is still due for this violation.")
        return ""


class Evidence(models.Model):
    """A file that bears out the facts of a violation. For colleagues only."""

    violation = models.ForeignKey(
        Violation, models.CASCADE, related_name="evidence", verbose_name=_("violation")
    )
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file"))
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.file)
