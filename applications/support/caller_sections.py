"""The sections of a caller's merchant that the applications and the help line show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application
from applications.support.models import SelfCheck
from config.kernel.templatetags.formats import moment
from merchants.models import Merchant
from terminals.caller_parts import CallerLine, CallerSection

MOST = 20


def terminals_of(merchant: Merchant, reader: Any, now: datetime) -> CallerSection:
    """Every terminal, the latest first."""
    may_open = reader.has_perm("terminals.view_terminal")
    rows = merchant.terminals.select_related("outlet").order_by("-pk")[: 5 * MOST]
    lines = [
        CallerLine(
            row.number,
            row,
            str(row.outlet),
            reverse("admin:terminals_terminal_change", args=[row.pk]) if may_open else "",
        )
        for row in rows
    ]
    return CallerSection(_("Terminals"), lines)


def applications_of(merchant: Merchant, reader: Any, now: datetime) -> CallerSection:
    may_open = reader.has_perm("applications.view_application")
    rows = Application.objects.filter(merchant=merchant).exclude(status=Application.Status.DRAFT)
    lines = [
        CallerLine(
            row.get_kind_display(),
            row,
            row.number,
            reverse("admin:applications_case", args=[row.pk]) if may_open else "",
        )
        for row in rows.order_by("-pk")[:MOST]
    ]
    return CallerSection(_("Applications"), lines)


def tickets_of(merchant: Merchant, reader: Any, now: datetime) -> CallerSection:
    """Those that are not over, then the latest others."""
    may_open = reader.has_perm("support.view_ticket")
    rows = merchant.tickets.order_by("-pk")[:MOST]
    lines = [
        CallerLine(
            row.get_category_display(),
            row,
            row.number,
            reverse("admin:support_ticket_change", args=[row.pk]) if may_open else "",
        )
        for row in sorted(rows, key=lambda row: not row.is_live)
    ]
    return CallerSection(_("Tickets"), lines)


def checks_of(merchant: Merchant, reader: Any, now: datetime) -> CallerSection:
    rows = SelfCheck.objects.filter(merchant=merchant).order_by("-pk")[:MOST]
    lines = [
        CallerLine(row.get_screen_display(), None, f"{row.number} {row.outcome} {moment(row.asked_at)}")
        for row in rows
    ]
    return CallerSection(_("Self-checks"), lines)
