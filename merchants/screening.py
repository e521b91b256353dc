"""Screening: whether the risk desk's blacklist speaks of a party, its people, its account or its devices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from merchants.blacklist import Kind, index_of
from merchants.models import BlacklistEntry

# Which particulars are asked for which kind of mark; owners and devices come beside them.
FIELDS = {
    "uscc": Kind.USCC,
    "responsible_id_number": Kind.IDENTITY,
    "agent_id_number": Kind.IDENTITY,
    "account_number": Kind.ACCOUNT,
    "contact_mobile": Kind.MOBILE,
    "agent_mobile": Kind.MOBILE,
    "registered_name": Kind.NAME,
    "trading_name": Kind.NAME,
    "responsible_name": Kind.NAME,
    "agent_name": Kind.NAME,
    "controller_name": Kind.NAME,
    "account_holder": Kind.NAME,
}
OWNERS = {"id_number": Kind.IDENTITY, "name": Kind.NAME}


class Hit(NamedTuple):
    """An entry in force, and where it strikes: the name of a field, or a serial number."""

    entry: BlacklistEntry
    field: str = ""
    serial_number: str = ""


class _Mark(NamedTuple):
    kind: str
    blind: str
    field: str = ""
    serial_number: str = ""


def hits(particulars, *, serial_numbers: Iterable[str] = (), on: date) -> list[Hit]:
    """Every entry in force on this day that speaks of the party or of these devices, in the order of the form; one query."""
    marks = [mark for mark in _marks(particulars, serial_numbers) if mark.blind]
    if not marks:
        return []
    entries = BlacklistEntry.objects.in_force(on=on).filter(
        kind__in={mark.kind for mark in marks}, value_index__in={mark.blind for mark in marks}
    )
    # An entry of another kind that looks alike is nobody's mark.
    found = {(entry.kind, entry.value_index): entry for entry in entries}
    return [
        Hit(found[mark.kind, mark.blind], mark.field, mark.serial_number)
        for mark in marks
        if (mark.kind, mark.blind) in found
    ]


def blocks(particulars, *, serial_numbers: Iterable[str] = (), on: date) -> list[str]:
    """Why the bank signs nothing with this party today, one sentence for each entry, or nothing. For staff only."""
    entries = {hit.entry.pk: hit.entry for hit in hits(particulars, serial_numbers=serial_numbers, on=on)}
    return [sentence_of(entry) for entry in entries.values()]


def device_block(serial_number: str, *, on: date) -> str:
    """Why this device is given to nobody today, or "". For staff only; one query."""
    mark = index_of(Kind.SERIAL, serial_number)
    entry = BlacklistEntry.objects.in_force(on=on).filter(kind=Kind.SERIAL, value_index=mark).first()
    return sentence_of(entry) if entry else ""


def sentence_of(entry: BlacklistEntry) -> str:
    """Names the entry by its number and kind. The value is quoted nowhere."""
    return _("Blacklist entry %(number)s (%(kind)s) blocks this. Ask the risk desk.") % {
        "number": entry.number,
        "kind": entry.get_kind_display(),
    }


def _marks(particulars, serial_numbers: Iterable[str]) -> Iterator[_Mark]:
    for field, kind in FIELDS.items():
        if field.startswith("agent_") and not getattr(particulars, "has_agent", True):
            continue
        # A merchant has no account of its own; a part of a form may lack others.
        yield _Mark(kind, index_of(kind, getattr(particulars, field, "") or ""), field)
    for owner in getattr(particulars, "beneficial_owners", None) or ():
        for name, kind in OWNERS.items():
            yield _Mark(kind, index_of(kind, str(owner.get(name) or "")), "beneficial_owners")
    for serial in serial_numbers:
        yield _Mark(Kind.SERIAL, index_of(Kind.SERIAL, serial), serial_number=serial)
