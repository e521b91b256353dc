"""A clearance in the words of the desk: what its terminal is, each item with its evidence and the steps on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from config.accounts.desk_record import Event, actor, newest_first, steps_of
from config.kernel.templatetags.formats import fen, moment
from merchants.desk.shown import name_of, row
from terminals.settlement.desk.forms import ConfirmForm, GiveBackForm
from terminals.settlement.items import Code
from terminals.settlement.models import Clearance, ClearanceItem
from terminals.settlement.rights import CHECK, CONFIRM, SEE_EVIDENCE

Status = ClearanceItem.Status


class Step(NamedTuple):
    """A step on an item: its address, the form it takes, and the sentence why it is not possible now."""

    url: str
    why_not: str
    form: forms.Form | None = None


class Card(NamedTuple):
    """An item as the page shows it; a step is None where this person never takes it, or it does not fit the status."""

    item: ClearanceItem
    facts: list[dict]
    files: list[tuple[str, str]]
    confirm: Step | None
    check: Step | None
    back: Step | None


def cards_of(
    clearance: Clearance, *, by: Any, now: datetime, given: dict[str, forms.Form] | None = None
) -> list[Card]:
    """Every item in its order; a form that came back with errors takes the place of a fresh one."""
    items = list(
        clearance.items.select_related("confirmed_by", "checked_by").prefetch_related("files__stored_file")
    )
    for item in items:
        item.clearance = clearance
    return [_card(item, by=by, now=now, given=given or {}) for item in items]


def _card(item: ClearanceItem, *, by: Any, now: datetime, given: dict[str, forms.Form]) -> Card:
    may_confirm, may_check = by.has_perm(CONFIRM), by.has_perm(CHECK)
    is_open = item.clearance.status == Clearance.Status.OPEN

    def step(noun: str, target: str, form: Callable[..., forms.Form] | None = None) -> Step:
        url = reverse(f"admin:settlement_clearance_{noun}", args=[item.clearance_id, item.code])
        shown = given.get(f"{item.code}-{noun}") or (form(item=item) if form else None)
        return Step(url, item.objection(target, by=by, now=now), shown)

    is_at = item.status if is_open else ""
    return Card(
        item,
        _facts(item),
        _files(item) if by.has_perm(SEE_EVIDENCE) else [],
        confirm=step("confirmation", Status.CONFIRMED, ConfirmForm)
        if may_confirm and is_at == Status.OPEN
        else None,
        check=step("check", Status.CHECKED) if may_check and is_at == Status.CONFIRMED else None,
        back=step("return", Status.OPEN, GiveBackForm)
        if (may_confirm or may_check) and is_at in (Status.CONFIRMED, Status.CHECKED)
        else None,
    )


def _facts(item: ClearanceItem) -> list[dict]:
    if item.status == Status.OPEN:
        return []
    is_from_totals = item.way == ClearanceItem.Way.HOST_TOTALS
    lines = [
        row(_("Evidence"), item.evidence),
        row(_("Amount"), fen(item.amount_fen)) if item.asked.is_money else None,
        row(_("Way"), item.get_way_display()) if is_from_totals else None,
        row(_("Manual voucher number"), item.voucher_number, code=True) if is_from_totals else None,
        row(_("Confirmed"), actor(item.confirmed_by), moment(item.confirmed_at)),
        row(_("Checked"), actor(item.checked_by), moment(item.checked_at)) if item.checked_by else None,
    ]
    return [line for line in lines if line]


def _files(item: ClearanceItem) -> list[tuple[str, str]]:
    return [
        (
            str(file),
            reverse("admin:settlement_clearance_evidence", args=[item.clearance_id, file.pk, "view"]),
        )
        for file in item.files.all()
    ]


def facts_of(clearance: Clearance, cards: Iterable[Card]) -> list[dict]:
    """What the terminal is, and its last batch as far as it is known."""
    terminal = clearance.terminal
    batch = next((card.item for card in cards if card.item.code == Code.BATCH), None)
    is_known = batch is not None and batch.status != Status.OPEN
    return [
        row(_("Status of the terminal"), terminal.get_status_display()),
        row(_("Merchant"), name_of(terminal.merchant)),
        row(_("Merchant number"), terminal.merchant.number, code=True),
        row(_("Outlet"), terminal.outlet),
        row(_("Serial number"), clearance.serial_number, code=True),
        row(_("Last transaction"), moment(terminal.last_transaction_at)),
        row(_("Last batch"), batch.evidence if is_known and batch else _("not known yet")),
    ]


def record_of(clearance: Clearance, cards: Iterable[Card]) -> list[Event]:
    """Everything that happened to the clearance and its items, newest first."""
    begun = Event(_("Opened"), clearance.opened_at, actor(clearance.opened_by))
    return newest_first(steps_of([clearance, *(card.item for card in cards)]), [begun])
