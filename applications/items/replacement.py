"""The items of a replacement: what is wrong with the old device, its last batch, and the device that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from applications.items.item import Item, Row, asked

if TYPE_CHECKING:
    from applications.models.replacement import Replacement


def replacement_items(case: Replacement) -> list[Item]:
    page = "request"
    origin = case.serial_number or _("from stock")
    return [
        asked(
            _("Old device"),
            page,
            "fault",
            ("fault", "reason_text"),
            Row(_("What is wrong"), case.get_fault_display()),
            Row(_("In the merchant's words"), case.reason_text),
            Row(_("Old serial number"), case.old_serial_number),
            anchor="id_fault_0",
        ),
        asked(
            _("Old device"),
            page,
            "old_batch",
            ("old_batch", "old_batch_number"),
            Row(_("Last batch"), case.get_old_batch_display()),
            Row(_("Batch number"), case.old_batch_number),
            anchor="id_old_batch_0",
        ),
        asked(
            _("New device"),
            page,
            "device",
            ("serial_number", "device_model", "ownership"),
            Row(_("Model, serial number"), f"{case.device_model or ''} {origin}".strip()),
            Row(_("Ownership"), case.get_ownership_display()),
            anchor="id_serial_number",
        ),
        asked(
            _("New device"),
            page,
            "is_loan",
            ("is_loan",),
            Row(
                _("On loan"),
                _("yes, until the old device is repaired") if case.is_loan else _("no, for good"),
            ),
        ),
    ]
