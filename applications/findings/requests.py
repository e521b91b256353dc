"""The checks of what customers ask for of what they have: a move, and another device."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from applications.findings.finding import WHOLE, Finding, bad, ok, warn
from config.privacy.identifiers import serial_number
from merchants.provinces import box_of, metres_between
from terminals.models import Device, RiskCase

if TYPE_CHECKING:
    from applications.models.relocation import Relocation
    from applications.models.replacement import Replacement
    from applications.models.terminal_request import TerminalRequest

PLACE, DEVICE, FAULT, BATCH = "field:place", "field:device", "field:fault", "field:old_batch"


def findings_of_relocation(case: Relocation) -> Iterator[Finding]:
    """Where the terminal goes against where it stands, and what the risk desk knows of its device."""
    binding = case.terminal.binding
    if case.latitude is not None and case.longitude is not None and case.division_id:
        box = box_of(case.division_id)
        if box is None or box.holds(case.latitude, case.longitude):
            yield ok("point_in_division", PLACE, _("The point lies in the province of the address"))
        else:
            yield warn(
                "point_outside_division", PLACE, _("The point lies outside the province of the address")
            )
    if binding and case.division_id and binding.division_id:
        if case.is_to_another_city(binding.division_id):
            yield warn("moves_to_other_city", PLACE, _("The terminal moves to another city"))
        else:
            yield ok("moves_within_city", PLACE, _("The terminal stays in its city"))
    if (metres := case.metres) is not None:
        said = _("The new point lies %(metres)s m from the old one") % {"metres": f"{metres:,}"}
        yield ok("moves_metres", PLACE, said)
    yield from risk_cases(case, binding.serial_number if binding else "")


def findings_of_replacement(case: Replacement) -> Iterator[Finding]:
    """Whether the new device can be given out, what the fault says, and whether the old batch is settled."""
    if case.fault == case.Fault.TAMPER:
        yield bad(
            "device_tampered", FAULT, _("The device may have been tampered with: keep it for the risk desk")
        )
    if case.old_batch == case.OldBatch.UNSETTLED:
        said = _("The last batch could not be settled: the settlement desk clears it from the host's totals")
        yield warn("old_batch_unsettled", BATCH, said)
    elif case.old_batch:
        yield ok("old_batch_settled", BATCH, _("The merchant says that the last batch is settled"))
    if case.serial_number:
        yield _judged(case)
    yield from risk_cases(case, case.old_serial_number)


def risk_cases(case: TerminalRequest, serial: str) -> Iterator[Finding]:
    """One query."""
    count = RiskCase.objects.filter(serial_number=serial).count() if serial else 0
    if count:
        said = _("The risk desk has %(count)s cases of device %(serial)s") % {
            "count": count,
            "serial": serial,
        }
        yield warn("device_has_risk_case", WHOLE, said)
    else:
        yield ok("device_without_risk_case", WHOLE, _("The risk desk has no case of the device"))


def _judged(case: Replacement) -> Finding:
    words = {"serial": case.serial_number}
    device = Device.objects.filter(serial_number=case.serial_number).first()
    if device is None and (problem := serial_number.problem(case.serial_number)):
        return bad("device_serial_shape", DEVICE, problem)
    if device is None and case.ownership != Device.Ownership.MERCHANT:
        return bad("device_unknown", DEVICE, _("Device %(serial)s is not in the bank's estate") % words)
    if device is None:
        said = _("Device %(serial)s is the merchant's own and joins the estate") % words
        return ok("device_joins", DEVICE, said)
    if device.status != Device.Status.IN_STOCK:
        words |= {"status": device.get_status_display()}
        said = _("Device %(serial)s is “%(status)s” and cannot be given out") % words
        return bad("device_not_usable", DEVICE, said)
    return ok("device_in_estate", DEVICE, _("Device %(serial)s is in the estate") % words)


def metres_of_move(case: Relocation) -> int | None:
    """How far the terminal moves, where both points are known."""
    binding = case.terminal.binding
    if binding is None or None in (binding.latitude, case.latitude, binding.longitude, case.longitude):
        return None
    return metres_between(binding, case)
