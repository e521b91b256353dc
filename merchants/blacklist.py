"""How an entry comes onto the blacklist: one at a time, or a whole list that the risk desk was sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from config.kernel.audit import record
from config.kernel.clock import local_date
from config.kernel.constraints import told_as_refusals
from config.kernel.lifecycle import Refused
from config.privacy import plaintext
from config.privacy.fields import blind_index
from config.privacy.identifiers import corporate_account, mobile, normalise, resident_id, serial_number, uscc
from config.privacy.identifiers.check import Check
from merchants.models import BlacklistEntry
from merchants.settlement_rules import spelled

Kind = BlacklistEntry.Kind
SHORTEST_NAME, LONGEST_NAME = 2, 100
LONGEST_REASON, LONGEST_SOURCE = 200, 60

# Numbers of all documents that the bank knows; those of eighteen characters carry a check digit of their own.
identity = Check(
    name="identity",
    label=pgettext_lazy("blacklist", "Identity document number"),
    shape=r"(?=[A-Z]*[0-9])[0-9A-Z]{5,18}",
    advice=pgettext_lazy("blacklist", "Enter the 5 to 18 digits and letters of the document number."),
    max_length=18,
    rule=lambda value, on: resident_id.problem(value, on=on) if _is_resident(value) else "",
)
CHECKS = {
    Kind.USCC: uscc,
    Kind.IDENTITY: identity,
    Kind.ACCOUNT: corporate_account,
    Kind.MOBILE: mobile,
    Kind.SERIAL: serial_number,
}


def normal(kind: str, value: str) -> str:
    """The one spelling under which a value is kept and found; of names what keyboards differ in is folded away."""
    return spelled(value) if kind == Kind.NAME else normalise(value)


def index_of(kind: str, value: str) -> str:
    """The blind index of a value in any spelling, "" for nothing."""
    return blind_index(normal(kind, value), purpose="blacklist")


def problem(kind: str, value: str, *, on: date) -> str:
    """Why this value, in normal form, can be no entry of this kind, or ""."""
    if kind not in Kind.values:
        return _("Choose what kind of mark this is.")
    if sentence := plaintext.problem(value, max_length=LONGEST_NAME) or plaintext.masked_problem(value):
        return sentence
    if kind != Kind.NAME:
        return CHECKS[Kind(kind)].problem(value, on=on)
    if len(value) >= SHORTEST_NAME:
        return ""
    return _("A name has 2 to 100 characters. Enter the whole name.")


def put_on(
    *,
    kind: str,
    value: str,
    reason: str,
    source: str,
    valid_from: date,
    valid_to: date | None,
    by,
    now: datetime,
) -> BlacklistEntry:
    """The entry is on the list, and the expired one that held its place is off it.

    Raises `Refused`: the value is no value of its kind ("unfit"), or the list has it already ("constraint").
    """
    value, today = normal(kind, value), local_date(now)
    if sentence := problem(kind, value, on=today):
        raise Refused(sentence, code="unfit")
    entry = BlacklistEntry(
        kind=kind,
        value=value,
        reason=reason.strip(),
        source=source.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        added_at=now,
        added_by=by,
    )
    with told_as_refusals(), transaction.atomic():
        make_room(kind, [index_of(kind, value)], by=by, now=now)
        entry.save(force_insert=True)
        record("blacklist_added", by=by, now=now, subject=entry, detail={"kind": kind})
    return entry


def make_room(kind: str, indexes: Iterable[str], *, by, now: datetime) -> None:
    """Entries of these values whose last day has passed are taken off, so that the same may be entered anew."""
    standing = BlacklistEntry.objects.standing().filter(kind=kind, value_index__in=indexes)
    for entry in standing.filter(valid_to__lt=local_date(now)).order_by("pk"):
        entry.take_off(by=by, now=now, reason=_("Expired, and entered anew."))


def _is_resident(number: str) -> bool:
    """Eighteen characters that begin as mainland resident numbers do; 8 and 9 begin those of other documents."""
    return len(number) == 18 and number[0] not in "89"
