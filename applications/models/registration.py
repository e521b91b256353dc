from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import checks, corrections
from applications.models.application import Application, ApplicationTerminal, Missing
from applications.models.document import Document
from applications.models.paper import Paper, papers_for
from applications.models.placement import Placement
from config.kernel.clock import local_date
from config.kernel.policy import current_policy
from config.privacy.fields import blind_index
from merchants.completeness import problems
from merchants.models import Merchant
from merchants.onboarding import onboard
from merchants.particulars import AccountParticulars, Particulars
from terminals.provisioning import lock_named, provision

# What the queue's own columns are made from.
SUBJECT = {"registered_name", "trading_name", "uscc", "contact_mobile"}
# The pages of the form and the fields each one asks.
RESPONSIBLE_PREFIXES = (
    "responsible_",
    "agent_",
    "has_agent",
    "controller_",
    "beneficial_",
    "contact_",
    "service_phone",
)


def page_of(field: str) -> str:
    """The page of the form that asks this field."""
    return "responsible" if field.startswith(RESPONSIBLE_PREFIXES) else "business"


class Registration(Particulars, AccountParticulars, Application):
    """A merchant asks for terminals. A first approval makes it a customer; later ones add terminals."""

    consent_text = models.ForeignKey(
        "applications.ConsentText",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("consent text"),
    )
    consented_at = models.DateTimeField(_("consented at"), null=True, blank=True)
    # The person whose agreement it is: never the account manager who files; that agreement is on a signed paper.
    consented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("consented by"),
    )

    READ_WITH: ClassVar[tuple[str, ...]] = (
        "branch",
        "category",
        "registered_division",
        "business_division",
        "applicant",
    )

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.CheckConstraint(
                name="registration_consent_whole",
                condition=Q(consent_text=None, consented_at=None, consented_by=None)
                | Q(consent_text__isnull=False, consented_at__isnull=False, consented_by__isnull=False),
                violation_error_message=_("A consent names its text, its moment and whose it is."),
            )
        ]

    def save(self, *args, update_fields=None, **kwargs) -> None:
        """Saved with the columns by which the queue shows and finds it."""
        if update_fields is None or SUBJECT & set(update_fields):
            self.subject_name = self.registered_name or self.trading_name
            self.subject_uscc = self.uscc
            self.subject_mobile_index = blind_index(self.contact_mobile, purpose="mobile")
            if update_fields is not None:
                update_fields = {*update_fields, "subject_name", "subject_uscc", "subject_mobile_index"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @contextmanager
    def revising(self, *, by, now: datetime) -> Iterator[None]:
        """As `Application.revising`; raises `Refused` with code "not_open" where anything else than what is open is changed."""
        with (
            super().revising(by=by, now=now),
            corrections.Opened(self, on=local_date(now)).guarding(),
        ):
            yield

    def receive(self, *, by, now: datetime, consent=None, **given) -> None:
        """The consent to the agreement and the notice on personal information is on record (PIPL Art. 13, 14)."""
        self.consent_text, self.consented_at = consent, now
        self.consented_by = self.applicant if by.is_staff else by

    def missing(self, *, on: date) -> list[Missing]:
        """What was never answered, and after a return what was given back and has not been seen to."""
        return [*self._untouched(), *self.unanswered(on=on)]

    def unanswered(self, *, on: date) -> list[Missing]:
        """What is empty or contradicts itself, page by page."""
        found = []
        if self.branch_id is None:
            found.append(Missing("business", "branch", gettext("Choose the branch that serves you.")))
        found += [Missing(page_of(field), field, sentence) for field, sentence in problems(self, on=on)]
        found += self._missing_papers()
        return found + self._missing_placements()

    def claim_terminals(self) -> None:
        self.terminal_links.all().delete()
        named = list(self.placements.exclude(serial_number="").values_list("serial_number", flat=True))
        lock_named(named)
        for serial_number in named:
            ApplicationTerminal.objects.create(
                application_id=self.pk, kind=self.kind, serial_number=serial_number
            )

    def assessed_risk(self, *, on: date) -> str:
        from_checks = {finding.level for finding in checks.findings_of(self, on=on)}
        if "bad" in from_checks:
            return self.Risk.HIGH
        return self.Risk.MEDIUM if "warn" in from_checks else self.Risk.LOW

    def lines(self) -> list[Placement]:
        """The terminals asked for, with their models and places."""
        return self.once("lines", lambda: list(self.placements.select_related("device_model", "division")))

    def papers_on_file(self) -> list[Document]:
        """The papers as they stand, with their files."""
        return self.once("papers", lambda: list(self.documents.current().select_related("stored_file")))

    def reasons_to_hold(self, outcome: str) -> list[str]:
        found = super().reasons_to_hold(outcome)
        if outcome == "approved" and len(self.lines()) > current_policy().hold_terminals_over:
            found.append("many_terminals")
        return found

    def blocks(self, *, on: date) -> list[str]:
        return checks.blocking(self, on=on)

    def take_effect(self, *, by, now: datetime) -> None:
        """The merchant is a customer, and every placement has its terminal, its binding and its registration code."""
        if self.merchant is not None:
            self._provide(self.merchant, by=by, now=now)
            return
        self.merchant = merchant = onboard(self, by=by, now=now)
        with merchant.in_hand():
            self._provide(merchant, by=by, now=now)

    # -- private ------------------------------------------------------------------------------------------------------

    def _provide(self, merchant: Merchant, *, by, now: datetime) -> None:
        placements = self.lines()
        others = ApplicationTerminal.objects.filter(is_open=True).exclude(application=self.pk)
        terminals = provision(
            placements,
            merchant=merchant,
            application_number=self.number,
            spoken_for=others.exclude(serial_number=""),
            by=by,
            now=now,
        )
        for placement, terminal in zip(placements, terminals, strict=True):
            placement.terminal = terminal
            placement.save(update_fields=["terminal"])

    def _untouched(self) -> list[Missing]:
        sentence = gettext("This has not been corrected yet: %(text)s")
        return [
            Missing(each.page, each.paper or each.field, sentence % {"text": each.text})
            for each in corrections.corrections_of(self)
            if not each.is_done
        ]

    def _missing_papers(self) -> list[Missing]:
        present = set(self.documents.current().values_list("paper", flat=True))
        return [
            Missing(
                "papers",
                need.paper,
                gettext("Add the paper: %(paper)s.") % {"paper": Paper(need.paper).label},
            )
            for need in papers_for(self)
            if need.is_required and need.paper not in present
        ]

    def _missing_placements(self) -> list[Missing]:
        count, most = self.placements.count(), current_policy().terminals_per_application
        if not count:
            return [Missing("placements", "", gettext("Add at least one terminal."))]
        if count > most:
            sentence = gettext(
                "One application can hold %(most)s terminals. Please file another one for the rest."
            )
            return [Missing("placements", "", sentence % {"most": most})]
        return []
