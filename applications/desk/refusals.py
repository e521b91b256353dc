"""The refusal that a merchant disputes, as whoever answers has to read it: beside what the merchant says now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from applications.items import WHOLE, Item
from applications.models import Decision


class Cause(NamedTuple):
    """One reason of a refusal: the item, "" in `anchor` where it is not on the page, the reason and the words the merchant read."""

    anchor: str
    title: str
    reason: str
    words: str
    internal: str
    document: Any


class Refusal(NamedTuple):
    """Who refused, alone or as one of two, when it came into force, and why."""

    decision: Decision
    at: datetime
    causes: list[Cause]


def refusal_of(decisions: Iterable[Decision], items: Iterable[Item]) -> Refusal | None:
    """The refusal in force among the decisions of a case, newest first; None where there is none."""
    in_force = (Decision.State.SENT, Decision.State.RELEASED)
    decision = next(
        (one for one in decisions if one.outcome == Decision.Outcome.REJECTED and one.state in in_force), None
    )
    if decision is None:
        return None
    on_page = {item.key: item for item in items}
    causes = [_cause(one, on_page.get(one.item)) for one in decision.items.all() if not one.is_ok]
    return Refusal(decision, decision.checked_at or decision.at, causes)


def _cause(judged: Any, item: Item | None) -> Cause:
    title = item.title if item else _("The whole application") if judged.item == WHOLE else judged.item
    return Cause(
        anchor=f"item-{item.key}" if item else "",
        title=title,
        reason=judged.reason.public_text,
        words=judged.text,
        internal=judged.reason.internal_text,
        document=item.document if item else None,
    )
