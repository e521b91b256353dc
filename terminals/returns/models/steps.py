"""The steps of a return: announced, received in parts, inspected, lost, written off, closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused, lock_in_order
from config.privacy.identifiers import normalise
from terminals.models import Device
from terminals.models.kit import Piece
from terminals.returns.models.inspection import ReturnInspection
from terminals.returns.models.line import ReturnFinding, ReturnLine

if TYPE_CHECKING:
    from config.files.models import StoredFile

Condition = ReturnLine.Condition
Outcome = ReturnInspection.Outcome
WORST_FIRST = (Condition.MISSING, Condition.DAMAGED, Condition.WORN, Condition.GOOD)
WHERE_TO: dict[str, str] = {
    Outcome.REPAIR: Device.Status.REPAIR,
    Outcome.SCRAP: Device.Status.SCRAPPED,
}
INSPECTED = (Device.Status.RETURNED, Device.Status.REPAIR)


class HandedIn(NamedTuple):
    """What the clerk holds of one line: so many pieces, as they are; so many that the merchant says are gone."""

    line_id: int
    quantity: int = 0
    missing: int = 0
    condition: str = Condition.GOOD
    serial_read: str = ""
    remark: str = ""
    photo: StoredFile | None = None


class Looked(NamedTuple):
    """What an inspection found."""

    appearance: str
    seal_intact: bool
    tamper_marks: bool
    attack_marks: bool
    powers_on: bool
    log_cleared: bool
    keys_destroyed: bool


class ReturnSteps:
    """Verbs of `ReturnOrder`. Each locks the device before the return."""

    # -- on the way -------------------------------------------------------------------------------------------------

    def announce(
        self: Any, *, way: str, waybill: str = "", pick_up_on: date | None = None, by, now: datetime
    ) -> None:
        """The merchant has sent it, or says how it will come: by which courier's waybill, or picked up on which day."""
        with self.moving_to(self.Status.SENT, by=by, now=now):
            self.way = way
            self.waybill = normalise(waybill) if way == self.Way.COURIER else ""
            self.pick_up_on = pick_up_on if way == self.Way.PICK_UP else None

    def call_off(self: Any, *, by, now: datetime, note: str) -> None:
        """Not asked back any more: the stop of the terminal was revoked."""
        with self.moving_to(self.Status.CALLED_OFF, by=by, now=now, note=note):
            pass

    # -- coming in --------------------------------------------------------------------------------------------------

    def receive(
        self: Any, pieces: Iterable[HandedIn], *, by, now: datetime, note: str = ""
    ) -> list[ReturnFinding]:
        """What was handed in stands on its lines; answers the wrong serial numbers, which are on record and not received.

        With the device itself, the device is back at the bank. Once nothing is awaited any more the return is received.
        Raises `Refused`: "wrong_state", "nothing" where nothing was handed in, "constraint" with what a line lacks.
        """
        with told_as_refusals(), transaction.atomic():
            self._lock()
            if sentence := self.objection(self.Status.PART_RECEIVED, by=by, now=now):
                raise Refused(sentence, code="wrong_state")
            handed_in = [piece for piece in pieces if piece.quantity or piece.missing]
            if not handed_in:
                raise Refused(_("Enter what was handed in, or what is missing."), code="nothing")
            findings = [self._taken(piece, by=by, now=now, note=note) for piece in handed_in]
            wrong = [finding for finding in findings if finding is not None]
            if len(wrong) < len(handed_in):
                self._move_on(by=by, now=now, note=note)
            return wrong

    def _taken(self: Any, piece: HandedIn, *, by, now: datetime, note: str) -> ReturnFinding | None:
        line = self.lines.get(pk=piece.line_id)
        if line.is_device and piece.missing:
            raise Refused(_("Where the device itself is gone, report it lost."), code="device_missing")
        read = normalise(piece.serial_read)
        if line.is_device and not read:
            raise Refused(_("Read the serial number on the device and enter it."), code="no_serial")
        if read and line.serial_number and read != line.serial_number:
            return ReturnFinding.objects.create(
                order=self,
                piece=line.piece,
                serial_expected=line.serial_number,
                serial_read=read[:50],
                is_of_the_estate=Device.objects.filter(serial_number=read).exists(),
                at=now,
                by=by,
            )
        self._put_on(line, piece)
        if line.is_device and self.device.status != Device.Status.RETURNED:
            self.device.take_back(by=by, now=now, note=note)
        return None

    def _put_on(self: Any, line: ReturnLine, piece: HandedIn) -> None:
        line.received += piece.quantity
        line.missing += piece.missing
        found = {
            line.condition,
            piece.condition if piece.quantity else "",
            Condition.MISSING if piece.missing else "",
        }
        line.condition = next(condition for condition in WORST_FIRST if condition in found)
        line.remark = "; ".join(filter(None, [line.remark, piece.remark.strip()]))[:200]
        line.photo = piece.photo or line.photo
        line.save()

    def _move_on(self: Any, *, by, now: datetime, note: str) -> None:
        is_whole = not self.lines.awaited().exists()
        target = self.Status.RECEIVED if is_whole else self.Status.PART_RECEIVED
        with self.moving_to(target, by=by, now=now, note=note):
            if is_whole:
                self.received_at = now

    # -- looked at --------------------------------------------------------------------------------------------------

    def inspect(
        self: Any, looked: Looked, *, outcome: str, by, now: datetime, note: str = ""
    ) -> ReturnInspection:
        """What was found is on record, and the device is where the outcome says, free to be given out again where that is the stock.

        Raises `Refused`, also with the objection of the device: one that is still tied to a terminal does not go into stock.
        """
        with self._acting_with_device(
            "return_inspected", unless=self.objection_to_inspection, by=by, now=now
        ):
            if sentence := self.objection_to_outcome(outcome, by=by, now=now):
                raise Refused(sentence, code="wrong_state")
            inspection = ReturnInspection.objects.create(
                order=self, **looked._asdict(), outcome=outcome, note=note.strip(), at=now, by=by
            )
            match outcome:
                case Outcome.REPAIR:
                    self.device.send_to_repair(by=by, now=now, note=note)
                case Outcome.SCRAP:
                    self.device.scrap(by=by, now=now, note=note)
                case _:
                    words = note or str(inspection.get_outcome_display())
                    self.device.restock(by=by, now=now, note=words, is_inspected=True)
        return inspection

    def objection_to_inspection(self: Any) -> str:
        """Why the device cannot be looked at now, or ""."""
        if self.status in (self.Status.WRITTEN_OFF, self.Status.CALLED_OFF):
            return self.out_of_turn()
        if self.lines.filter(piece=Piece.TERMINAL, received=0).exists():
            return _("The device itself has not come back yet.")
        if self.device.status not in INSPECTED:
            return _("The device is “%(status)s”, so there is nothing to inspect.") % {
                "status": self.device.get_status_display()
            }
        return ""

    def objection_to_outcome(self: Any, outcome: str, *, by, now: datetime) -> str:
        """Why the device cannot go that way, or "": the merchant's own goes back to it, the bank's never does."""
        if (outcome == Outcome.HANDED_BACK) != self.is_inspection and outcome != Outcome.REPAIR:
            if self.is_inspection:
                return _("This device is the merchant's own and is handed back.")
            if outcome == Outcome.HANDED_BACK:
                return _("This device is the bank's and stays here.")
        if self.is_inspection and outcome == Outcome.REPAIR:
            return _("This device is the merchant's own and is handed back.")
        return self.device.objection(WHERE_TO.get(outcome, Device.Status.IN_STOCK), by=by, now=now)

    # -- not coming back --------------------------------------------------------------------------------------------

    def report_lost(self: Any, *, police_receipt: StoredFile, note: str, by, now: datetime) -> None:
        """The merchant cannot bring the device back and has told the police; a second person writes it off."""
        with self._acting_with_device("return_device_lost", unless=self.objection_to_loss, by=by, now=now):
            self.lost_at, self.lost_by, self.lost_note = now, by, note.strip()
            self.police_receipt = police_receipt
            if self.device.status != Device.Status.LOST:
                self.device.report_lost(by=by, now=now, note=note)

    def objection_to_loss(self: Any) -> str:
        """Why the device cannot be reported lost now, or ""."""
        if self.status not in self.AWAITED:
            return self.out_of_turn()
        if self.lost_at:
            return _("The device is reported lost already.")
        if self.lines.filter(piece=Piece.TERMINAL, received__gt=0).exists():
            return _("The device itself has come back.")
        return ""

    def write_off(self: Any, *, by, now: datetime, note: str) -> None:
        """Nothing more is awaited; by somebody else than who reported the loss."""
        with transaction.atomic():
            self._lock()
            with self.moving_to(self.Status.WRITTEN_OFF, by=by, now=now, note=note):
                self.written_off_at, self.written_off_by = now, by
            self._settle(now)

    # -- done -------------------------------------------------------------------------------------------------------

    def close(self: Any, *, by, now: datetime, note: str = "") -> None:
        """Everything is back or known to be missing, and the device is where its inspection sent it."""
        with self.moving_to(self.Status.CLOSED, by=by, now=now, note=note):
            self._settle(now)

    def guard(self: Any, target: str, *, by) -> str:
        """What stands against a step besides the arrows."""
        match target:
            case self.Status.WRITTEN_OFF if self.lost_by_id is None:
                return _("Before a device is written off, it is reported lost with the police receipt.")
            case self.Status.WRITTEN_OFF if self.lost_by_id == by.pk:
                return _("Whoever reported the loss cannot write the device off; a colleague has to.")
            case self.Status.WRITTEN_OFF if self.lines.filter(piece=Piece.TERMINAL, received__gt=0).exists():
                return _("The device itself has come back.")
            case self.Status.CLOSED if not self.inspections.exists():
                return _("The device has not been inspected yet.")
            case self.Status.CLOSED if not self.receipts.exists():
                return _("The merchant has no receipt yet. Issue it first.")
        return ""

    def _settle(self: Any, now: datetime) -> None:
        self.device.issued_items.out().filter(terminal=self.terminal_id).update(settled_at=now)

    def _lock(self: Any) -> None:
        lock_in_order(self.device, self)

    @contextmanager
    def _acting_with_device(self: Any, action: str, *, unless, by, now: datetime) -> Iterator[None]:
        with told_as_refusals(), transaction.atomic():
            self._lock()
            with self.acting(action, by=by, now=now, unless=unless):
                yield
