"""The items of a move: where the terminal goes, when and why, beside where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from applications.items.item import Item, Row, asked, place_words
from config.kernel.templatetags.formats import day

if TYPE_CHECKING:
    from applications.models.relocation import Relocation

POINT = ("latitude", "longitude", "coord_system")


def relocation_items(case: Relocation) -> list[Item]:
    section, page = _("Move"), "request"
    binding = case.terminal.bindings.order_by("-id").first()
    old = place_words(binding.division, binding.address) if binding else ""
    return [
        asked(
            section,
            page,
            "place",
            ("division", "address", *POINT),
            Row(_("New place"), place_words(case.division, case.address)),
            Row(_("Place on record"), old),
            Row(
                _("Distance"),
                _("%(metres)s m") % {"metres": f"{case.metres:,}"} if case.metres is not None else "",
            ),
        ),
        asked(
            section,
            page,
            "effective_on",
            ("effective_on",),
            Row(_("Moves on"), day(case.effective_on) if case.effective_on else ""),
        ),
        asked(section, page, "reason_text", ("reason_text",), Row(_("Reason"), case.reason_text)),
    ]
