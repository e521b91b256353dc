"""What the bank gave back: which pages and papers are open again, and which of them have been seen to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application, Decision, Registration
from applications.models.application import Missing
from applications.models.paper import Paper
from applications.progress import PAGES
from config.kernel.audit import AuditEvent, record

ANSWERS_KEPT = "answers_kept"
# A customer's particulars are the bank's record: read here, changed by another application.
OF_THE_MERCHANT = frozenset({"business", "responsible"})

# What reviewers give back besides papers: its title, its page and the field it begins with.
SECTIONS: dict[str, tuple[str | Promise, str, str]] = {
    "business": (PAGES["business"], "business", ""),
    "account": (gettext_lazy("Settlement account"), "business", "id_account_holder"),
    "responsible": (PAGES["responsible"], "responsible", ""),
    "placements": (PAGES["placements"], "placements", ""),
}


@dataclass(frozen=True)
class Correction:
    """One thing to correct, with the reviewer's words. `paper` is empty for a page; `anchor` is where on the page it is."""

    title: str | Promise
    page: str
    paper: str
    anchor: str
    text: str
    is_done: bool
    document: Any = None


def note_answers(registration: Registration, page: str, *, by: Any, now: Any) -> None:
    """It is on record that this page was answered, in the transaction of the answers."""
    record(ANSWERS_KEPT, by=by, now=now, subject=registration, detail={"page": page})


def correction_count() -> Subquery:
    """For lists: how many things the latest return of each application names."""
    latest = Decision.objects.filter(application=OuterRef("pk"), outcome=Decision.Outcome.RETURNED).order_by(
        "-id"
    )
    return Subquery(latest.annotate(named=Count("items")).values("named")[:1])


def last_return(registration: Registration) -> Decision | None:
    """The return that is being corrected now, or None."""
    if registration.status != Application.Status.RETURNED:
        return None
    returned = registration.decisions.filter(outcome=Decision.Outcome.RETURNED)
    return returned.prefetch_related("items").order_by("-id").first()


def corrections_of(registration: Registration) -> list[Correction]:
    """What is to be corrected in this round, in the order the reviewer gave it."""
    decision = last_return(registration)
    if decision is None:
        return []
    documents = {
        document.paper: document
        for document in registration.documents.current().select_related("stored_file")
    }
    kept = AuditEvent.objects.of(registration).filter(action=ANSWERS_KEPT, at__gt=decision.at)
    pages = {detail.get("page") for detail in kept.values_list("detail", flat=True)}
    found = []
    for item in decision.items.all():
        kind, _colon, name = item.item.partition(":")
        if kind == "paper" and name in Paper.values:
            document = documents.get(name)
            is_done = document is not None and document.added_at > decision.at
            title: str | Promise = Paper(name).label
            anchor = f"upload-{name}"
            found.append(Correction(title, "papers", name, anchor, item.text, is_done, document))
        else:
            title, page, anchor = SECTIONS.get(name, (PAGES["business"], "business", ""))
            found.append(Correction(title, page, "", anchor, item.text, page in pages))
    return found


def untouched(registration: Registration) -> list[Missing]:
    """What was given back and has not been seen to yet."""
    return [
        Missing(each.page, each.paper, _("This has not been corrected yet: %(text)s") % {"text": each.text})
        for each in corrections_of(registration)
        if not each.is_done
    ]


class Opened:
    """What of an application its applicant may edit now: in a draft everything, after a return what was given back."""

    def __init__(self, registration: Registration, *, on: date) -> None:
        self.registration = registration
        self.is_draft = registration.status == Application.Status.DRAFT
        self.corrections = corrections_of(registration)
        # Given back without a list, or broken by another correction: that has to be open as well.
        self.missing: list[Missing] = [] if self.is_draft else registration.missing(on=on)

    def page(self, page: str) -> bool:
        if page in OF_THE_MERCHANT and self.registration.merchant_id:
            return False
        if self.is_draft or not self.corrections:
            return True
        return page in {each.page for each in self.corrections} | {each.page for each in self.missing}

    def paper(self, paper: str) -> bool:
        if self.is_draft or not self.corrections:
            return True
        return any(each.paper == paper for each in self.corrections) or any(
            each.page == "papers" and each.field == paper for each in self.missing
        )
