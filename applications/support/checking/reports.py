"""What desks know of a terminal that the register does not: when it was heard of, where it is, what is loaded into it.

Such a desk adds itself by one declaration when the portal starts. Where none speaks of a fact it is unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypedDict

from applications.support.checking.tree import Known
from terminals.models import Terminal


class Reports(TypedDict, total=False):
    connected_today: Known
    serial_differs: Known
    moved: Known
    parameters_old: Known
    report_pending: Known


Answer = Callable[[Terminal, datetime], Reports]
_desks: dict[str, Answer] = {}


def reports_on_terminals(desk: str, answer: Answer) -> None:
    """`answer(terminal, now)` says what the desk knows; a desk that declares itself again replaces its answer."""
    _desks[desk] = answer


def reports_of(terminal: Terminal, *, now: datetime) -> Reports:
    """What all desks know, the later declaration before the earlier one."""
    known: Reports = {}
    for answer in _desks.values():
        known.update(answer(terminal, now))
    return known
