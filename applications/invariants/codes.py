"""Approvals, the codes they made, and the terminals that the codes brought to life (I1, I2)."""

from __future__ import annotations

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from applications.invariants.table import Table, count_of
from applications.models import Application, Placement
from config.kernel.audit import AuditEvent
from terminals.models import Binding, DeviceKey, RegistrationCode, Terminal

Code = RegistrationCode.Status
IN_USE = (
    Terminal.Status.ACTIVE,
    Terminal.Status.SUSPENDED,
    Terminal.Status.DORMANT_REVIEW,
    Terminal.Status.SETTLE_ONLY,
)

# -- I1: approvals and codes ------------------------------------------------------------------------------------------


def _placements_without_a_code() -> QuerySet:
    codes = RegistrationCode.objects.filter(
        terminal=OuterRef("terminal"), application_number=OuterRef("registration__number")
    )
    approved = Placement.objects.filter(registration__status=Application.Status.APPROVED)
    return approved.filter(~Exists(codes)).values_list("registration__number", flat=True)


def _terminals_with_two_codes() -> QuerySet:
    """A terminal whose device was replaced has one for each: each with the tie that the same application opened."""
    spent = RegistrationCode.objects.filter(status__in=[Code.ISSUED, Code.USED])
    same = {"terminal": OuterRef("terminal"), "application_number": OuterRef("application_number")}
    tied = Binding.objects.filter(serial_number=OuterRef("serial_number"), **same)
    others = spent.filter(**same).exclude(pk=OuterRef("pk"))
    one_too_many = spent.filter(~Exists(tied) | Exists(others))
    return Terminal.objects.filter(pk__in=one_too_many.values("terminal")).values_list("number", flat=True)


def _codes_without_an_approval() -> QuerySet:
    approved = Application.objects.filter(
        number=OuterRef("application_number"), status=Application.Status.APPROVED
    )
    live = RegistrationCode.objects.filter(status__in=[Code.ISSUED, Code.USED])
    return live.filter(~Exists(approved)).values_list("slip_number", flat=True)


# -- I2: activations, terminals and their five elements ---------------------------------------------------------------


def _used_codes_without_their_activation() -> QuerySet:
    used = RegistrationCode.objects.filter(status=Code.USED)
    return used.filter(~Exists(_activations(OuterRef("terminal_id")))).values_list("slip_number", flat=True)


def _terminals_activated_twice() -> QuerySet:
    events = AuditEvent.objects.filter(action="terminal_activated", subject_label=Terminal._meta.label_lower)
    used = RegistrationCode.objects.filter(status=Code.USED)
    counted = Terminal.objects.annotate(
        activations=count_of(events, by="subject_id"), used=count_of(used, by="terminal")
    )
    return counted.filter(activations__gt=F("used")).values_list("number", flat=True)


def _terminals_in_use_without_a_used_code() -> QuerySet:
    used = RegistrationCode.objects.filter(terminal=OuterRef("pk"), status=Code.USED)
    return Terminal.objects.filter(status__in=IN_USE).filter(~Exists(used)).values_list("number", flat=True)


def _used_codes_of_terminals_that_wait() -> QuerySet:
    later = RegistrationCode.objects.filter(terminal=OuterRef("terminal"), pk__gt=OuterRef("pk"))
    newest = RegistrationCode.objects.filter(~Exists(later), status=Code.USED)
    waiting = newest.filter(terminal__status=Terminal.Status.PENDING_ACTIVATION)
    return waiting.values_list("slip_number", flat=True)


def _live_terminals_without_one_binding() -> QuerySet:
    open_ones = Count("bindings", filter=Q(bindings__valid_to=None))
    return Terminal.objects.live().annotate(tied=open_ones).exclude(tied=1).values_list("number", flat=True)


def _bindings_that_say_something_else() -> QuerySet:
    same = Q(
        terminal_number=F("terminal__number"),
        merchant_number=F("terminal__merchant__number"),
        serial_number=F("device__serial_number"),
        account__merchant=F("terminal__merchant"),
    )
    whole = ~Q(acquirer_code="") & ~Q(holder_index="") & ~Q(address="") & Q(division__isnull=False)
    open_ones = Binding.objects.filter(valid_to=None)
    return open_ones.exclude(pk__in=open_ones.filter(same & whole)).values_list("terminal_number", flat=True)


def _ended_terminals_that_still_hold_something() -> QuerySet:
    held = (
        Exists(Binding.objects.filter(terminal=OuterRef("pk"), valid_to=None))
        | Exists(DeviceKey.objects.filter(terminal=OuterRef("pk"), revoked_at=None))
        | Exists(RegistrationCode.objects.filter(terminal=OuterRef("pk"), status=Code.ISSUED))
    )
    return Terminal.objects.filter(held, status__in=Terminal.ENDED).values_list("number", flat=True)


def _activations(terminal) -> QuerySet:
    label = Terminal._meta.label_lower
    return AuditEvent.objects.filter(action="terminal_activated", subject_label=label, subject_id=terminal)


OF_CODES: Table = {
    "approved_has_codes": (
        "Every terminal of an approved application has a registration code of that application",
        _placements_without_a_code,
    ),
    "one_code_per_terminal": (
        "No terminal has more than one code that is in force or used for a device that an application tied to it",
        _terminals_with_two_codes,
    ),
    "codes_come_from_approvals": (
        "No code in force or used speaks of an application that is not approved",
        _codes_without_an_approval,
    ),
    "used_means_activated": (
        "Every used code has its activation on record",
        _used_codes_without_their_activation,
    ),
    "activated_once": (
        "No terminal was activated more often than codes were used for it",
        _terminals_activated_twice,
    ),
    "in_use_by_a_code": ("Every terminal in use has a used code", _terminals_in_use_without_a_used_code),
    "used_means_in_use": (
        "The newest code of a terminal that waits for activation is not used",
        _used_codes_of_terminals_that_wait,
    ),
    "one_binding": ("Every live terminal is tied to exactly one device", _live_terminals_without_one_binding),
    "five_elements": (
        "Every binding in force has its five elements, and they are those of its terminal",
        _bindings_that_say_something_else,
    ),
    "ended_holds_nothing": (
        "No terminal that has ended holds a binding, a key or a code in force",
        _ended_terminals_that_still_hold_something,
    ),
}
