"""The items of a stop: which terminals, why, from when on, how the devices come back, what the merchant declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.items.item import Item, Row, asked
from config.kernel.templatetags.formats import day

if TYPE_CHECKING:
    from applications.models.deactivation import Deactivation


def deactivation_items(case: Deactivation) -> list[Item]:
    section, page = pgettext("application", "Stop"), "request"
    items = [
        asked(section, "", "initiator", ("initiator",), Row(_("Asked for by"), case.get_initiator_display())),
        asked(section, page, "chosen", ("scope", "chosen"), *_terminals(case)),
        asked(
            section,
            page,
            "reason",
            ("reason", "reason_text"),
            Row(_("Reason"), str(case.reason or "")),
            Row(_("In your own words"), case.reason_text),
        ),
        asked(
            section,
            page,
            "day",
            ("is_temporary", "resume_on", "stop_on", "is_emergency"),
            *_days(case),
            anchor="id_stop_on",
        ),
        asked(
            section,
            page,
            "return",
            ("return_way", "return_address"),
            Row(_("Way of the return"), "" if case.is_temporary else case.get_return_way_display()),
            Row(_("Place of the return"), "" if case.is_temporary else case.return_address),
        ),
        asked(section, page, "declarations", ("declares_settled", "declares_cleared"), *_declarations(case)),
    ]
    # What does not apply shows nothing and needs no verdict; who asks is known from who files, and is on no page of theirs.
    for item in items:
        item.is_reviewed = item.key != "field:initiator" and any(row.value for row in item.rows)
    return items


def _terminals(case: Deactivation) -> list[Row]:
    said = {line.number: line.said for line in case.lines}
    rows = [Row(_("Terminals"), str(case.get_scope_display()))]
    for terminal in case.terminals_spoken_of():
        name = f"{terminal.label or terminal.outlet} {terminal.number}"
        rows.append(Row(name, said.get(terminal.number) or str(terminal.get_status_display())))
    return rows


def _days(case: Deactivation) -> list[Row]:
    if case.is_emergency:
        return [Row(_("Stops on"), _("at once, emergency by order"))]
    rows = [Row(_("Stops on"), day(case.stop_on) if case.stop_on else "")]
    if case.is_temporary:
        rows.append(Row(_("In use again on"), day(case.resume_on) if case.resume_on else ""))
    return rows


def _declarations(case: Deactivation) -> list[Row]:
    yes = _("declared")
    return [
        Row(_("Everything is settled"), yes if case.declares_settled else ""),
        Row(_("No data of cardholders is kept"), yes if case.declares_cleared else ""),
    ]
