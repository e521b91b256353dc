"""The items of a case, of whatever kind: its own questions, then its papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import pgettext

from applications.items.item import MASKS, REVEALABLE, WHOLE, Item, Row
from applications.models.paper import Paper

if TYPE_CHECKING:
    from applications.models.application import Application
    from applications.models.document import Document
    from applications.models.placement import Placement

__all__ = [
    "MASKS",
    "REVEALABLE",
    "WHOLE",
    "Item",
    "Row",
    "contents_of",
    "items_of",
    "reviewed_items",
    "to_judge",
]


def items_of(
    case: Application,
    *,
    revealed: str = "",
    placements: Iterable[Placement] | None = None,
    documents: Iterable[Document] | None = None,
) -> list[Item]:
    """Every item of the case in the order of the form. Persons and their numbers are masked, except the one just revealed.

    `placements` and `documents` stand in for what is on file, for showing an earlier round.
    """
    if documents is None:
        documents = case.papers_on_file()
    return [
        *case.own_items(revealed=revealed, placements=placements),
        *_papers(case, {document.paper: document for document in documents}),
    ]


def reviewed_items(case: Application) -> list[Item]:
    """The items of the case that need a verdict."""
    return to_judge(items_of(case))


def to_judge(items: Iterable[Item]) -> list[Item]:
    """Those that need a verdict: all that is the application's own, and every paper that is needed or on file."""
    return [item for item in items if item.is_reviewed and (item.is_required or item.document is not None)]


def contents_of(case: Application) -> dict[str, str]:
    """The digest of every item, by key."""
    return {item.key: item.content(case) for item in items_of(case)}


def _papers(case: Application, on_file: dict[str, Document]) -> Iterator[Item]:
    for need in case.paper_needs():
        document = on_file.get(need.paper)
        title = str(Paper(need.paper).label)
        yield Item(
            key=f"paper:{need.paper}",
            title=title,
            page="papers",
            section=pgettext("desk", "Papers"),
            rows=[Row(title, document.stored_file.display_name)] if document else [],
            anchor=f"upload-{need.paper}",
            document=document,
            is_required=need.is_required,
        )
