"""What must be true of the whole register at any moment, after any fault: asked of the rows as they are, not of the verbs.

Each invariant is a query for what breaks it. What it finds is named by number, never by a person or by digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from applications.invariants.claims import OF_CLAIMS
from applications.invariants.codes import OF_CODES
from applications.invariants.decisions import OF_DECISIONS
from applications.invariants.effects import OF_EFFECTS
from applications.invariants.history import OF_HISTORY
from applications.invariants.stops import OF_STOPS
from applications.invariants.suspensions import OF_SUSPENSIONS
from config.kernel.invariants import Table
from merchants.invariants import OF_PEOPLE
from terminals.invariants import OF_BINDINGS, OF_BULLETINS, OF_RESPONSE_CODES
from terminals.offers.invariants import OF_OFFERS
from terminals.returns.invariants import OF_RETURNS
from terminals.settlement.invariants import OF_CLEARANCES

INVARIANTS: Table = {
    **OF_CODES,
    **OF_HISTORY,
    **OF_CLAIMS,
    **OF_DECISIONS,
    **OF_EFFECTS,
    **OF_STOPS,
    **OF_SUSPENSIONS,
    **OF_CLEARANCES,
    **OF_RETURNS,
    **OF_OFFERS,
    **OF_BINDINGS,
    **OF_BULLETINS,
    **OF_RESPONSE_CODES,
    **OF_PEOPLE,
}


def also_holds(table: Table) -> None:
    """The invariants of a room above are asked with all others. It declares them when the portal starts."""
    INVARIANTS.update(table)


@dataclass(frozen=True)
class Violation:
    """`name` of the invariant, and the numbers of the first rows that break it."""

    name: str
    sentence: str
    found: tuple[str, ...]


def violations(*, most: int = 20) -> Iterator[Violation]:
    """Every invariant that does not hold, each with at most `most` of what breaks it."""
    for name, (sentence, broken_by) in INVARIANTS.items():
        if found := tuple(str(number) for number in broken_by()[:most]):
            yield Violation(name, sentence, found)
