from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.findings.changes import findings_of_change
from applications.items.changes import change_items
from applications.missing import Missing
from applications.models.application import EffectWords
from applications.models.paper import HINTS, Paper, PaperNeed
from applications.models.scheduled import ScheduledEffect
from applications.models.terminal_request import CustomerRequest
from config.kernel.outbox import enqueue, enqueue_elsewhere
from config.kernel.policy import current_policy
from config.kernel.templatetags.formats import moment
from config.privacy.fields import EncryptedJSONField
from merchants import screening
from merchants.completeness import problems, registered_name_of
from merchants.models import Membership, Merchant
from merchants.onboarding import amend, open_account
from merchants.particulars import AccountParticulars, Particulars, names_of
from terminals.expired_particulars import lift
from terminals.models import Terminal
from terminals.rebinding import rebind

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from applications.findings.finding import Finding
    from applications.items import Item

# Kept for searching only: they follow from another field.
INDEXES = {"responsible_id_index", "contact_mobile_index", "account_number_index"}
OF_THE_PARTY = tuple(name for name in names_of(Particulars) if name not in INDEXES)
OF_THE_ACCOUNT = tuple(name for name in names_of(AccountParticulars) if name not in INDEXES)
# What the clearing organisation and the law know a merchant by: a second person, the old contact, a time to object.
KEY_FIELDS = {
    "registered_name",
    "responsible_name",
    "responsible_id_type",
    "responsible_id_number",
    *OF_THE_ACCOUNT,
}
OF_THE_LICENCE = {"registered_name", "licence_from", "licence_to", "licence_is_long_term", "business_scope"}
OF_THE_PERSON = {"responsible_name", "responsible_id_type", "responsible_id_number", "responsible_id_to"}
OF_THE_AGENT = {"agent_name", "agent_id_number"}


class InformationChange(Particulars, AccountParticulars, ScheduledEffect, CustomerRequest):
    """What the bank has on record of a customer is to read differently: particulars, account, contacts, limits."""

    PREFIX = "BG"
    INTRODUCTION = _("Change only what is different now. What the bank has on record is filled in.")
    PAGES: ClassVar[dict[str, str | Promise]] = {"request": _("What changes"), "papers": _("Papers")}

    # The record as it was when this was handed in, by column: the record itself goes on.
    before: models.Field[dict, dict] = EncryptedJSONField(_("record before"), blank=True, default=dict)
    new_limit_single_fen = models.PositiveBigIntegerField(
        _("new limit per transaction, fen"), null=True, blank=True
    )
    new_limit_day_fen = models.PositiveBigIntegerField(_("new limit per day, fen"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of particulars")
        verbose_name_plural = _("changes of particulars")
        constraints = [
            *ScheduledEffect.Meta.constraints,
            models.CheckConstraint(
                name="change_limits_together",
                condition=Q(new_limit_single_fen=None, new_limit_day_fen=None)
                | Q(
                    new_limit_single_fen__isnull=False,
                    new_limit_day_fen__isnull=False,
                    new_limit_day_fen__gte=models.F("new_limit_single_fen"),
                ),
                violation_error_message=_(
                    "The limit per day is given too, and not below the one per transaction."
                ),
            ),
        ]

    # -- what it asks -------------------------------------------------------------------------------------------------

    @classmethod
    def objection_to_begin(cls, *, merchant, terminal: Terminal | None) -> str:
        if merchant.status == Merchant.Status.CLOSED:
            return gettext("This merchant is closed; its record stays as it is.")
        return ""

    @property
    def asks_account_check(self) -> bool:  # type: ignore[override]
        """Only a new account has to be looked up in the core system."""
        return bool(self.changed & set(OF_THE_ACCOUNT))

    def fill_in(self, *, now: datetime) -> None:
        for name, value in self._on_record().items():
            field: Any = self._meta.get_field(name)
            setattr(self, field.attname, value)

    def warning(self) -> str:
        if not self.uscc:
            return ""
        return gettext(
            "A new unified social credit code is a new merchant: register it as one, and stop the terminals of this one."
        )

    def pages(self) -> dict[str, str | Promise]:
        return self.PAGES

    def answers_kept(self) -> list[str]:
        return [*OF_THE_PARTY, *OF_THE_ACCOUNT, "new_limit_single_fen", "new_limit_day_fen", "reason_text"]

    @property
    def changed(self) -> set[str]:
        """The columns that read otherwise than on record; once handed in, than the record of that moment."""
        record = self.before or self._on_record()
        now = _values(self, (*OF_THE_PARTY, *OF_THE_ACCOUNT))
        return {name for name, value in now.items() if _plain(value) != _plain(record.get(name))}

    @property
    def is_key_change(self) -> bool:
        return bool(self.changed & KEY_FIELDS)

    def own_items(self, *, revealed: str, placements: Iterable | None = None) -> list[Item]:
        return change_items(self, revealed=revealed)

    def paper_needs(self) -> list[PaperNeed]:
        changed, needed = self.changed, set()
        if changed & OF_THE_LICENCE and not self.is_micro:
            needed.add(Paper.LICENCE)
        if changed & OF_THE_PERSON:
            needed |= {Paper.ID_FRONT, Paper.ID_BACK}
        if changed & set(OF_THE_ACCOUNT):
            needed.add(Paper.ACCOUNT_PROOF)
        if changed & OF_THE_AGENT and self.has_agent:
            needed |= {Paper.AUTHORISATION, Paper.AGENT_ID_FRONT, Paper.AGENT_ID_BACK}
        if "category" in changed and self.category and self.category.needs_permit:
            needed.add(Paper.TRADE_PERMIT)
        return [PaperNeed(paper, True, str(HINTS[paper])) for paper in Paper if paper in needed]

    def unanswered(self, *, on: date) -> list[Missing]:
        return [*self._unanswered(on), *self.missing_papers()]

    def _unanswered(self, on: date) -> Iterator[Missing]:
        if self.uscc != self.customer.uscc or self.merchant_type != self.customer.merchant_type:
            yield Missing("request", "uscc", self.warning())
        if not self.changed and self.new_limit_single_fen is None:
            yield Missing(
                "request", "", gettext("Nothing differs from the record yet. Change what is different now.")
            )
        for name, sentence in problems(self, on=on):
            # What was in order when it was put on record, and is not touched, is not asked for here.
            if name in self.changed or name.startswith(("licence_", "responsible_id_")):
                yield Missing("request", name, sentence)
        if not self.reason_text:
            yield Missing("request", "reason_text", gettext("Say in a few words why it changes."))

    def receive(self, *, by, now: datetime, **given) -> None:
        """The record as it is now is kept beside what it is to become, made by the server (before and after)."""
        self.before = {name: _plain(value) for name, value in self._on_record().items()}

    # -- how carefully it is decided ----------------------------------------------------------------------------------

    def findings(self, *, on: date) -> Iterator[Finding]:
        return findings_of_change(self, on=on)

    def blocks(self, *, on: date) -> list[str]:
        return [*screening.blocks(self, serial_numbers=[], on=on), *super().blocks(on=on)]

    def reasons_to_hold(self, outcome: str) -> list[str]:
        found = super().reasons_to_hold(outcome)
        if outcome == "approved" and self.is_key_change:
            found.append("key_particulars")
        return found

    # -- what its approval does ---------------------------------------------------------------------------------------

    @property
    def what_follows(self) -> str:
        hours = current_policy().change_cooling_hours
        return gettext(
            "A new account, name or responsible person takes effect %(hours)s hours after the approval; your contact on record is told first."
        ) % {"hours": hours}

    def effect_moment(self, now: datetime) -> datetime:
        wait = current_policy().change_cooling_hours if self.is_key_change else 0
        return now + timedelta(hours=wait)

    def take_effect(self, *, by, now: datetime) -> None:
        """At once, or after the time in which whom the record names can object; who is told of it beforehand."""
        if self.is_key_change:
            self._tell_those_on_record("particulars_changing", now=now)
        super().take_effect(by=by, now=now)

    def tell_of_calling_off(self, *, now: datetime) -> None:
        """Whoever was told that it comes hears that it does not; and supervisors, where somebody may have posed as the merchant."""
        super().tell_of_calling_off(now=now)
        if self.is_key_change:
            self._tell_those_on_record("application_called_off", now=now)
            if self.called_off_by and self.called_off_by.is_merchant_user:
                self.tell_supervisors("change_disowned", now=now)

    def make_true(self, *, by, now: datetime) -> None:
        """The record reads as asked, and every live terminal is tied anew where one of the five elements changed.

        Terminals that were suspended for particulars that this puts right are in use again.
        """
        changed = self.changed
        merchant = Merchant.objects.get(pk=self.merchant_id)
        of_party = {name: getattr(self, name) for name in changed & set(OF_THE_PARTY)}
        if of_party:
            if merchant.is_micro and "responsible_name" in of_party:
                of_party["registered_name"] = registered_name_of(self)
            amend(merchant, of_party, by=by, now=now)
        if changed & set(OF_THE_ACCOUNT):
            open_account(merchant, self, by=by, now=now)
        self.merchant = merchant
        ties = changed & set(OF_THE_ACCOUNT) or (merchant.is_micro and "responsible_id_number" in changed)
        for terminal in self._live_terminals():
            if ties:
                rebind(terminal, application_number=self.number, by=by, now=now)
            if self.new_limit_single_fen is not None and self.new_limit_day_fen is not None:
                terminal.set_limits(
                    single_fen=self.new_limit_single_fen, day_fen=self.new_limit_day_fen, by=by, now=now
                )
        if of_party:
            lift(merchant, by=by, now=now)

    def effect_words(self, now: datetime) -> EffectWords:
        if self.called_off_at:
            title = gettext("Approved, then called off")
            return EffectWords(title, gettext("The record stays as it was."), self.called_off_note)
        if self.has_taken_effect:
            return EffectWords(
                gettext("Approved: the record reads as you asked"), gettext("Nobody has to do anything.")
            )
        title = gettext("Approved: in effect from %(when)s on") % {"when": moment(self.effect_due_at)}
        text = gettext("Until then it can be called off, here or at the branch.")
        return EffectWords(title, gettext("Nobody has to do anything."), text)

    def as_recorded(self) -> InformationChange:
        """The same party as the record has it, as an object that is never saved."""
        then = InformationChange(merchant_id=self.merchant_id, branch_id=self.branch_id)
        for name, value in (self.before or self._on_record()).items():
            field: Any = self._meta.get_field(name)
            is_plain = value is None or field.is_relation or isinstance(value, bool | list)
            setattr(then, field.attname, value if is_plain else field.to_python(value))
        return then

    # -- private ------------------------------------------------------------------------------------------------------

    def _on_record(self) -> dict[str, Any]:
        account = self.customer.account_in_use or SimpleNamespace(**dict.fromkeys(OF_THE_ACCOUNT, ""))
        return {**_values(self.customer, OF_THE_PARTY), **_values(account, OF_THE_ACCOUNT)}

    def _live_terminals(self) -> list[Terminal]:
        """In the order in which everybody locks them, by the serial number of the device."""
        bound = Terminal.objects.filter(merchant=self.merchant_id, bindings__valid_to=None).live()
        return list(bound.order_by("bindings__serial_number").distinct())

    def _tell_those_on_record(self, kind: str, *, now: datetime) -> None:
        """By the mobile number and address on record, which the change may be about to take away; and its owners."""
        said: dict[str, Any] = {"subject": self, "context": {"number": self.number}, "now": now}
        enqueue_elsewhere(kind, book="contact_on_record", recipient=self.applicant, **said)
        for member in self.customer.memberships.filter(role=Membership.Role.OWNER).select_related("user"):
            enqueue(kind, recipient=member.user, **said)


def _values(holder: Any, names: Iterable[str]) -> dict[str, Any]:
    """Columns as they are stored, keys for relations."""
    columns: dict[str, Any] = {name: InformationChange._meta.get_field(name) for name in names}
    return {name: getattr(holder, column.attname, "") for name, column in columns.items()}


def _plain(value: Any) -> Any:
    """As it comes back from JSON."""
    if value is None or isinstance(value, bool | str | list):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
