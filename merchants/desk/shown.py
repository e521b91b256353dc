"""A merchant's record in the words and masks of the desk."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from config.kernel.templatetags.formats import day, fen, span
from config.privacy.masking import mask_account, mask_email, mask_id_number, mask_mobile, mask_name
from merchants.models import Merchant, SettlementAccount
from merchants.particulars import AccountParticulars

# What tells of a person or an account. Everything else of the particulars may be read as it stands.
MASKS = {
    "responsible_name": mask_name,
    "responsible_id_number": mask_id_number,
    "agent_name": mask_name,
    "agent_id_number": mask_id_number,
    "agent_mobile": mask_mobile,
    "controller_name": mask_name,
    "contact_name": mask_name,
    "contact_mobile": mask_mobile,
    "contact_phone": mask_mobile,
    "contact_email": mask_email,
}


def row(label: str, value: Any, sub: Any = "", *, code: bool = False) -> dict[str, Any]:
    """A line of a page: label, value, and small print under the value."""
    return {"label": label, "value": str(value or ""), "sub": str(sub or ""), "code": code}


def legal_name(merchant: Merchant) -> str:
    """The registered name; a micro merchant's holds the name of a person."""
    return mask_name(merchant.registered_name) if merchant.is_micro else merchant.registered_name


def name_of(merchant: Merchant) -> str:
    """The name over the door, or the registered one."""
    return merchant.trading_name or legal_name(merchant)


def sections_of(merchant: Merchant) -> list[dict[str, Any]]:
    """The particulars in the order of the form, persons masked."""
    sections = [
        ("business", _("Business"), _business(merchant)),
        ("responsible", _("Responsible person"), _responsible(merchant)),
        ("contact", _("Contact"), _contact(merchant)),
        ("terms", _("Terms"), _terms(merchant)),
    ]
    return [
        {"name": name, "title": title, "rows": [line for line in lines if line["value"]]}
        for name, title, lines in sections
    ]


def accounts_of(merchant: Merchant) -> list[dict[str, Any]]:
    """Every settlement account, the one in use first."""
    accounts = merchant.accounts.select_related("verified_by").order_by("-id")
    return [
        {
            "holder": _holder(account),
            "kind": account.get_account_kind_display(),
            "number": mask_account(account.account_number),
            "bank": account.account_bank,
            "used": span(account.used_from, account.used_until),
            "is_in_use": account.used_until is None,
            "verified_by": account.verified_by,
        }
        for account in accounts
    ]


def _holder(account: SettlementAccount) -> str:
    is_corporate = account.account_kind == AccountParticulars.Kind.CORPORATE
    return account.account_holder if is_corporate else mask_name(account.account_holder)


def _masked(merchant: Merchant, name: str) -> str:
    return MASKS[name](getattr(merchant, name))


def _business(merchant: Merchant) -> list[dict]:
    validity = (
        _("No end date")
        if merchant.licence_is_long_term
        else span(merchant.licence_from, merchant.licence_to)
    )
    return [
        row(_("Merchant type"), merchant.get_merchant_type_display()),
        row(_("Registered name"), legal_name(merchant)),
        row(_("Trading name"), merchant.trading_name),
        row(_("Unified social credit code"), merchant.uscc, code=True),
        row(_("Licence validity"), "" if merchant.is_micro else validity),
        row(_("Business scope"), merchant.business_scope),
        row(_("Merchant category"), merchant.category),
        row(
            _("Registered address"),
            f"{merchant.registered_division or ''} {merchant.registered_address}".strip(),
        ),
        row(_("Business address"), f"{merchant.business_division or ''} {merchant.business_address}".strip()),
    ]


def _responsible(merchant: Merchant) -> list[dict]:
    until = (
        _("No end date")
        if merchant.responsible_id_is_long_term
        else span(merchant.responsible_id_from, merchant.responsible_id_to)
    )
    owners = [
        row(_("Beneficial owner"), f"{mask_name(owner.get('name', ''))} {owner.get('share_percent', '')}%")
        for owner in merchant.beneficial_owners
    ]
    return [
        row(_("Name"), _masked(merchant, "responsible_name")),
        row(_("Identity document"), merchant.get_responsible_id_type_display()),
        row(_("Document number"), _masked(merchant, "responsible_id_number"), code=True),
        row(_("Document validity"), until),
        row(_("Actual controller"), _masked(merchant, "controller_name")),
        *owners,
        *(_agent(merchant) if merchant.has_agent else []),
    ]


def _agent(merchant: Merchant) -> list[dict]:
    if merchant.agent_id_is_long_term:
        until = _("No end date")
    else:
        until = span(merchant.agent_id_from, merchant.agent_id_to) if merchant.agent_id_to else ""
    return [
        row(_("Agent"), _masked(merchant, "agent_name"), _masked(merchant, "agent_mobile")),
        row(_("Validity of the agent's document"), until),
    ]


def _contact(merchant: Merchant) -> list[dict]:
    return [
        row(_("Contact person"), _masked(merchant, "contact_name")),
        row(_("Contact mobile"), _masked(merchant, "contact_mobile"), code=True),
        row(_("Contact phone"), _masked(merchant, "contact_phone"), code=True),
        row(_("Contact e-mail"), _masked(merchant, "contact_email")),
        row(_("Customer service phone"), merchant.service_phone, code=True),
    ]


def _terms(merchant: Merchant) -> list[dict]:
    debit = _("%(percent)s%%, at most %(cap)s") % {
        "percent": merchant.debit_fee_percent.normalize(),
        "cap": fen(merchant.debit_fee_cap_fen),
    }
    return [
        row(_("Settlement cycle"), merchant.get_settlement_cycle_display()),
        row(_("Debit card fee"), debit),
        row(_("Credit card fee"), f"{merchant.credit_fee_percent.normalize()}%"),
        row(_("Service ended"), day(merchant.service_ended_on) if merchant.service_ended_on else ""),
        row(_("Kept until"), day(merchant.keep_until) if merchant.keep_until else ""),
    ]
