"""What a case is made of for review: items that are accepted or given back one by one, with what they show.

An item is one question as a person understands it (a validity has two dates and a tick), one paper, or one part of a
terminal asked for. The same keys stand in verdicts, corrections, changes between rounds and the findings of checks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder

from config.privacy.masking import mask_account, mask_id_number, mask_mobile
from config.privacy.sealing import digest

if TYPE_CHECKING:
    from applications.models.application import Application
    from applications.models.document import Document
    from applications.models.placement import Placement

# The application as a whole: given back when the fault is in no single item.
WHOLE = "application"
MASKS = {
    "responsible_id_number": mask_id_number,
    "account_number": mask_account,
    "contact_mobile": mask_mobile,
    "agent_id_number": mask_id_number,
    "agent_mobile": mask_mobile,
}
# One for all items: to make an encoder anew for each takes longer than what it writes.
_JSON = DjangoJSONEncoder(sort_keys=True)
# What may be revealed one by one, with a purpose and a record.
REVEALABLE = tuple(MASKS)


class Row(NamedTuple):
    """A line of the case: label, value to show, and the name under which a hidden value can be revealed, or ""."""

    label: str
    value: str
    reveal: str = ""


@dataclass
class Item:
    """One thing to judge. `fields` are the columns it stands for; `page` and `anchor` say where the applicant edits it.

    `is_reviewed` is False for a customer's particulars: they are the bank's own record and not this application's.
    """

    key: str
    title: str
    page: str
    section: str
    fields: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    anchor: str = ""
    document: Document | None = None
    placement: Placement | None = None
    is_reviewed: bool = True
    is_required: bool = True

    @property
    def kind(self) -> str:
        """To what the reasons for this item apply: "document" or "field"."""
        return "document" if self.key.startswith("paper:") else "field"

    def content(self, case: Application) -> str:
        """A keyed digest of what the item holds, equal as long as nobody has changed it; "" for a paper not on file."""
        if self.key.startswith("paper:"):
            return digest(str(self.document.pk), purpose="review_item") if self.document else ""
        holder = self.placement or case
        columns: dict[str, Any] = {name: holder._meta.get_field(name) for name in self.fields}
        values = {name: getattr(holder, column.attname) for name, column in columns.items()}
        return digest(_JSON.encode(values), purpose="review_item")


def asked(section: str, page: str, key: str, fields: tuple[str, ...], *rows: Row, anchor: str = "") -> Item:
    shown = [row for row in rows if row.value]
    return Item(
        key=f"field:{key}",
        title=rows[0].label,
        page=page,
        section=section,
        fields=fields,
        rows=shown,
        anchor=anchor or f"id_{fields[0]}",
    )


def hidden(case: Application, name: str, label: str, revealed: str) -> Row:
    value = getattr(case, name)
    return Row(label, value if revealed == name else MASKS[name](value), reveal=name if value else "")


def place_words(division: Any, address: str) -> str:
    return f"{division or ''} {address}".strip()
