"""The devices asked for by serial number: whether the approval could give them out, and who else asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.findings.finding import Finding, bad, of_device, ok, warn
from applications.models.application import Application, ApplicationTerminal
from applications.models.placement import Placement
from config.privacy.identifiers import serial_number
from terminals.models import Binding, Device

if TYPE_CHECKING:
    from applications.models.registration import Registration


def devices(case: Registration, placements: list[Placement]) -> Iterator[Finding]:
    """One verdict for each serial number, and one more where another application asks for it; four queries."""
    named = [placement for placement in placements if placement.serial_number]
    serials = [placement.serial_number for placement in named]
    if not serials:
        return
    found = Device.objects.filter(serial_number__in=serials).select_related("branch", "model")
    known = {device.serial_number: device for device in found}
    bound = dict(
        Binding.objects.filter(serial_number__in=serials, valid_to=None).values_list(
            "serial_number", "application_number"
        )
    )
    asked = asked_elsewhere(case, serials)
    for placement in named:
        serial, item = placement.serial_number, of_device(placement.position)
        if bound.get(serial) == case.number:
            yield ok(
                "device_bound_here",
                item,
                _("Device %(serial)s was given out by this application") % {"serial": serial},
            )
            continue
        judged = _judged(case, placement, known.get(serial), is_bound=serial in bound)
        yield judged.naming("device", serial) if serial in known else judged
        if numbers := tuple(sorted(asked.get(serial, ()))):
            said = _("Device %(serial)s is also asked for by: %(numbers)s")
            where = pgettext("list", ", ").join(numbers)
            yield warn("device_asked_twice", item, said % {"serial": serial, "numbers": where}, numbers)


def asked_elsewhere(case: Registration, serials: Iterable[str]) -> dict[str, set[str]]:
    """Serial numbers with the other open applications, of whatever kind, that speak of them.

    By the links that a submission makes, by the terminal that a device is tied to, and by the lines of applications that
    were given back and are being edited.
    """
    found: dict[str, set[str]] = {}
    links = ApplicationTerminal.objects.filter(is_open=True).exclude(application=case.pk)
    by_link = links.filter(serial_number__in=serials).values_list("serial_number", "application__number")
    tied = Q(terminal__bindings__serial_number__in=serials, terminal__bindings__valid_to=None)
    by_terminal = links.filter(tied).values_list("terminal__bindings__serial_number", "application__number")
    lines = Placement.objects.filter(serial_number__in=serials, registration__submitted_at__isnull=False)
    lines = lines.exclude(registration=case.pk).exclude(registration__status__in=Application.CLOSED)
    by_line = lines.order_by().values_list("serial_number", "registration__number")
    for serial, number in by_link.union(by_terminal, by_line):
        found.setdefault(serial, set()).add(number)
    return found


def _judged(case: Registration, placement: Placement, device: Device | None, *, is_bound: bool) -> Finding:
    """The first reason why the approval would refuse this device, or why it should be looked at, or that all is well."""
    item, words = of_device(placement.position), {"serial": placement.serial_number}
    if is_bound:
        return bad("device_bound", item, _("Device %(serial)s is bound to another terminal") % words)
    if device is None:
        return _unknown(placement, words)
    if device.status != Device.Status.IN_STOCK:
        words = words | {"status": device.get_status_display()}
        return bad(
            "device_not_usable", item, _("Device %(serial)s is “%(status)s” and cannot be given out") % words
        )
    if case.branch and not (case.branch.contains(device.branch) or device.branch.contains(case.branch)):
        words = words | {"branch": str(device.branch)}
        return bad("device_of_other_branch", item, _("Device %(serial)s belongs to %(branch)s") % words)
    if placement.device_model_id and placement.device_model_id != device.model_id:
        words = words | {"model": str(device.model)}
        return warn(
            "device_other_model", item, _("Device %(serial)s is a %(model)s, not the model chosen") % words
        )
    return ok("device_in_estate", item, _("Device %(serial)s is in the estate") % words)


def _unknown(placement: Placement, words: dict[str, str]) -> Finding:
    item = of_device(placement.position)
    if sentence := serial_number.problem(placement.serial_number):
        return bad("device_serial_shape", item, sentence)
    if placement.ownership != Device.Ownership.MERCHANT:
        return bad("device_unknown", item, _("Device %(serial)s is not in the bank's estate") % words)
    if placement.device_model_id is None:
        return bad("device_model_unknown", item, _("Device %(serial)s is of no certified model") % words)
    return ok("device_joins", item, _("Device %(serial)s is the merchant's own and joins the estate") % words)
