from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.findings.registration import findings_of_registration
from applications.items.registration import particulars_of, placement_items
from applications.missing import Missing
from applications.models.application import Application, ApplicationTerminal
from applications.models.paper import PaperNeed, papers_for
from config.kernel.policy import current_policy
from config.privacy.fields import blind_index
from merchants import screening
from merchants.completeness import problems
from merchants.models import Merchant
from merchants.onboarding import onboard
from merchants.particulars import AccountParticulars, Particulars, names_of
from terminals.provisioning import lock_named, provision

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from applications.findings.finding import Finding
    from applications.items import Item
    from applications.models.placement import Placement

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

    PAGES: ClassVar[dict[str, str | Promise]] = {
        "business": _("Business particulars"),
        "responsible": _("Responsible person"),
        "papers": _("Papers"),
        "placements": _("Terminals and where they stand"),
    }
    asks_account_check = True
    asks_consent = True
    makes_codes = True

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

    # The device that somebody stood before, for whom the registration was begun: its line of the terminals is filled in with it.
    begun_for_serial = models.CharField(
        _("begun for serial number"), max_length=50, blank=True, editable=False
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

    @property
    def what_follows(self) -> str:
        return gettext("After approval collect the registration code and type it into the terminal.")

    @property
    def reads_particulars(self) -> bool:
        return self.merchant_id is not None

    def own_items(self, *, revealed: str, placements: Iterable[Placement] | None = None) -> list[Item]:
        if placements is None:
            placements = self.lines()
        particulars = particulars_of(self, revealed=revealed)
        for item in particulars:
            item.is_reviewed = not self.reads_particulars
        return [
            *(item for item in particulars if any(row.value for row in item.rows)),
            *(item for placement in placements for item in placement_items(placement)),
        ]

    def terminals_asked_for(self) -> Iterable[Placement]:
        return self.placements.all()

    def answers_kept(self) -> list[str]:
        return [*names_of(Particulars), *names_of(AccountParticulars), "branch"]

    def pages(self) -> dict[str, str | Promise]:
        return self.PAGES

    def paper_needs(self) -> list[PaperNeed]:
        return papers_for(self)

    def receive(self, *, by, now: datetime, consent=None, **given) -> None:
        """The consent to the agreement and the notice on personal information is on record (PIPL Art. 13, 14)."""
        self.consent_text, self.consented_at = consent, now
        self.consented_by = self.applicant if by.is_staff else by

    def unanswered(self, *, on: date) -> list[Missing]:
        """What is empty or contradicts itself, page by page."""
        found = []
        if self.branch_id is None:
            found.append(Missing("business", "branch", gettext("Choose the branch that serves you.")))
        lacking = problems(self, on=on)
        if self.merchant_id and self.agent_id_from is None:
            # The bank's own record from before the dates were asked: a customer cannot answer it here.
            lacking = [each for each in lacking if each[0] not in ("agent_id_from", "agent_id_to")]
        found += [Missing(page_of(field), field, sentence) for field, sentence in lacking]
        return [*found, *self.missing_papers(), *self._missing_placements()]

    def claim_terminals(self) -> None:
        self.terminal_links.all().delete()
        named = list(self.placements.exclude(serial_number="").values_list("serial_number", flat=True))
        lock_named(named)
        for serial_number in named:
            ApplicationTerminal.objects.create(
                application_id=self.pk, kind=self.kind, serial_number=serial_number
            )

    def findings(self, *, on: date) -> Iterator[Finding]:
        return findings_of_registration(self, on=on)

    def lines(self) -> list[Placement]:
        """The terminals asked for, with their models and places."""
        return self.once("lines", lambda: list(self.placements.select_related("device_model", "division")))

    def reasons_to_hold(self, outcome: str) -> list[str]:
        found = super().reasons_to_hold(outcome)
        if outcome == "approved" and len(self.lines()) > current_policy().hold_terminals_over:
            found.append("many_terminals")
        return found

    def blocks(self, *, on: date) -> list[str]:
        """The entries of the blacklist in force."""
        serials = [line.serial_number for line in self.lines() if line.serial_number]
        return screening.blocks(self, serial_numbers=serials, on=on)

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

    # -- private ------------------------------------------------------------------------------------------------------

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
