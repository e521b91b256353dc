"""What changed from one round to the next, item by item, old and new side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from applications.items import Item, Row, items_of
from applications.models.document import Document
from applications.models.submission import Submission, restored

if TYPE_CHECKING:
    from applications.models.application import Application


class Change(NamedTuple):
    """An item as it is beside itself as it was handed in; `old` is empty for what was not there, `new` for what went."""

    item: str
    title: str
    old: list[Row]
    new: list[Row]
    old_document: Document | None = None
    new_document: Document | None = None

    @property
    def looks_alike(self) -> bool:
        """Whether the two differ only in what is masked."""
        return self.old == self.new and self.old_document == self.new_document


def changes_of_round(case: Application) -> list[Change]:
    """What the last submission changed, in the order of the form; nothing in the first round."""
    return _changes_since(case.submissions.filter(round=case.round - 1).first(), case)


def changes_to_submit(case: Application) -> list[Change]:
    """What the applicant has changed since the last submission and would hand in now, in the order of the form."""
    return _changes_since(case.submissions.filter(round=case.round).first(), case)


def _changes_since(before: Submission | None, case: Application) -> list[Change]:
    if before is None:
        return []
    then, placements = restored(case, before.content)
    documents = case.documents.filter(pk__in=before.content["documents"].values()).select_related(
        "stored_file"
    )
    old = {item.key: item for item in items_of(then, placements=placements, documents=documents)}
    old_contents = {key: item.content(then) for key, item in old.items()}
    new = {item.key: item for item in items_of(case)}
    changed = [
        _change(old.get(key), item)
        for key, item in new.items()
        if old_contents.get(key, "") != item.content(case)
    ]
    return [*changed, *(_change(item, None) for key, item in old.items() if key not in new)]


def _change(old: Item | None, new: Item | None) -> Change:
    item = new or old
    assert item is not None  # noqa: S101 - one of both is there by construction
    return Change(
        item.key,
        item.title,
        old.rows if old else [],
        new.rows if new else [],
        old.document if old else None,
        new.document if new else None,
    )
