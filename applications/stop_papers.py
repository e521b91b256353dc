"""The papers of a stop, by who asks for it and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.models.paper import HINTS, Paper, PaperNeed

if TYPE_CHECKING:
    from applications.models.deactivation import Deactivation

# Those that are needed; the system's evidence is the bank's own record.
BY_INITIATOR: dict[str, tuple[Paper, ...]] = {
    "merchant": (Paper.STOP_FORM,),
    "bank": (Paper.STOP_EVIDENCE,),
    "system": (),
    "authority": (Paper.AUTHORITY_ORDER,),
}


def needs_of(case: Deactivation) -> list[PaperNeed]:
    """What is needed, and what is taken besides: the receipt of the police where a device is lost."""
    # A planned closure takes nothing away that does not come back by itself.
    needs = [(paper, not case.is_temporary) for paper in BY_INITIATOR[case.initiator]]
    if case.is_lost:
        needs.append((Paper.POLICE_RECEIPT, case.initiator == "merchant"))
    return [PaperNeed(paper, is_required, str(HINTS[paper])) for paper, is_required in needs]
