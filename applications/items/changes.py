"""The items of a change: every particular, those that differ with what is on record beside them and to be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from applications.items.item import Item, Row, asked
from applications.items.registration import particulars_of
from config.kernel.templatetags.formats import fen

if TYPE_CHECKING:
    from applications.models.information_change import InformationChange

PAGE = "request"
LIMITS = ("new_limit_single_fen", "new_limit_day_fen")


def change_items(case: InformationChange, *, revealed: str) -> list[Item]:
    # The same list of particulars as a registration's.
    party: Any = case
    changed = case.changed
    before = {item.key: item for item in particulars_of(party.as_recorded(), revealed="")}
    items = []
    for item in particulars_of(party, revealed=revealed):
        item.page = PAGE
        item.is_reviewed = bool(changed & set(item.fields))
        if item.is_reviewed:
            item.rows += _recorded(before.get(item.key))
        items.append(item)
    if case.new_limit_single_fen is not None:
        limits = f"{fen(case.new_limit_single_fen)} / {fen(case.new_limit_day_fen)}"
        items.append(
            asked(_("Limits"), PAGE, "limits", LIMITS, Row(_("New limits of all terminals"), limits))
        )
    items.append(
        asked(_("Reason"), PAGE, "reason_text", ("reason_text",), Row(_("Reason"), case.reason_text))
    )
    return [item for item in items if any(row.value for row in item.rows)]


def _recorded(item: Item | None) -> list[Row]:
    if item is None:
        return []
    return [Row(_("%(label)s on record") % {"label": row.label}, row.value or "--") for row in item.rows]
