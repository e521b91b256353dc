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
from applications.missing import Missing
from applications.models.decision import Decision
from applications.models.paper import Paper
from config.kernel.audit import AuditEvent, record
from config.kernel.lifecycle import Refused

if TYPE_CHECKING:
    from applications.models.application import Application
    from applications.models.document import Document
    from applications.models.placement import Placement

ANSWERS_KEPT, ANSWER_CONFIRMED = "answers_kept", "answer_confirmed"
# The kind of merchant decides what else is asked.
DECIDES_THE_REST = "field:merchant_type"
# Another agent has another document, and no agent has none.
GOES_WITH = {"field:agent_id_validity": "field:agent"}
AGENTS_DOCUMENT = frozenset({"agent_id_from", "agent_id_to", "agent_id_is_long_term"})
# A customer's particulars are the bank's record: read here, changed by another application.
OF_THE_MERCHANT = frozenset({"business", "responsible"})


@dataclass(frozen=True)
class Correction:
    """One thing to correct, with the reviewer's words. `paper` is empty for an answer; `field` is where on the page it is."""

    item: str
    title: str
    page: str
    paper: str
    field: str
    text: str
    remedy: str
    is_done: bool
    document: Document | None = None

    @property
    def may_be_confirmed(self) -> bool:
        """Whether the applicant may say that it is right as it is: an answer may be, a photograph nobody could read is not."""
        return not self.paper and not self.is_done


def note_answers(registration: Application, page: str, *, by: Any, now: Any) -> None:
    """It is on record that this page was answered, in the transaction of the answers."""
    record(ANSWERS_KEPT, by=by, now=now, subject=registration, detail={"page": page})


def confirm(registration: Application, key: str, *, by: Any, now: Any) -> None:
    """It is on record that the applicant has seen to this item and leaves it as it is: what the bank gave back was right.

    Raises `Refused`: "not_open" for anything but an answer that was given back and not seen to yet.
    """
    with registration.revising(by=by, now=now):
        open_now = {each.item for each in corrections_of(registration) if each.may_be_confirmed}
        if key not in open_now:
            raise Refused(_("Only an answer that waits for correction can be confirmed."), code="not_open")
        record(ANSWER_CONFIRMED, by=by, now=now, subject=registration, detail={"item": key})


def correction_count() -> Subquery:
    """For lists: how many things the latest return of each application names."""
    latest = Decision.objects.filter(application=OuterRef("pk"), outcome=Decision.Outcome.RETURNED).order_by(
        "-id"
    )
    to_correct = Count("items", filter=Q(items__is_ok=False))
    return Subquery(latest.annotate(named=to_correct).values("named")[:1])


def last_return(registration: Application) -> Decision | None:
    """The return that is being corrected now, or None."""
    if registration.status != registration.Status.RETURNED:
        return None
    returned = registration.decisions.filter(outcome=Decision.Outcome.RETURNED)
    return returned.order_by("-id").first()


def corrections_of(registration: Application) -> list[Correction]:
    """What is to be corrected in this round, in the order the reviewer gave it.

    An item is seen to once it holds something else than what was judged, or the applicant has confirmed it as it is; the
    whole application once the applicant says so.
    """
    decision = last_return(registration)
    if decision is None:
        return []
    items = {item.key: item for item in items_of(registration)}
    said = AuditEvent.objects.of(registration).filter(action=ANSWER_CONFIRMED, at__gt=decision.at)
    confirmed = {detail.get("item") for detail in said.values_list("detail", flat=True)}
    return [
        _correction(judged, items.get(judged.item), registration, confirmed)
        for judged in decision.items.to_correct().select_related("reason")
    ]


def untouched(registration: Application) -> list[Missing]:
    """What was given back and has not been seen to."""
    sentence = _("This has not been corrected yet: %(text)s")
    return [
        Missing(each.page, each.paper or each.field, sentence % {"text": each.text})
        for each in corrections_of(registration)
        if not each.is_done
    ]


def _correction(judged: Any, item: Item | None, registration: Application, confirmed: set) -> Correction:
    remedy = judged.reason.remedy if judged.reason else ""
    if item is None:
        # The whole application, or something that the applicant has taken out since.
        is_done = judged.item != WHOLE or WHOLE in confirmed
        page = "placements" if judged.item.startswith("placement:") else "check"
        return Correction(judged.item, title_of(judged.item), page, "", "", judged.text, remedy, is_done)
    is_paper = judged.item.startswith("paper:")
    has_changed = item.content(registration) != judged.content
    return Correction(
        item=judged.item,
        title=item.title,
        page=item.page,
        paper=judged.item.partition(":")[2] if is_paper else "",
        field=item.anchor.removeprefix("id_") if item.key.startswith("field:") else "",
        text=judged.text,
        remedy=remedy,
        is_done=(item.document is not None and has_changed)
        if is_paper
        else has_changed or item.key in confirmed,
        document=item.document,
    )


def title_of(key: str, items: dict[str, Item] | None = None) -> str:
    """What an item of an earlier round is called, also when the application has it no longer."""
    if key == WHOLE:
        return _("The whole application")
    if item := (items or {}).get(key):
        return item.title
    kind, _colon, name = key.partition(":")
    if kind == "paper" and name in Paper:
        return str(Paper(name).label)
    if kind == "placement":
        return _("Terminal %(line)s") % {"line": name.partition(":")[0]}
    return _("Taken out")


class Opened:
    """What of an application its applicant may edit now: in a draft everything, after a return what was given back.

    What another correction breaks has to be open as well, or nobody could mend it. A customer's particulars never are.
    """

    def __init__(self, registration: Application, *, on: date) -> None:
        self.registration = registration
        self.is_draft = registration.status == registration.Status.DRAFT
        self.of_customer = registration.reads_particulars
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
        if self.is_whole or key in self._keys or (key in GOES_WITH and self.item(GOES_WITH[key])):
            return True
        if kind == "field" and self._follows_from_type():
            return True
        if kind == "placement":
            return any(each.page == "placements" for each in self.missing)
        return any(self._mends(each, key, name) for each in self.missing)

    def field(self, name: str) -> bool:
        """Whether this answer may be changed; an answer that is part of no item goes with its page."""
        keys = [item.key for item in self.items.values() if name in item.fields and item.placement is None]
        if keys:
            return any(self.item(key) for key in keys)
        if name in AGENTS_DOCUMENT and self.item("field:agent"):
            return True
        return self.is_everything or self._follows_from_type() or self._is_lacking(name)

    def page(self, page: str) -> bool:
        if page in OF_THE_MERCHANT and self.of_customer:
            return False
        if self.is_whole:
            return True
        open_pages = {each.page for each in self.corrections} | {each.page for each in self.missing}
        return page in open_pages or any(
            item.page == page and self.item(item.key) for item in self.items.values()
        )

    def paper(self, paper: str) -> bool:
        return self.item(f"paper:{paper}")

    def lines(self) -> bool:
        """Whether terminals may be put on the list; one that was given back may always be taken off it."""
        return self.is_whole or any(each.page == "placements" for each in self.missing)

    def may_drop(self, line: Placement) -> bool:
        """Whether this terminal may be taken off the list: where lines are open, and where one of its parts was given back."""
        return self.lines() or any(key.startswith(f"placement:{line.position}:") for key in self._keys)

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Raises `Refused` with code "not_open" where the block changes anything that is not open."""
        if self.is_everything:
            yield
            return
        before = contents_of(self.registration)
        yield
        after = contents_of(self.registration)
        dropped = {key for key in before.keys() - after.keys() if self._goes_with_its_line(key)}
        for key in before.keys() | after.keys():
            if key.startswith("paper:") and (key not in before or key not in after):
                # Which papers are asked for follows from answers; the paper itself has not been touched.
                continue
            if key in dropped:
                continue
            if before.get(key, "") != after.get(key, "") and not self.item(key):
                raise Refused(self.why_closed(key), code="not_open")

    def why_closed(self, key: str = "") -> str:
        """What is said to whoever changes an item that is not open."""
        if key.startswith("field:") and self.of_customer:
            return _("The bank has these particulars on record; they are changed by another application.")
        return _("This has been accepted and stays as it is; correct what is on the list.")

    # -- private ------------------------------------------------------------------------------------------------------

    def _goes_with_its_line(self, key: str) -> bool:
        """A terminal of which one part was given back may be taken off the list, and its other parts go with it."""
        line = key.rpartition(":")[0]
        return key.startswith("placement:") and any(each.startswith(f"{line}:") for each in self._keys)

    def _follows_from_type(self) -> bool:
        """Whether every answer is open because the kind of merchant was given back."""
        return DECIDES_THE_REST in self._keys and not self.of_customer

    def _is_lacking(self, name: str) -> bool:
        return any(each.field == name for each in self.missing)

    def _mends(self, missing: Missing, key: str, name: str) -> bool:
        if missing.page == "papers":
            return key == f"paper:{missing.field}"
        item = self.items.get(key)
        if not missing.field:
            return item is not None and item.page == missing.page
        return missing.field in (item.fields if item is not None else (name,))
