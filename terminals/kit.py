"""Which pieces go out with a device, and the list of what a terminal was given, from which its return is asked."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from terminals.models import Device, IssuedItem, Terminal
from terminals.models.kit import KitItem, Piece


def put_down(terminal: Terminal, device: Device, *, now: datetime, is_loan: bool = False) -> list[IssuedItem]:
    """The terminal's list of what it is given with this device, by the standard kit of the model as it is now."""
    pieces = pieces_for(terminal, device, now=now)
    for item in pieces:
        item.is_loan = is_loan and item.piece == Piece.TERMINAL
    return IssuedItem.objects.bulk_create(pieces)


def on_loan() -> Exists:
    """For a query of bindings: whether the device is at its terminal on loan only."""
    lent = IssuedItem.objects.out().filter(is_loan=True)
    return Exists(lent.filter(terminal=OuterRef("terminal"), device=OuterRef("device")))


def given_with(terminal: Terminal, device: Device, *, now: datetime) -> list[IssuedItem]:
    """What is still out with this terminal and device; where nothing was put down, what the standard kit holds today."""
    return list(terminal.issued_items.out().filter(device=device)) or pieces_for(terminal, device, now=now)


def pieces_for(terminal: Terminal, device: Device, *, now: datetime) -> list[IssuedItem]:
    """The device itself, and for one of the bank's the kit of its model and the SIM card in it; nothing is saved."""
    is_banks = device.ownership == Device.Ownership.BANK
    kit = {item.piece: item for item in KitItem.objects.filter(model=device.model_id)} if is_banks else {}
    carries_sim = is_banks and bool(device.sim_iccid)
    serials = {Piece.TERMINAL: device.serial_number, Piece.SIM: device.sim_iccid if is_banks else ""}
    return [
        IssuedItem(
            terminal=terminal,
            device=device,
            piece=piece,
            serial_number=serials.get(piece, ""),
            quantity=kit[piece].quantity if piece in kit else 1,
            price_fen=kit[piece].price_fen if piece in kit else 0,
            issued_at=now,
        )
        for piece in Piece
        if piece in kit or piece == Piece.TERMINAL or (piece == Piece.SIM and carries_sim)
    ]
