"""What the bank gave back: which items are open again, and which of them have been seen to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from applications.items import WHOLE, Item, contents_of, items_of
from applications.models.decision import Decision
from config.kernel.audit import AuditEvent, record
from config.kernel.lifecycle import Refused

if TYPE_CHECKING:
    from applications.models.application import Missing
    from applications.models.document import Document
    from applications.models.registration import Registration

ANSWERS_KEPT = "answers_kept"
# A customer's particulars are the bank's record: read here, changed by another application.
OF_THE_MERCHANT = frozenset({"business", "responsible"})


@dataclass(frozen=True)
class Correction:
    """One thing to correct, with the reviewer's words. `paper` is empty for an answer; `anchor` is where on the page it is."""

    item: str
    title: str
    page: str
    paper: str
    anchor: str
    text: str
    remedy: str
    is_done: bool
    document: Document | None = None


def note_answers(registration: Registration, page: str, *, by: Any, now: Any) -> None:
    """It is on record that this page was answered, in the transaction of the answers."""
    record(ANSWERS_KEPT, by=by, now=now, subject=registration, detail={"page": page})


def correction_count() -> Subquery:
    """For lists: how many things the latest return of each application names."""
    latest = Decision.objects.filter(application=OuterRef("pk"), outcome=Decision.Outcome.RETURNED).order_by(
        "-id"
    )
    to_correct = Count("items", filter=Q(items__is_ok=False))
    return Subquery(latest.annotate(named=to_correct).values("named")[:1])


def last_return(registration: Registration) -> Decision | None:
    """The return that is being corrected now, or None."""
    if registration.status != registration.Status.RETURNED:
        return None
    returned = registration.decisions.filter(outcome=Decision.Outcome.RETURNED)
    return returned.order_by("-id").first()


def corrections_of(registration: Registration) -> list[Correction]:
    """What is to be corrected in this round, in the order the reviewer gave it.

    An item is seen to once it holds something else than what was judged, or its page was answered again as it is.
    """
    decision = last_return(registration)
    if decision is None:
        return []
    items = {item.key: item for item in items_of(registration)}
    kept = AuditEvent.objects.of(registration).filter(action=ANSWERS_KEPT, at__gt=decision.at)
    answered = {detail.get("page") for detail in kept.values_list("detail", flat=True)}
    return [
        _correction(judged, items.get(judged.item), registration, decision, answered)
        for judged in decision.items.to_correct().select_related("reason")
    ]


def _correction(
    judged: Any, item: Item | None, registration: Registration, decision: Decision, answered: set
) -> Correction:
    remedy = judged.reason.remedy if judged.reason else ""
    if item is None:
        # The whole application, or something that the applicant has taken out since.
        title = _("The whole application") if judged.item == WHOLE else _("Taken out")
        is_done = judged.item != WHOLE or registration.edited_at > decision.at
        page = "placements" if judged.item.startswith("placement:") else "check"
        return Correction(judged.item, title, page, "", "", judged.text, remedy, is_done)
    is_paper = judged.item.startswith("paper:")
    has_changed = item.content(registration) != judged.content
    return Correction(
        item=judged.item,
        title=item.title,
        page=item.page,
        paper=judged.item.partition(":")[2] if is_paper else "",
        anchor=item.anchor,
        text=judged.text,
        remedy=remedy,
        is_done=(item.document is not None and has_changed)
        if is_paper
        else has_changed or item.page in answered,
        document=item.document,
    )


class Opened:
    """What of an application its applicant may edit now: in a draft everything, after a return what was given back.

    What another correction breaks has to be open as well, or nobody could mend it. A customer's particulars never are.
    """

    def __init__(self, registration: Registration, *, on: date) -> None:
        self.registration = registration
        self.is_draft = registration.status == registration.Status.DRAFT
        self.of_customer = registration.merchant_id is not None
        self.corrections = corrections_of(registration)
        self.missing: list[Missing] = [] if self.is_draft else registration.unanswered(on=on)
        given_back = {each.item for each in self.corrections}
        self.is_whole = self.is_draft or not given_back or WHOLE in given_back
        self.is_everything = self.is_whole and not self.of_customer
        self.items = {item.key: item for item in items_of(registration)}
        self._keys = given_back

    def item(self, key: str) -> bool:
        """Whether the item of this key may be changed."""
        kind, _colon, name = key.partition(":")
        if kind == "field" and self.of_customer:
            return False
        if self.is_whole or key in self._keys:
            return True
        if kind == "placement":
            return any(each.page == "placements" for each in self.missing)
        return any(self._mends(each, key, name) for each in self.missing)

    def field(self, name: str) -> bool:
        """Whether this answer may be changed; an answer that is part of no item goes with its page."""
        keys = [item.key for item in self.items.values() if name in item.fields and item.placement is None]
        return any(self.item(key) for key in keys) if keys else self.is_everything or self._is_lacking(name)

    def page(self, page: str) -> bool:
        if page in OF_THE_MERCHANT and self.of_customer:
            return False
        if self.is_whole:
            return True
        return any(item.page == page and self.item(item.key) for item in self.items.values()) or any(
            each.page == page for each in (*self.corrections, *self.missing)
        )

    def paper(self, paper: str) -> bool:
        return self.item(f"paper:{paper}")

    def lines(self) -> bool:
        """Whether terminals may be put on the list; one that was given back may always be taken off it."""
        return self.is_whole or any(each.page == "placements" for each in self.missing)

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Raises `Refused` with code "not_open" where the block changes anything that is not open."""
        if self.is_everything:
            yield
            return
        before = contents_of(self.registration)
        yield
        after = contents_of(self.registration)
        for key in before.keys() | after.keys():
            if before.get(key, "") != after.get(key, "") and not self.item(key):
                raise Refused(self._closed(key), code="not_open")

    # -- private ------------------------------------------------------------------------------------------------------

    def _closed(self, key: str) -> str:
        if key.startswith("field:") and self.of_customer:
            return _("The bank has these particulars on record; they are changed by another application.")
        return _("This has been accepted and stays as it is; correct what is on the list.")

    def _is_lacking(self, name: str) -> bool:
        return any(each.field == name for each in self.missing)

    def _mends(self, missing: Missing, key: str, name: str) -> bool:
        if missing.page == "papers":
            return key == f"paper:{missing.field}"
        item = self.items.get(key)
        if not missing.field:
            return item is not None and item.page == missing.page
        return missing.field in (item.fields if item is not None else (name,))
