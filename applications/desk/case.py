"""What a reviewer has before the eyes: the papers, the data beside them in masked form, and what the system found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.models import Document, Registration
from applications.models.paper import papers_for
from config.kernel.history import changes_of
from config.kernel.templatetags.formats import day, fen, span
from config.privacy.masking import mask_account, mask_id_number, mask_mobile, mask_name
from merchants.particulars import AccountParticulars

# What may be revealed one by one, with a purpose and a record.
REVEALABLE = ("responsible_id_number", "account_number", "contact_mobile", "agent_id_number", "agent_mobile")
MASKS = {
    "responsible_id_number": mask_id_number,
    "account_number": mask_account,
    "contact_mobile": mask_mobile,
    "agent_id_number": mask_id_number,
    "agent_mobile": mask_mobile,
}


class Row(NamedTuple):
    """A line of the case: label, value to show, and the name under which a hidden value can be revealed, or ""."""

    label: str
    value: str
    reveal: str = ""


@dataclass(frozen=True)
class Section:
    """Lines that are accepted or returned together. `item` is the name under which they are returned."""

    item: str
    title: str
    rows: list[Row]


def sections_of(case: Registration, *, revealed: str = "") -> list[Section]:
    """The data in the order of the form. Numbers of persons and accounts are masked, except the one just revealed."""
    return [
        Section("page:business", _("Business"), _business(case)),
        Section("page:responsible", _("Responsible person"), _responsible(case, revealed)),
        Section("page:account", _("Settlement account"), _account(case, revealed)),
        *_placements(case),
    ]


def document_in_view(case: Registration, key: str) -> tuple[list[Document], Document | None]:
    """The papers on file in the order of the form, and the one asked for, or the first."""
    order = {need.paper: place for place, need in enumerate(papers_for(case))}
    documents = sorted(
        case.documents.current().select_related("stored_file"),
        key=lambda document: order.get(document.paper, 99),
    )
    chosen = next((document for document in documents if str(document.pk) == key), None)
    return documents, chosen or (documents[0] if documents else None)


class PaperRow(NamedTuple):
    """A paper of the form as the reviewer sees it: on file, missing, or not asked for."""

    item: str
    title: str
    is_required: bool
    document: Document | None


def papers_of(case: Registration, documents: list[Document]) -> list[PaperRow]:
    """Every paper this case needs or may have, with what is on file for it."""
    on_file = {document.paper: document for document in documents}
    return [
        PaperRow(f"paper:{need.paper}", str(need.paper.label), need.is_required, on_file.get(need.paper))
        for need in papers_for(case)
    ]


class Step(NamedTuple):
    """A step of the case in words, with its actor and remark."""

    words: str
    at: datetime
    by: str
    note: str


def record_of(case: Registration) -> list[Step]:
    """The steps of the case, newest first."""
    words = dict(case.Status.choices)
    return [
        Step(str(words.get(change.to_status, change.to_status)), change.at, str(change.by), change.note)
        for change in changes_of(case)
    ]


def _hidden(case: Registration, name: str, label: str, revealed: str) -> Row:
    value = getattr(case, name)
    return Row(label, value if revealed == name else MASKS[name](value), reveal=name if value else "")


def _business(case: Registration) -> list[Row]:
    validity = _("No end date") if case.licence_is_long_term else span(case.licence_from, case.licence_to)
    rows = [
        Row(_("Merchant type"), case.get_merchant_type_display()),
        Row(_("Registered name"), mask_name(case.registered_name) if case.is_micro else case.registered_name),
        Row(_("Trading name"), case.trading_name),
        Row(_("Unified social credit code"), case.uscc),
        Row(_("Licence validity"), "" if case.is_micro else validity),
        Row(_("Business scope"), case.business_scope),
        Row(_("Merchant category"), str(case.category or "")),
        Row(_("Registered address"), f"{case.registered_division or ''} {case.registered_address}".strip()),
        Row(_("Business address"), f"{case.business_division or ''} {case.business_address}".strip()),
        Row(_("Serving branch"), str(case.branch or "")),
    ]
    return [row for row in rows if row.value]


def _responsible(case: Registration, revealed: str) -> list[Row]:
    until = (
        _("No end date")
        if case.responsible_id_is_long_term
        else span(case.responsible_id_from, case.responsible_id_to)
    )
    rows = [
        Row(_("Name"), mask_name(case.responsible_name)),
        Row(_("Identity document"), case.get_responsible_id_type_display()),
        _hidden(case, "responsible_id_number", _("Document number"), revealed),
        Row(_("Document validity"), until),
        Row(_("Actual controller"), mask_name(case.controller_name)),
        Row(_("Contact person"), mask_name(case.contact_name)),
        _hidden(case, "contact_mobile", _("Contact mobile"), revealed),
    ]
    rows += [
        Row(_("Beneficial owner"), f"{mask_name(owner.get('name', ''))} {owner.get('share_percent', '')}%")
        for owner in case.beneficial_owners
    ]
    if case.has_agent:
        rows += [
            Row(_("Agent"), mask_name(case.agent_name)),
            _hidden(case, "agent_id_number", _("Agent's ID number"), revealed),
            _hidden(case, "agent_mobile", _("Agent's mobile"), revealed),
        ]
    return [row for row in rows if row.value]


def _account(case: Registration, revealed: str) -> list[Row]:
    holder = (
        case.account_holder
        if case.account_kind == AccountParticulars.Kind.CORPORATE
        else mask_name(case.account_holder)
    )
    rows = [
        Row(_("Account kind"), case.get_account_kind_display()),
        Row(_("Account holder"), holder),
        _hidden(case, "account_number", _("Account number"), revealed),
        Row(_("Bank of the account"), case.account_bank),
        Row(_("Bank code (CNAPS)"), case.account_cnaps),
        Row(_("Settlement cycle"), case.get_settlement_cycle_display()),
    ]
    return [row for row in rows if row.value]


def _placements(case: Registration) -> list[Section]:
    placements = case.placements.select_related("device_model", "division", "terminal")
    comma = pgettext("list", ", ")
    rows = []
    for placement in placements:
        origin = placement.serial_number or _("from stock")
        device = f"{placement.device_model or ''} {origin}".strip()
        limits = f"{fen(placement.limit_single_fen)} / {fen(placement.limit_day_fen)}"
        rows += [
            Row(placement.label or _("Terminal %(line)s") % {"line": placement.position}, device),
            Row(_("Placement"), f"{placement.division or ''} {placement.address}".strip()),
            Row(_("Services and limits"), f"{comma.join(placement.services_display())} {limits}"),
        ]
        if placement.expected_install_on:
            rows.append(Row(_("Wished installation"), day(placement.expected_install_on)))
    return [Section("page:placements", _("Terminals and placement"), rows)]
