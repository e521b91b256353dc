"""Findings as the case page prints them: with the item each speaks of, and a way to what its sentence names for those who may go."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from applications.checks import Finding
from applications.items import Item
from applications.models import Application
from merchants.models import Merchant
from terminals.models import Device


class Kind(NamedTuple):
    """What may be opened: by which right, its rows, the column of its number, and the address of its page."""

    permission: str
    rows: QuerySet
    number: str
    address: str


KINDS = {
    "application": Kind(
        "applications.view_application", Application.objects.all(), "number", "admin:applications_case"
    ),
    "merchant": Kind(
        "merchants.view_merchant", Merchant.objects.all(), "number", "admin:merchants_merchant_change"
    ),
    "device": Kind(
        "terminals.view_device", Device.objects.all(), "serial_number", "admin:terminals_device_change"
    ),
}


class Pointed(NamedTuple):
    """A finding with the name of its item, "" for the application as a whole, and the paper in which it is seen."""

    level: str
    sentence: SafeString
    item: str
    title: str
    document: Any


def pointed(findings: Iterable[Finding], items: Iterable[Item], *, by) -> list[Pointed]:
    """In the same order; at most one query for each kind of thing that is named anywhere."""
    found, on_page = list(findings), {item.key: item for item in items}
    addresses = _addresses(found, by=by)
    return [_pointed(finding, on_page.get(finding.item), addresses) for finding in found]


def _pointed(finding: Finding, item: Item | None, addresses: dict[str, str]) -> Pointed:
    names = [*finding.see, *(one.number for one in finding.named)]
    known = {name: addresses[name] for name in names if name in addresses}
    return Pointed(
        finding.level,
        _linked(finding.sentence, known),
        finding.item,
        item.title if item else "",
        item.document if item else None,
    )


def _addresses(findings: list[Finding], *, by) -> dict[str, str]:
    """The pages of everything named, by its number, as far as this person may open them."""
    wanted: dict[str, set[str]] = {}
    for finding in findings:
        wanted.setdefault("application", set()).update(finding.see)
        for one in finding.named:
            wanted.setdefault(one.kind, set()).add(one.number)
    found: dict[str, str] = {}
    for name, numbers in wanted.items():
        kind = KINDS[name]
        if numbers and by.has_perm(kind.permission):
            rows = kind.rows.visible_to(by).filter(**{f"{kind.number}__in": numbers})
            for number, pk in rows.values_list(kind.number, "pk"):
                found[number] = reverse(kind.address, args=[pk])
    return found


def _linked(sentence: str, addresses: dict[str, str]) -> SafeString:
    if not addresses:
        return conditional_escape(sentence)
    parts = re.split(f"({'|'.join(map(re.escape, addresses))})", str(sentence))
    shown = [
        format_html('<a class="code" href="{}">{}</a>', addresses[part], part)
        if part in addresses
        else conditional_escape(part)
        for part in parts
    ]
    return mark_safe("".join(shown))  # noqa: S308 - every part is escaped above
