"""What happens at the desks after a stop: the device comes back piece by piece, and what the terminal owes is cleared."""

from __future__ import annotations

from datetime import datetime, timedelta

from applications.demo import people
from config.accounts.models import Role, User
from terminals.models import Terminal
from terminals.returns.models import ReturnInspection, ReturnOrder
from terminals.returns.models.steps import HandedIn, Looked
from terminals.returns.receipts import confirm_receipt, issue_receipt
from terminals.settlement.clearance import complete, latest
from terminals.settlement.items import Reason

SOUND = Looked(
    appearance=ReturnInspection.Appearance.GOOD,
    seal_intact=True,
    tamper_marks=False,
    attack_marks=False,
    powers_on=True,
    log_cleared=True,
    keys_destroyed=True,
)


class Counter:
    """The store room's and the settlement desk's part of one stop. Every method takes the moment it happened."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.order = ReturnOrder.objects.get(terminal=terminal)
        clearance = latest(terminal, Reason.STOP)
        if clearance is None:
            raise ValueError("Only what is being stopped is cleared.")
        self.clearance = clearance
        self.storekeeper = people.staff(Role.STOREKEEPER)

    # -- the store room -----------------------------------------------------------------------------------------------

    def send(self, waybill: str, *, by: User, at: datetime) -> None:
        self.order.announce(way=ReturnOrder.Way.COURIER, waybill=waybill, by=by, now=at)

    def take(self, *pieces: str, at: datetime) -> None:
        """These pieces are there, in good order."""
        lines = [self.order.lines.get(piece=piece) for piece in pieces]
        handed_in = [
            HandedIn(line.pk, quantity=line.awaited, serial_read=line.serial_number) for line in lines
        ]
        self.order.receive(handed_in, by=self.storekeeper, now=at)

    def miss(self, piece: str, *, at: datetime) -> None:
        line = self.order.lines.get(piece=piece)
        gone = HandedIn(line.pk, missing=line.awaited, remark="商户称找不到了")
        self.order.receive([gone], by=self.storekeeper, now=at)

    def inspect_and_close(self, *, at: datetime) -> None:
        """Back into stock; the receipt is issued and confirmed, and nothing more is awaited."""
        self.order.refresh_from_db()
        self.order.inspect(SOUND, outcome="stock", by=self.storekeeper, now=at)
        receipt = issue_receipt(self.order, by=self.storekeeper, now=at + timedelta(minutes=10))
        owner = self.terminal.merchant.memberships.earliest("pk").user
        confirm_receipt(receipt, by=owner, now=at + timedelta(hours=3))
        self.order.close(by=self.storekeeper, now=at + timedelta(hours=4))

    # -- the settlement desk ------------------------------------------------------------------------------------------

    def confirm(self, *codes: str, at: datetime) -> None:
        """By the first person."""
        for item in self.clearance.items.filter(code__in=codes):
            item.confirm(
                by=people.staff(Role.SETTLEMENT),
                now=at,
                evidence=f"批次 000318，主机日终条目 {item.position}",
                amount_fen=1_268_00 if item.asked.is_money else None,
            )

    def check(self, *codes: str, at: datetime) -> None:
        """Confirmed by one and looked at by another."""
        self.confirm(*codes, at=at)
        for item in self.clearance.items.filter(code__in=codes):
            item.agree(by=people.staff(Role.SUPERVISOR), now=at + timedelta(minutes=30))

    def settle(self, *, at: datetime) -> None:
        """Every item is checked, and the terminal has ended."""
        self.check(*self.clearance.items.values_list("code", flat=True), at=at)
        complete(self.clearance, by=people.staff(Role.SETTLEMENT), now=at + timedelta(hours=1))
        self.terminal.refresh_from_db()
