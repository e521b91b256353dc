"""What a registration is made of for review: items that are accepted or given back one by one, with what they show.

An item is one question as a person understands it (a validity has two dates and a tick), one paper, or one part of a
terminal asked for. The same keys stand in verdicts, corrections, changes between rounds and the findings of checks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.models.paper import Paper, papers_for
from config.kernel.templatetags.formats import day, fen, span
from config.privacy.masking import mask_account, mask_id_number, mask_mobile, mask_name
from config.privacy.sealing import digest
from merchants.particulars import AccountParticulars, MerchantType

if TYPE_CHECKING:
    from applications.models.document import Document
    from applications.models.placement import Placement
    from applications.models.registration import Registration

# The application as a whole: given back when the fault is in no single item.
WHOLE = "application"
MASKS = {
    "responsible_id_number": mask_id_number,
    "account_number": mask_account,
    "contact_mobile": mask_mobile,
    "agent_id_number": mask_id_number,
    "agent_mobile": mask_mobile,
}
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

    def content(self, case: Registration) -> str:
        """A keyed digest of what the item holds, equal as long as nobody has changed it; "" for a paper not on file."""
        if self.key.startswith("paper:"):
            return digest(str(self.document.pk), purpose="review_item") if self.document else ""
        holder = self.placement or case
        columns: dict[str, Any] = {name: holder._meta.get_field(name) for name in self.fields}
        values = {name: getattr(holder, column.attname) for name, column in columns.items()}
        return digest(json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True), purpose="review_item")


def items_of(
    case: Registration,
    *,
    revealed: str = "",
    placements: Iterable[Placement] | None = None,
    documents: Iterable[Document] | None = None,
) -> list[Item]:
    """Every item of the case in the order of the form. Persons and their numbers are masked, except the one just revealed.

    `placements` and `documents` stand in for what is on file, for showing an earlier round.
    """
    if placements is None:
        placements = case.lines()
    if documents is None:
        documents = case.papers_on_file()
    own = case.merchant_id is None
    found = [*_business(case), *_account(case, revealed), *_responsible(case, revealed)]
    for item in found:
        item.is_reviewed = own
    return [
        *(item for item in found if any(row.value for row in item.rows)),
        *(item for placement in placements for item in _placement(placement)),
        *_papers(case, {document.paper: document for document in documents}),
    ]


def reviewed_items(case: Registration) -> list[Item]:
    """The items of the case that need a verdict."""
    return to_judge(items_of(case))


def to_judge(items: Iterable[Item]) -> list[Item]:
    """Those that need a verdict: all that is the application's own, and every paper that is needed or on file."""
    return [item for item in items if item.is_reviewed and (item.is_required or item.document is not None)]


def contents_of(case: Registration) -> dict[str, str]:
    """The digest of every item, by key."""
    return {item.key: item.content(case) for item in items_of(case)}


# -- the parts ------------------------------------------------------------------------------------------------------------


def _item(section: str, page: str, key: str, fields: tuple[str, ...], *rows: Row, anchor: str = "") -> Item:
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


def _hidden(case: Registration, name: str, label: str, revealed: str) -> Row:
    value = getattr(case, name)
    return Row(label, value if revealed == name else MASKS[name](value), reveal=name if value else "")


def _place(division: Any, address: str) -> str:
    return f"{division or ''} {address}".strip()


def _business(case: Registration) -> Iterator[Item]:
    section, page = _("Business"), "business"
    yield _item(
        section,
        page,
        "merchant_type",
        ("merchant_type",),
        Row(_("Merchant type"), case.get_merchant_type_display()),
        anchor="id_merchant_type_0",
    )
    name = mask_name(case.registered_name) if case.is_micro else case.registered_name
    yield _item(section, page, "registered_name", ("registered_name",), Row(_("Registered name"), name))
    yield _item(section, page, "trading_name", ("trading_name",), Row(_("Trading name"), case.trading_name))
    yield _item(section, page, "uscc", ("uscc",), Row(_("Unified social credit code"), case.uscc))
    validity = _("No end date") if case.licence_is_long_term else span(case.licence_from, case.licence_to)
    yield _item(
        section,
        page,
        "licence_validity",
        ("licence_from", "licence_to", "licence_is_long_term"),
        Row(_("Licence validity"), "" if case.is_micro else validity),
    )
    yield _item(
        section, page, "business_scope", ("business_scope",), Row(_("Business scope"), case.business_scope)
    )
    yield _item(
        section, page, "category", ("category",), Row(_("Merchant category"), str(case.category or ""))
    )
    # One item: the form asks whether both are the same place.
    yield _item(
        section,
        page,
        "address",
        ("registered_division", "registered_address", "business_division", "business_address"),
        Row(_("Registered address"), _place(case.registered_division, case.registered_address)),
        Row(_("Business address"), _place(case.business_division, case.business_address)),
    )
    yield _item(section, page, "branch", ("branch",), Row(_("Serving branch"), str(case.branch or "")))


def _account(case: Registration, revealed: str) -> Iterator[Item]:
    section, page = _("Settlement account"), "business"
    is_personal = case.account_kind != AccountParticulars.Kind.CORPORATE
    holder = mask_name(case.account_holder) if is_personal else case.account_holder
    yield _item(
        section,
        page,
        "account_holder",
        ("account_kind", "account_holder"),
        Row(_("Account holder"), holder),
        Row(_("Account kind"), case.get_account_kind_display()),
        anchor="id_account_holder",
    )
    yield _item(
        section,
        page,
        "account_number",
        ("account_number",),
        _hidden(case, "account_number", _("Account number"), revealed),
    )
    yield _item(
        section,
        page,
        "account_bank",
        ("account_bank", "account_cnaps"),
        Row(_("Bank of the account"), case.account_bank),
        Row(_("Bank code (CNAPS)"), case.account_cnaps),
    )
    yield _item(
        section,
        page,
        "settlement_cycle",
        ("settlement_cycle",),
        Row(_("Settlement cycle"), case.get_settlement_cycle_display()),
        anchor="id_settlement_cycle_0",
    )


def _responsible(case: Registration, revealed: str) -> Iterator[Item]:
    section, page = _("Responsible person"), "responsible"
    yield _item(
        section,
        page,
        "responsible_name",
        ("responsible_name",),
        Row(_("Name"), mask_name(case.responsible_name)),
    )
    yield _item(
        section,
        page,
        "responsible_id",
        ("responsible_id_type", "responsible_id_number"),
        _hidden(case, "responsible_id_number", _("Document number"), revealed),
        Row(_("Identity document"), case.get_responsible_id_type_display()),
        anchor="id_responsible_id_number",
    )
    until = (
        _("No end date")
        if case.responsible_id_is_long_term
        else span(case.responsible_id_from, case.responsible_id_to)
    )
    yield _item(
        section,
        page,
        "responsible_id_validity",
        ("responsible_id_from", "responsible_id_to", "responsible_id_is_long_term"),
        Row(_("Document validity"), until),
    )
    if case.merchant_type == MerchantType.ENTERPRISE:
        yield from _owners(case, section, page)
    yield _item(
        section,
        page,
        "contact",
        ("contact_name", "contact_mobile", "contact_phone", "contact_email", "service_phone"),
        Row(_("Contact person"), mask_name(case.contact_name)),
        _hidden(case, "contact_mobile", _("Contact mobile"), revealed),
        Row(_("Contact phone"), case.contact_phone),
        Row(_("Contact e-mail"), case.contact_email),
        Row(_("Customer service phone"), case.service_phone),
    )
    agent = [
        Row(
            _("Agent"),
            mask_name(case.agent_name) if case.has_agent else _("none, the responsible person handles it"),
        )
    ]
    if case.has_agent:
        agent += [
            _hidden(case, "agent_id_number", _("Agent's ID number"), revealed),
            _hidden(case, "agent_mobile", _("Agent's mobile"), revealed),
        ]
    yield _item(
        section,
        page,
        "agent",
        ("has_agent", "agent_name", "agent_id_number", "agent_mobile"),
        *agent,
        anchor="id_has_agent_0",
    )


def _owners(case: Registration, section: str, page: str) -> Iterator[Item]:
    yield _item(
        section,
        page,
        "controller",
        ("controller_name",),
        Row(_("Actual controller"), mask_name(case.controller_name)),
    )
    owners = [
        f"{mask_name(owner.get('name', ''))} {owner.get('share_percent', '')}%"
        for owner in case.beneficial_owners
    ]
    comma = pgettext("list", ", ")
    yield _item(
        section,
        page,
        "beneficial_owners",
        ("beneficial_owners",),
        Row(_("Beneficial owners"), comma.join(owners)),
        anchor="id_owners-0-name",
    )


def _placement(placement: Placement) -> Iterator[Item]:
    section, page = _("Terminals and placement"), "placements"
    name = placement.label or _("Terminal %(line)s") % {"line": placement.position}
    comma = pgettext("list", ", ")
    origin = placement.serial_number or _("from stock")
    limits = f"{fen(placement.limit_single_fen)} / {fen(placement.limit_day_fen)}"
    parts: list[tuple[str, tuple[str, ...], str, list[Row]]] = [
        (
            "device",
            ("serial_number", "device_model", "ownership"),
            _("%(terminal)s: device"),
            [Row(_("Model, serial number"), f"{placement.device_model or ''} {origin}".strip())],
        ),
        (
            "place",
            (
                "label",
                "division",
                "address",
                "latitude",
                "longitude",
                "coord_system",
                "is_mobile",
                "use_area",
            ),
            _("%(terminal)s: placement"),
            [
                Row(_("Placement"), _place(placement.division, placement.address)),
                Row(_("Area of use"), placement.use_area),
            ],
        ),
        (
            "terms",
            (
                "services",
                "limit_single_fen",
                "limit_day_fen",
                "connection",
                "bound_phone",
                "is_spare",
                "expected_install_on",
            ),
            _("%(terminal)s: services and limits"),
            [
                Row(_("Services and limits"), f"{comma.join(placement.services_display())} {limits}"),
                Row(
                    _("Wished installation"),
                    day(placement.expected_install_on) if placement.expected_install_on else "",
                ),
            ],
        ),
    ]
    for part, fields, title, rows in parts:
        yield Item(
            key=f"placement:{placement.position}:{part}",
            title=title % {"terminal": name},
            page=page,
            section=section,
            fields=fields,
            rows=[row for row in rows if row.value],
            placement=placement,
        )


def _papers(case: Registration, on_file: dict[str, Document]) -> Iterator[Item]:
    for need in papers_for(case):
        document = on_file.get(need.paper)
        title = str(Paper(need.paper).label)
        yield Item(
            key=f"paper:{need.paper}",
            title=title,
            page="papers",
            section=pgettext("desk", "Papers"),
            rows=[Row(title, document.stored_file.display_name)] if document else [],
            anchor=f"upload-{need.paper}",
            document=document,
            is_required=need.is_required,
        )
