"""How a merchant's record came to read as it does: what changed, when and by whom, persons masked."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from config.accounts.desk_record import actor
from config.kernel.desk_cells import shown
from config.privacy.masking import mask_name
from merchants.desk.shown import MASKS
from merchants.models import Merchant
from merchants.particulars import MerchantType, Particulars, names_of

MOST_VERSIONS = 50
# A list of persons: that it changed is said, not how.
UNSAID = {"beneficial_owners"}
# Kept for searching only, and not in the history.
LEFT_OUT = {"responsible_id_index", "contact_mobile_index"}


class Change(NamedTuple):
    label: str
    before: str
    after: str


class Version(NamedTuple):
    """One saving of the record; `changes` is empty for the first."""

    at: Any
    by: str
    is_first: bool
    changes: list[Change]


def versions_of(merchant: Merchant) -> list[Version]:
    """The latest versions, newest first, each with what it changed in the one before."""
    rows = list(merchant.history.select_related("history_user").order_by("-history_id")[: MOST_VERSIONS + 1])
    names = [name for name in (*names_of(Particulars), "status", "risk") if name not in LEFT_OUT]
    versions = [_version(row, former, names) for row, former in zip(rows, [*rows[1:], None], strict=True)]
    return versions[:MOST_VERSIONS]


def _version(row: Any, former: Any, names: list[str]) -> Version:
    changes = [change for name in names if former and (change := _change(name, former, row))]
    by = actor(row.history_user) if row.history_user else ""
    return Version(row.history_date, by, is_first=row.history_type == "+", changes=changes)


def _change(name: str, former: Any, row: Any) -> Change | None:
    field: Any = Merchant._meta.get_field(name)
    before, after = getattr(former, field.attname), getattr(row, field.attname)
    if before == after:
        return None
    label = str(field.verbose_name)
    if name in UNSAID:
        return Change(label, _("changed"), _("changed"))
    return Change(label, _words(row, name, before), _words(row, name, after))


def _words(row: Any, name: str, value: Any) -> str:
    if name in MASKS:
        return MASKS[name](value)
    field: Any = Merchant._meta.get_field(name)
    if name == "registered_name" and row.merchant_type == MerchantType.MICRO:
        return mask_name(value)
    return str(dict(field.flatchoices).get(value, shown(value)))
