from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.files.models import StoredFile
from config.kernel.lifecycle import Arrows, Lifecycle, Refused, lock_in_order
from terminals.settlement.items import ITEMS, OF_DEVICE, OF_MONEY, Asked, Code
from terminals.settlement.models.clearance import Clearance
from terminals.settlement.rights import CHECK, CHECK_HOST_TOTALS, CONFIRM, may

LONGEST_EVIDENCE = 500


class ClearanceItem(Lifecycle):
    """One thing that has to be clear: who found it so, on what evidence, and who else looked."""

    class Status(models.TextChoices):
        OPEN = "open", _("To be confirmed")
        CONFIRMED = "confirmed", _("To be checked")
        CHECKED = "checked", _("Checked")

    class Way(models.TextChoices):
        REPORTED = "reported", _("As the device or the host reports it")
        HOST_TOTALS = "host_totals", _("From the host's totals, the device being lost or broken")

    class Source(models.TextChoices):
        PERSON = "person", _("A person")
        COMPUTED = "computed", _("Computed")

    NEXT: ClassVar[Arrows] = {
        Status.OPEN: frozenset({Status.CONFIRMED}),
        Status.CONFIRMED: frozenset({Status.CHECKED, Status.OPEN}),
        Status.CHECKED: frozenset({Status.OPEN}),
    }
    STATUS_TONES: ClassVar = {
        Status.OPEN: ("warn", "minus-circle"),
        Status.CONFIRMED: ("info", "clock"),
        Status.CHECKED: ("ok", "check-circle"),
    }
    LOCK_RANK = 7

    clearance = models.ForeignKey(
        Clearance, models.PROTECT, related_name="items", verbose_name=_("clearance")
    )
    code = models.CharField(_("item"), max_length=10, choices=Code)
    position = models.PositiveSmallIntegerField(_("order"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    source = models.CharField(_("found by"), max_length=10, choices=Source, default=Source.PERSON)
    way = models.CharField(_("way"), max_length=12, choices=Way, default=Way.REPORTED)
    # What was said last stays when the item is given back, so that it can be mended.
    evidence = models.CharField(_("evidence"), max_length=LONGEST_EVIDENCE, blank=True)
    amount_fen = models.BigIntegerField(_("amount"), null=True, blank=True)
    voucher_number = models.CharField(_("manual voucher number"), max_length=40, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    # Why it was given back, until it is confirmed anew; every step stays on record.
    returned_note = models.CharField(_("why it was given back"), max_length=LONGEST_EVIDENCE, blank=True)

    class Meta:
        verbose_name = _("item of a clearance")
        verbose_name_plural = _("items of clearances")
        ordering = ["position"]
        permissions = [
            ("confirm_clearanceitem", "Can confirm an item of a clearance"),
            ("check_clearanceitem", "Can check an item of a clearance"),
            ("check_host_totals", "Can check what was settled from the totals of the host"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["clearance", "code"],
                name="clearance_item_once",
                violation_error_message=_("This item is in the clearance already."),
            ),
            models.CheckConstraint(
                name="clearance_item_code_known",
                condition=Q(code__in=Code.values),
                violation_error_message=_("This item is unknown."),
            ),
            models.CheckConstraint(
                name="clearance_item_stands_whole",
                condition=Q(
                    status="open", confirmed_at=None, confirmed_by=None, checked_at=None, checked_by=None
                )
                | Q(
                    status="confirmed",
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                    checked_at=None,
                    checked_by=None,
                )
                | Q(
                    status="checked",
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                    checked_at__isnull=False,
                    checked_by__isnull=False,
                ),
                violation_error_message=_("What is confirmed or checked says when and by whom."),
            ),
            models.CheckConstraint(
                name="clearance_item_checked_by_second",
                condition=Q(checked_by=None) | ~Q(checked_by=F("confirmed_by")),
                violation_error_message=_("Whoever confirmed an item cannot check it; a colleague has to."),
            ),
            models.CheckConstraint(
                name="clearance_item_has_evidence",
                condition=Q(status="open") | ~Q(evidence=""),
                violation_error_message=_("Say what shows it: number of the batch, entry of the host."),
            ),
            models.CheckConstraint(
                name="clearance_item_names_amount",
                condition=Q(status="open")
                | ~Q(code__in=OF_MONEY)
                | Q(amount_fen__isnull=False, amount_fen__gte=0),
                violation_error_message=_("This item names an amount; 0 where there was nothing."),
            ),
            models.CheckConstraint(
                name="clearance_item_names_voucher",
                condition=Q(way="reported", voucher_number="")
                | (Q(way="host_totals", code__in=OF_DEVICE) & ~Q(voucher_number="")),
                violation_error_message=_(
                    "What lay on the device is settled from the host's totals under the number of a manual voucher."
                ),
            ),
            models.CheckConstraint(
                name="clearance_item_source_known",
                condition=Q(source__in=["person", "computed"]),
                violation_error_message=_("This source is unknown."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()

    @property
    def asked(self) -> Asked:
        """The row of the table that this item fills."""
        return ITEMS[Code(self.code)]

    # -- verbs --------------------------------------------------------------------------------------------------------

    def confirm(
        self,
        *,
        by,
        now: datetime,
        evidence: str,
        amount_fen: int | None = None,
        way: str = Way.REPORTED,
        voucher_number: str = "",
        file: StoredFile | None = None,
    ) -> None:
        """The first person, or a named system that computed it, finds the item clear and says what shows it."""
        said = evidence.strip()[:LONGEST_EVIDENCE]
        with self._held(), self.moving_to(self.Status.CONFIRMED, by=by, now=now, note=said):
            self.confirmed_at, self.confirmed_by = now, by
            self.source = self.Source.COMPUTED if by.system_name else self.Source.PERSON
            self.evidence, self.way, self.voucher_number = said, way, voucher_number.strip()
            self.amount_fen = amount_fen if self.asked.is_money else None
            self.returned_note = ""
            if file is not None:
                EvidenceFile.objects.create(item=self, stored_file=file, added_at=now, added_by=by)

    def agree(self, *, by, now: datetime) -> None:
        """A second person has looked at the evidence and agrees; what comes from the host's totals a supervisor."""
        with self._held(), self.moving_to(self.Status.CHECKED, by=by, now=now):
            self.checked_at, self.checked_by = now, by

    def give_back(self, *, by, now: datetime, note: str) -> None:
        """Something is wrong with it: open again, with what the next one has to know."""
        if not (said := note.strip()[:LONGEST_EVIDENCE]):
            raise Refused(gettext("Say what is wrong with it."), code="no_reason")
        with self._held(), self.moving_to(self.Status.OPEN, by=by, now=now, note=said):
            self.confirmed_at = self.confirmed_by = self.checked_at = self.checked_by = None
            self.returned_note = said

    # -- questions ----------------------------------------------------------------------------------------------------

    def objection(self, target: str, *, by, now: datetime) -> str:
        """As `Lifecycle.objection`; only in an open clearance, by the desk of its branch, and never one person twice."""
        if sentence := super().objection(target, by=by, now=now):
            return sentence
        if self.clearance.status != Clearance.Status.OPEN:
            return self.clearance.out_of_turn()
        ask = {
            self.Status.CONFIRMED: self._why_not_confirm,
            self.Status.CHECKED: self._why_not_check,
            self.Status.OPEN: self._why_not_give_back,
        }[self.Status(target)]
        return ask(by)

    def what_is_open(self) -> str:
        """One sentence for colleagues, or "" where two people agree."""
        if self.status == self.Status.CHECKED:
            return ""
        if self.status == self.Status.CONFIRMED:
            return gettext("“%(item)s” waits for the check by a second person.") % {"item": self}
        return str(self.asked.open)

    def _why_not_confirm(self, by) -> str:
        if by.system_name or may(by, CONFIRM, self.clearance.terminal):
            return ""
        return gettext("Only the settlement clerks of the branch confirm an item.")

    def _why_not_check(self, by) -> str:
        if not may(by, CHECK, self.clearance.terminal):
            return gettext("Only the settlement clerks and supervisors of the branch check an item.")
        if self.confirmed_by_id == by.pk:
            return gettext("Whoever confirmed an item cannot check it; a colleague has to.")
        if self.way == self.Way.HOST_TOTALS and not may(by, CHECK_HOST_TOTALS, self.clearance.terminal):
            return gettext("What was settled from the host's totals is checked by a supervisor.")
        return ""

    def _why_not_give_back(self, by) -> str:
        terminal = self.clearance.terminal
        if may(by, CHECK, terminal) or may(by, CONFIRM, terminal):
            return ""
        return gettext("Only the settlement clerks and supervisors of the branch give an item back.")

    @contextmanager
    def _held(self) -> Iterator[None]:
        """One transaction; the clearance is locked first, so that it is not completed meanwhile."""
        with transaction.atomic():
            lock_in_order(self.clearance)
            yield


class EvidenceFile(models.Model):
    """A file that came with a confirmation. It stays when the item is given back: what was shown remains to be seen."""

    item = models.ForeignKey(
        ClearanceItem, models.PROTECT, related_name="files", verbose_name=_("item of a clearance")
    )
    stored_file = models.OneToOneField(
        StoredFile, models.PROTECT, related_name="+", verbose_name=_("stored file")
    )
    added_at = models.DateTimeField(_("added at"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.stored_file)
