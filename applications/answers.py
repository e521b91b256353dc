"""What was answered, in the order of the form and masked: for reading it once more before and after it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from applications.items import items_of
from applications.models import Application, Placement, Registration
from applications.models.paper import Paper
from config.kernel.templatetags.formats import day, fen
from config.privacy.masking import mask_account, mask_id_number, mask_mobile, mask_name
from merchants.particulars import MerchantType


@dataclass
class Row:
    """A label and a value; `field` is the one to go to for changing it."""

    label: str | Promise
    value: Any
    sub: str | Promise = ""
    field: str = ""
    code: bool = False
    url: str = ""


class Group(NamedTuple):
    """The answers of one page of questions under its title."""

    page: str
    title: str | Promise
    rows: list[Row]


def groups_of(case: Application) -> list[Group]:
    """The answers, page by page."""
    pages = case.pages()
    asking = [page for page in pages if page not in ("papers", "placements")]
    return [Group(page, pages[page], rows_of(case, page)) for page in asking]


def rows_of(case: Application, page: str) -> list[Row]:
    """The answers of a page of questions, without what does not apply."""
    if not isinstance(case, Registration):
        return [
            Row(row.label, row.value, field=item.anchor.removeprefix("id_"))
            for item in items_of(case)
            if item.page == page
            for row in item.rows
        ]
    rows = _business(case) if page == "business" else _responsible(case)
    return [row for row in rows if row is not None]


def terminal_lines(case: Application) -> list[Placement]:
    """The terminals asked for, with model and place, by one query; only a registration asks for any."""
    if not isinstance(case, Registration):
        return []
    return list(case.placements.select_related("device_model", "division").order_by("position"))


def papers_of(case: Application) -> list[Any]:
    """The papers on file, in the order of the page."""
    order = {paper.value: at for at, paper in enumerate(Paper)}
    documents = case.documents.current().select_related("stored_file")
    return sorted(documents, key=lambda document: order[document.paper])


def _business(one: Registration) -> list[Row | None]:
    licensed = not one.is_micro
    same_place = (one.registered_division_id, one.registered_address) == (
        one.business_division_id,
        one.business_address,
    )
    return [
        Row(_("Merchant type"), one.get_merchant_type_display(), field="merchant_type"),
        Row(_("Merchant name"), one.registered_name, field="registered_name") if licensed else None,
        Row(_("Trading name"), one.trading_name, field="trading_name"),
        Row(_("Unified social credit code"), one.uscc, field="uscc", code=True) if licensed else None,
        Row(
            _("Licence validity"),
            _span(one.licence_from, one.licence_to, one.licence_is_long_term),
            field="licence_from",
        )
        if licensed
        else None,
        Row(_("Business scope"), one.business_scope, field="business_scope") if licensed else None,
        Row(_("Trade (MCC)"), one.category and str(one.category), field="category"),
        Row(
            _("Registered address"),
            _place(one.registered_division, one.registered_address),
            field="registered_division",
        ),
        Row(
            _("Business address"),
            _place(one.business_division, one.business_address),
            sub=_("the registered address") if same_place and one.business_address else "",
            field="same_address",
        ),
        Row(_("Branch"), one.branch and str(one.branch), field="branch"),
        Row(
            _("Settlement account"),
            mask_account(one.account_number),
            sub=_("%(bank)s, holder %(holder)s") % {"bank": one.account_bank, "holder": _holder(one)}
            if one.account_number
            else "",
            field="account_number",
            code=True,
        ),
        Row(
            _("Payout and fees"), one.get_settlement_cycle_display(), sub=_fees(one), field="settlement_cycle"
        ),
    ]


def _responsible(one: Registration) -> list[Row | None]:
    return [
        Row(_("Name"), mask_name(one.responsible_name), field="responsible_name"),
        Row(
            _("Document number"),
            mask_id_number(one.responsible_id_number),
            sub=one.get_responsible_id_type_display(),
            field="responsible_id_number",
        ),
        Row(
            _("Document validity"),
            _span(one.responsible_id_from, one.responsible_id_to, one.responsible_id_is_long_term),
            field="responsible_id_from",
        ),
        Row(
            _("Agent"),
            mask_name(one.agent_name) if one.has_agent else _("none, the responsible person handles it"),
            sub=_("%(number)s, mobile %(mobile)s")
            % {"number": mask_id_number(one.agent_id_number), "mobile": mask_mobile(one.agent_mobile)}
            if one.has_agent
            else "",
            field="has_agent",
        ),
        Row(
            _("Validity of the agent's document"),
            _span(one.agent_id_from, one.agent_id_to, one.agent_id_is_long_term),
            field="agent_id_from",
        )
        if one.has_agent
        else None,
        *(_owners(one) if one.merchant_type == MerchantType.ENTERPRISE else []),
        Row(_("Contact person"), mask_name(one.contact_name), field="contact_name"),
        Row(_("Contact mobile"), mask_mobile(one.contact_mobile), field="contact_mobile"),
        Row(
            _("Other ways to reach you"),
            _(", ").join(filter(None, [one.contact_phone, one.contact_email])),
            field="contact_phone",
        )
        if one.contact_phone or one.contact_email
        else None,
        Row(_("Customer service phone"), one.service_phone, field="service_phone")
        if one.service_phone
        else None,
    ]


def _owners(one: Registration) -> list[Row]:
    kept: Any = one.beneficial_owners or []
    owners = [
        _("%(name)s, %(share)s%%")
        % {"name": mask_name(owner.get("name")), "share": owner.get("share_percent")}
        for owner in kept
    ]
    return [
        Row(_("Actual controller"), mask_name(one.controller_name), field="controller_name"),
        Row(_("Beneficial owners"), _("; ").join(owners), field="owners-0-name"),
    ]


def _holder(one: Registration) -> str:
    return mask_name(one.account_holder) if one.account_kind == "personal" else one.account_holder


def _place(division: Any, address: str) -> str:
    return f"{division or ''}{address}"


def _span(begins: Any, ends: Any, is_long_term: bool) -> str:
    if not begins and not ends and not is_long_term:
        return ""
    return f"{day(begins)} ~ {_('no expiry') if is_long_term else day(ends)}"


def _fees(one: Registration) -> str:
    return _("debit cards %(debit)s%%, at most %(cap)s; credit cards %(credit)s%%") % {
        "debit": number_format(one.debit_fee_percent.normalize()),
        "cap": fen(one.debit_fee_cap_fen),
        "credit": number_format(one.credit_fee_percent.normalize()),
    }
