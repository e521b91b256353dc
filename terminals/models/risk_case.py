from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.kernel.audit import record
from config.kernel.refusal import Refused

if TYPE_CHECKING:
    from config.accounts.branches import Branch


class RiskCaseQuerySet(models.QuerySet["RiskCase"]):
    def visible_to(self, person: Any) -> RiskCaseQuerySet:
        """Cases of the branch and below; those without a branch are the head office's."""
        mine = Q(branch__in=person.branch_scope())
        if person.branch and person.branch.parent_id is None:
            mine |= Q(branch=None)
        return self.filter(mine)

    def open(self) -> RiskCaseQuerySet:
        return self.filter(closed_at=None)

    def raise_asked_about(
        self, serial_number: str, *, branches: Iterable[Branch | None], facts: str, now: datetime
    ) -> None:
        """In each of these branches a case is open about somebody who asks after a device registered for another merchant.

        One that is open already stays as it is: who asks ten times raises one.
        """
        cases = [
            RiskCase(
                kind=RiskCase.Kind.ASKED_ABOUT_ELSEWHERE,
                serial_number=serial_number,
                branch=branch,
                facts=facts,
                opened_at=now,
            )
            for branch in dict.fromkeys(branches)
            if branch is not None
        ]
        RiskCase._default_manager.bulk_create(cases, ignore_conflicts=True)


class RiskCase(models.Model):
    """Something that looks like a rule being broken, for the risk desk to look at. Never shown to merchants."""

    class Kind(models.TextChoices):
        SERIAL_ACTIVE_ELSEWHERE = "serial_active_elsewhere", _("device already live elsewhere")
        CODE_LOCKED = "code_locked", _("registration code locked by wrong tries")
        ASKED_ABOUT_ELSEWHERE = "asked_about_elsewhere", _("self-check of somebody else's device")

    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    serial_number = models.CharField(_("serial number"), max_length=50, db_index=True)
    application_number = models.CharField(_("application"), max_length=20, blank=True)
    branch = models.ForeignKey(
        "accounts.Branch", models.PROTECT, null=True, related_name="+", verbose_name=_("branch")
    )
    facts = models.TextField(_("facts"), blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("closed by")
    )
    finding = models.CharField(_("what was found"), max_length=500, blank=True)

    objects = RiskCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk case")
        verbose_name_plural = _("risk cases")
        ordering = ["-id"]
        permissions = [("close_riskcase", _("Can close risk cases"))]
        constraints = [
            models.CheckConstraint(
                name="risk_case_closed_whole",
                condition=Q(closed_at=None, closed_by=None, finding="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(finding="")),
                violation_error_message=_("A closed case says when, by whom and with what finding."),
            ),
            models.UniqueConstraint(
                fields=["serial_number", "branch"],
                condition=Q(kind="asked_about_elsewhere", closed_at=None),
                name="risk_case_asked_about_once",
                violation_error_message=_("There is an open case about this device already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.serial_number}"

    def close(self, finding: str, *, by: Any, now: datetime) -> None:
        """Looked into, with what was found; the second of two who close it is refused."""
        if not finding.strip():
            raise Refused(gettext("Say what was found."), code="no_finding")
        with transaction.atomic():
            said = {"closed_at": now, "closed_by": by, "finding": finding.strip()[:500]}
            if not RiskCase.objects.open().filter(pk=self.pk).update(**said):
                raise Refused(gettext("This case has been closed already."), code="wrong_state")
            record("risk_case_closed", by=by, now=now, subject=self)
        self.refresh_from_db()

    def objection_to_closing(self) -> str:
        return gettext("This case has been closed already.") if self.closed_at else ""
