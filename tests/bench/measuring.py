"""Two things measured in the same minute: figures here move by a factor of two, their ratio hardly."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import NamedTuple


class Row(NamedTuple):
    """A line of the table: what was measured, its ratio or number, and the bound it must keep, "" where it only explains another."""

    row: str
    what: str
    figures: str
    found: float
    target: str

    @property
    def is_met(self) -> bool:
        if not self.target:
            return True
        sign, bound = self.target.split()
        return self.found <= float(bound) if sign == "<=" else self.found >= float(bound)

    @classmethod
    def read(cls, line: str) -> Row | None:
        """The row that a line of a printed table says, or None where it says none."""
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != 8 or not cells[1].removeprefix("G").isdigit():
            return None
        return cls(cells[1], cells[2], cells[3], float(cells[4]), cells[5])


def milliseconds(work: Callable[[], object], *, times: int = 15) -> float:
    """The median time of one run."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) * 1000


def a_b_a(anchor: Callable[[], float], work: Callable[[], float]) -> tuple[float, float, float]:
    """Ratio of work to anchor, and both: the median of five rounds, the anchor measured before and after the work."""
    rounds = []
    for _ in range(5):
        before, figure, after = anchor(), work(), anchor()
        rounds.append((figure / ((before + after) / 2), (before + after) / 2, figure))
    return sorted(rounds)[len(rounds) // 2]


def table(rows: list[Row]) -> str:
    lines = ["| # | work | measured | ratio | target | |", "|---|---|---|---|---|---|"]
    for row in rows:
        verdict = ("met" if row.is_met else "missed") if row.target else ""
        lines.append(
            f"| {row.row} | {row.what} | {row.figures} | {row.found:.2f} | {row.target} | {verdict} |"
        )
    return "\n".join(lines)
