from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.findings.requests import findings_of_replacement
from applications.items.replacement import replacement_items
from applications.missing import Missing
from applications.models.application import ApplicationTerminal
from applications.models.paper import HINTS, Paper, PaperNeed
from applications.models.terminal_request import TerminalRequest
from config.kernel.calendar import add_working_days
from config.kernel.clock import local_date
from config.kernel.policy import current_policy
from merchants import screening
from terminals.models import Device, Terminal
from terminals.provisioning import lock_named
from terminals.rebinding import CAN_BE_SWAPPED, swap
from terminals.returns.models import ReturnOrder
from terminals.returns.ordering import open_return
from terminals.settlement.clearance import drop, is_cleared, latest, open_clearance
from terminals.settlement.items import Reason
from terminals.settlement.models import Clearance

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from applications.findings.finding import Finding
    from applications.items import Item


class Replacement(TerminalRequest):
    """Another device for a terminal that keeps its number: a new binding, a new code, the old device back to the bank."""

    class Fault(models.TextChoices):
        NO_POWER = "no_power", _("does not switch on or charge")
        NO_CONNECTION = "no_connection", _("does not connect")
        PRINTER = "printer", _("does not print")
        SCREEN = "screen", _("screen or keys do not work")
        CARD_READER = "card_reader", _("does not read cards")
        TAMPER = "tamper", _("shows that it was opened, or its seal is broken")
        LOST = "lost", _("lost or stolen")
        OUTDATED = "outdated", _("the model is out of date")
        OTHER = "other", _("something else")

    class OldBatch(models.TextChoices):
        SETTLED = "settled", _("settled on the old device")
        UNSETTLED = "unsettled", _("could not be settled any more")

    PREFIX = "HJ"
    INTRODUCTION = _(
        "The terminal keeps its number and goes on on another device with a new registration code."
    )
    PAGES: ClassVar[dict[str, str | Promise]] = {"request": _("Fault and new device"), "papers": _("Papers")}
    makes_codes = True

    # The device as it was when this was begun; the record may have changed by the time it is decided.
    old_serial_number = models.CharField(_("old serial number"), max_length=50, editable=False)
    fault = models.CharField(_("what is wrong"), max_length=14, choices=Fault, blank=True)
    old_batch = models.CharField(
        _("last batch of the old device"), max_length=9, choices=OldBatch, blank=True
    )
    old_batch_number = models.CharField(_("number of the last batch"), max_length=6, blank=True)
    serial_number = models.CharField(_("new serial number"), max_length=50, blank=True)
    device_model = models.ForeignKey(
        "terminals.DeviceModel",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("new model"),
    )
    ownership = models.CharField(
        _("ownership"), max_length=8, choices=Device.Ownership, default=Device.Ownership.BANK
    )
    # Only until the old device is repaired.
    is_loan = models.BooleanField(_("on loan"), default=False)

    class Meta:
        verbose_name = _("replacement")
        verbose_name_plural = _("replacements")
        constraints = [
            models.CheckConstraint(
                name="replacement_by_another_device",
                condition=Q(serial_number="") | ~Q(serial_number=models.F("old_serial_number")),
                violation_error_message=_("The new device has the serial number of the old one."),
            )
        ]

    # -- what it asks -------------------------------------------------------------------------------------------------

    @classmethod
    def objection_to_begin(cls, *, merchant, terminal: Terminal | None) -> str:
        if sentence := super().objection_to_begin(merchant=merchant, terminal=terminal):
            return sentence
        if terminal is not None and terminal.status not in CAN_BE_SWAPPED:
            return gettext("Terminal %(number)s is “%(status)s”. Have that ended first.") % {
                "number": terminal.number,
                "status": terminal.get_status_display(),
            }
        return ""

    def fill_in(self, *, now: datetime) -> None:
        binding = self.terminal.binding
        self.old_serial_number = binding.serial_number if binding else ""

    def on_record(self) -> list[dict[str, str]]:
        return [
            {"label": gettext("Terminal"), "value": f"{self.terminal.label} {self.terminal.number}".strip()},
            {"label": gettext("Device on record"), "value": self.old_serial_number},
        ]

    def warning(self) -> str:
        return gettext(
            "Settle the last batch on the old device if it still works; its transactions cannot be sent from the new one."
        )

    def pages(self) -> dict[str, str | Promise]:
        return self.PAGES

    def own_items(self, *, revealed: str, placements: Iterable | None = None) -> list[Item]:
        return replacement_items(self)

    def answers_kept(self) -> list[str]:
        return [
            "fault",
            "reason_text",
            "old_batch",
            "old_batch_number",
            "serial_number",
            "device_model",
            "ownership",
            "is_loan",
        ]

    def paper_needs(self) -> list[PaperNeed]:
        is_gone = self.fault == self.Fault.LOST
        papers = [(Paper.POLICE_RECEIPT, True)] if is_gone else [(Paper.DEVICE_LABEL, True)]
        return [PaperNeed(paper, is_needed, str(HINTS[paper])) for paper, is_needed in papers]

    def unanswered(self, *, on: date) -> list[Missing]:
        return [*self._unanswered(), *self.missing_papers()]

    def _unanswered(self) -> Iterator[Missing]:
        if not self.fault:
            yield Missing("request", "fault", gettext("Say what is wrong with the device."))
        if not self.reason_text:
            yield Missing("request", "reason_text", gettext("Describe the fault in a few words."))
        if not self.old_batch:
            yield Missing(
                "request", "old_batch", gettext("Say whether the last batch of the old device is settled.")
            )
        elif self.old_batch == self.OldBatch.SETTLED and not self.old_batch_number:
            yield Missing(
                "request",
                "old_batch_number",
                gettext("Enter the six digits of the last batch, from its slip."),
            )
        if not self.serial_number and self.device_model_id is None:
            yield Missing(
                "request",
                "device_model",
                gettext("Give the serial number of the new device, or choose a model from the bank's stock."),
            )

    def claim_terminals(self) -> None:
        """The terminal, and the new device where it is named."""
        self.terminal_links.all().delete()
        if self.serial_number:
            lock_named([self.serial_number])
        ApplicationTerminal.objects.create(
            application_id=self.pk,
            kind=self.kind,
            terminal=self.terminal,
            serial_number=self.serial_number,
        )

    def receive(self, *, by, now: datetime, **given) -> None:
        """What could not be settled any more is for the settlement desk, which clears it from the host before the approval."""
        if self._waits_for_clearance():
            open_clearance(self.terminal, reason=Reason.SWAP, application_number=self.number, by=by, now=now)

    @contextmanager
    def moving_to(self, target, *, by, now, note="") -> Iterator[None]:
        """As `Application.moving_to`; what does not happen needs no clearance."""
        with super().moving_to(target, by=by, now=now, note=note):
            yield
            if target in self.CLOSED and target != self.Status.APPROVED:
                self._drop_clearance(by=by, now=now)

    # -- what its approval does ---------------------------------------------------------------------------------------

    @property
    def what_follows(self) -> str:
        return gettext("After approval collect the new registration code and type it into the new device.")

    def findings(self, *, on: date) -> Iterator[Finding]:
        return findings_of_replacement(self)

    def what_stands_in_the_way(self) -> list[str]:
        found = super().what_stands_in_the_way()
        binding = self.terminal.binding
        if binding is not None and binding.serial_number != self.old_serial_number:
            found.append(
                gettext("The terminal works on device %(serial)s meanwhile.")
                % {"serial": binding.serial_number}
            )
        if self._waits_for_clearance():
            found.append(gettext("The settlement desk has not cleared the last batch of the old device yet."))
        return found

    def blocks(self, *, on: date) -> list[str]:
        if self.serial_number and (listed := screening.device_block(self.serial_number, on=on)):
            return [listed, *super().blocks(on=on)]
        return super().blocks(on=on)

    def take_effect(self, *, by, now: datetime) -> None:
        """The terminal waits for its activation on the new device, and the old one comes back."""
        others = ApplicationTerminal.objects.filter(is_open=True).exclude(application=self.pk)
        old = swap(
            self.terminal,
            line=self,
            application_number=self.number,
            spoken_for=others.exclude(serial_number=""),
            is_loan=self.is_loan,
            by=by,
            now=now,
        )
        if old.status == Device.Status.RETURNING:
            open_return(
                self.terminal,
                old,
                way=ReturnOrder.Way.BRANCH,
                address=self.terminal.branch.address,
                due_on=add_working_days(local_date(now), current_policy().return_working_days),
                application_number=self.number,
                by=by,
                now=now,
            )

    # -- private ------------------------------------------------------------------------------------------------------

    def _waits_for_clearance(self) -> bool:
        if self.old_batch != self.OldBatch.UNSETTLED:
            return False
        return not is_cleared(self.terminal, Reason.SWAP, application_number=self.number)

    def _drop_clearance(self, *, by, now: datetime) -> None:
        clearance = latest(self.terminal, Reason.SWAP, status=Clearance.Status.OPEN)
        if clearance is not None and clearance.application_number == self.number:
            drop(clearance, by=by, now=now, note=gettext("The replacement does not happen."))
