"""The items of a registration: the particulars of the party, its account, the terminals asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.items.item import Item, Row, asked, hidden, place_words
from config.kernel.templatetags.formats import day, fen, span
from config.privacy.masking import mask_name
from merchants.particulars import AccountParticulars, MerchantType

if TYPE_CHECKING:
    from applications.models.placement import Placement
    from applications.models.registration import Registration


def particulars_of(case: Registration, *, revealed: str) -> list[Item]:
    """Who the party is and where it is paid; for a registration and for a change of what is on record alike."""
    return [*_business(case), *_account(case, revealed), *_responsible(case, revealed)]


def _business(case: Registration) -> Iterator[Item]:
    section, page = _("Business"), "business"
    yield asked(
        section,
        page,
        "merchant_type",
        ("merchant_type",),
        Row(_("Merchant type"), case.get_merchant_type_display()),
        anchor="id_merchant_type_0",
    )
    name = mask_name(case.registered_name) if case.is_micro else case.registered_name
    yield asked(section, page, "registered_name", ("registered_name",), Row(_("Registered name"), name))
    yield asked(section, page, "trading_name", ("trading_name",), Row(_("Trading name"), case.trading_name))
    yield asked(section, page, "uscc", ("uscc",), Row(_("Unified social credit code"), case.uscc))
    validity = _("No end date") if case.licence_is_long_term else span(case.licence_from, case.licence_to)
    yield asked(
        section,
        page,
        "licence_validity",
        ("licence_from", "licence_to", "licence_is_long_term"),
        Row(_("Licence validity"), "" if case.is_micro else validity),
    )
    yield asked(
        section, page, "business_scope", ("business_scope",), Row(_("Business scope"), case.business_scope)
    )
    yield asked(
        section, page, "category", ("category",), Row(_("Merchant category"), str(case.category or ""))
    )
    # One item: the form asks whether both are the same place.
    yield asked(
        section,
        page,
        "address",
        ("registered_division", "registered_address", "business_division", "business_address"),
        Row(_("Registered address"), place_words(case.registered_division, case.registered_address)),
        Row(_("Business address"), place_words(case.business_division, case.business_address)),
    )
    yield asked(section, page, "branch", ("branch",), Row(_("Serving branch"), str(case.branch or "")))


def _account(case: Registration, revealed: str) -> Iterator[Item]:
    section, page = _("Settlement account"), "business"
    is_personal = case.account_kind != AccountParticulars.Kind.CORPORATE
    holder = mask_name(case.account_holder) if is_personal else case.account_holder
    yield asked(
        section,
        page,
        "account_holder",
        ("account_kind", "account_holder"),
        Row(_("Account holder"), holder),
        Row(_("Account kind"), case.get_account_kind_display()),
        anchor="id_account_holder",
    )
    yield asked(
        section,
        page,
        "account_number",
        ("account_number",),
        hidden(case, "account_number", _("Account number"), revealed),
    )
    yield asked(
        section,
        page,
        "account_bank",
        ("account_bank", "account_cnaps"),
        Row(_("Bank of the account"), case.account_bank),
        Row(_("Bank code (CNAPS)"), case.account_cnaps),
    )
    yield asked(
        section,
        page,
        "settlement_cycle",
        ("settlement_cycle",),
        Row(_("Settlement cycle"), case.get_settlement_cycle_display()),
        anchor="id_settlement_cycle_0",
    )


def _responsible(case: Registration, revealed: str) -> Iterator[Item]:
    section, page = _("Responsible person"), "responsible"
    yield asked(
        section,
        page,
        "responsible_name",
        ("responsible_name",),
        Row(_("Name"), mask_name(case.responsible_name)),
    )
    yield asked(
        section,
        page,
        "responsible_id",
        ("responsible_id_type", "responsible_id_number"),
        hidden(case, "responsible_id_number", _("Document number"), revealed),
        Row(_("Identity document"), case.get_responsible_id_type_display()),
        anchor="id_responsible_id_number",
    )
    until = (
        _("No end date")
        if case.responsible_id_is_long_term
        else span(case.responsible_id_from, case.responsible_id_to)
    )
    yield asked(
        section,
        page,
        "responsible_id_validity",
        ("responsible_id_from", "responsible_id_to", "responsible_id_is_long_term"),
        Row(_("Document validity"), until),
    )
    if case.merchant_type == MerchantType.ENTERPRISE:
        yield from _owners(case, section, page)
    yield asked(
        section,
        page,
        "contact",
        ("contact_name", "contact_mobile", "contact_phone", "contact_email", "service_phone"),
        Row(_("Contact person"), mask_name(case.contact_name)),
        hidden(case, "contact_mobile", _("Contact mobile"), revealed),
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
            hidden(case, "agent_id_number", _("Agent's ID number"), revealed),
            hidden(case, "agent_mobile", _("Agent's mobile"), revealed),
        ]
    yield asked(
        section,
        page,
        "agent",
        ("has_agent", "agent_name", "agent_id_number", "agent_mobile"),
        *agent,
        anchor="id_has_agent_0",
    )
    # An application from before this was asked has an agent without dates: nobody has said that there is no end date.
    if case.agent_id_is_long_term:
        until = _("No end date")
    else:
        until = span(case.agent_id_from, case.agent_id_to) if case.agent_id_to else _("not answered")
    yield asked(
        section,
        page,
        "agent_id_validity",
        ("agent_id_from", "agent_id_to", "agent_id_is_long_term"),
        Row(_("Validity of the agent's document"), until if case.has_agent else ""),
    )


def _owners(case: Registration, section: str, page: str) -> Iterator[Item]:
    yield asked(
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
    yield asked(
        section,
        page,
        "beneficial_owners",
        ("beneficial_owners",),
        Row(_("Beneficial owners"), comma.join(owners)),
        anchor="id_owners-0-name",
    )


def placement_items(placement: Placement) -> Iterator[Item]:
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
                Row(_("Placement"), place_words(placement.division, placement.address)),
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
