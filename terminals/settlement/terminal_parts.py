"""What the settlement desk puts on a merchant's page of a terminal: what is left to settle before it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from terminals.models import Terminal
from terminals.page_parts import Link
from terminals.settlement.clearance import what_is_left


def left_to_do(terminal: Terminal, reader: Any, now: datetime) -> list[Link]:
    """What the merchant itself settles at the device; what the bank does then is not its to do."""
    return [Link(left.text, "", icon="banknotes") for left in what_is_left(terminal) if left.is_yours]
