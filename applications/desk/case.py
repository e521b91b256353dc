"""What a reviewer has before the eyes: the papers, the data beside them in masked form, and what the system found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from applications.items import REVEALABLE, Row, items_of
from applications.models import Document, Registration
from applications.models.paper import papers_for
from config.kernel.history import changes_of

__all__ = ["REVEALABLE", "document_in_view", "papers_of", "record_of", "sections_of"]


@dataclass(frozen=True)
class Section:
    """Lines that are accepted or returned together. `item` is the name under which they are returned."""

    item: str
    title: str
    rows: list[Row]


def sections_of(case: Registration, *, revealed: str = "") -> list[Section]:
    """The data in the order of the form. Numbers of persons and accounts are masked, except the one just revealed."""
    items = [item for item in items_of(case, revealed=revealed) if not item.key.startswith("paper:")]
    return [Section(item.key, item.title, item.rows) for item in items]


def document_in_view(case: Registration, key: str) -> tuple[list[Document], Document | None]:
    """The papers on file in the order of the form, and the one asked for, or the first."""
    order = {need.paper: place for place, need in enumerate(papers_for(case))}
    documents = sorted(
        case.documents.current().select_related("stored_file"),
        key=lambda document: order.get(document.paper, 99),
    )
    chosen = next((document for document in documents if str(document.pk) == key), None)
    return documents, chosen or (documents[0] if documents else None)


class PaperRow(NamedTuple):
    """A paper of the form as the reviewer sees it: on file, missing, or not asked for."""

    item: str
    title: str
    is_required: bool
    document: Document | None


def papers_of(case: Registration, documents: list[Document]) -> list[PaperRow]:
    """Every paper this case needs or may have, with what is on file for it."""
    on_file = {document.paper: document for document in documents}
    return [
        PaperRow(f"paper:{need.paper}", str(need.paper.label), need.is_required, on_file.get(need.paper))
        for need in papers_for(case)
    ]


class Step(NamedTuple):
    """A step of the case in words, with its actor and remark."""

    words: str
    at: datetime
    by: str
    note: str


def record_of(case: Registration) -> list[Step]:
    """The steps of the case, newest first."""
    words = dict(case.Status.choices)
    return [
        Step(str(words.get(change.to_status, change.to_status)), change.at, str(change.by), change.note)
        for change in changes_of(case)
    ]
